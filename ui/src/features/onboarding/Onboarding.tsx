/**
 * The first start: five screens, one primary button each. The profile is made when the fourth is
 * left; the fifth belongs to the new profile and can be skipped.
 */
import { useState } from "react";
import type { ChatId, ErrorCode, Phase } from "~/ipc/bindings";
import { codeOf, ipc } from "~/ipc/client";
import { useProfile } from "~/state/selectors";
import { useAction } from "~/state/useAction";
import { ContactStep } from "./ContactStep";
import { type Draft, EMPTY_DRAFT, relayChoice, type Step, stepBefore } from "./draft";
import { KeysStep } from "./KeysStep";
import { NameStep } from "./NameStep";
import { RelayStep } from "./RelayStep";
import { WelcomeStep } from "./WelcomeStep";

export interface OnboardingProps {
  /** What the engine says about the keychain. */
  readonly phase: Extract<Phase, { kind: "onboarding" }>;
  /** Whether the profile has been made. */
  readonly ready: boolean;
  /** The main window may appear; at a chat if the person asked for it. */
  readonly onDone: (chat?: ChatId) => void;
}

/** What each screen gets. */
export interface StepProps {
  readonly draft: Draft;
  readonly change: (patch: Partial<Draft>) => void;
  readonly onBack: () => void;
  readonly onContinue: () => void;
}

/** Refusals that are mended on an earlier screen. */
const MENDED_ON: Readonly<Partial<Record<ErrorCode, Step>>> = {
  bad_name: "name",
  weak_passphrase: "keys",
  keychain_locked: "keys",
  keychain_empty: "keys",
  keychain_missing: "keys",
  keychain_refused: "keys",
};

export function Onboarding({ phase, ready, onDone }: OnboardingProps) {
  const [step, setStep] = useState<Step>("welcome");
  const [draft, setDraft] = useState(EMPTY_DRAFT);
  const [refused, setRefused] = useState<ErrorCode | null>(null);
  const creation = useAction();
  const profile = useProfile();

  if (ready && profile) return <ContactStep profile={profile} onDone={onDone} />;

  const create = async (): Promise<void> => {
    const choice = relayChoice(draft);
    if (!choice) return;
    const passphrase = draft.withPassphrase ? draft.passphrase : null;
    setRefused(null);
    await creation.run(async () => {
      try {
        await ipc.createProfile(draft.name.trim(), passphrase, choice);
        // The profile is made: what opened it leaves the memory of the window.
        setDraft((before) => ({ ...before, passphrase: "", again: "" }));
      } catch (error) {
        onRefusal(error);
        throw error;
      }
    });
  };
  const onRefusal = (error: unknown): void => {
    const code = codeOf(error);
    setRefused(code);
    const mended = MENDED_ON[code];
    if (mended) setStep(mended);
  };

  const shared = {
    draft,
    change: (patch: Partial<Draft>) => {
      setRefused(null);
      setDraft((before) => ({ ...before, ...patch }));
    },
    onBack: () => setStep(stepBefore),
  };
  switch (step) {
    case "welcome":
      return <WelcomeStep onContinue={() => setStep("name")} />;
    case "name":
      return <NameStep {...shared} refused={refused} onContinue={() => setStep("keys")} />;
    case "keys":
      return (
        <KeysStep {...shared} phase={phase} refused={refused} onContinue={() => setStep("relay")} />
      );
    case "relay":
    case "contact":
      return (
        <RelayStep
          {...shared}
          refused={refused}
          making={creation.busy}
          onContinue={() => void create()}
        />
      );
  }
}
