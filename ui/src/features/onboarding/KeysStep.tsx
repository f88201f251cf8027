/**
 * Screen 3: where the keys lie. The keychain is the usual place; a passphrase is used only if the
 * person chooses it, and nothing falls back to it silently.
 */
import { CircleAlert } from "lucide-react";
import { useState } from "react";
import { Button } from "~/components/Button";
import { Card } from "~/components/Card";
import { errorSentence } from "~/i18n/errors";
import { T } from "~/i18n/T";
import { type MessageKey, t } from "~/i18n/t";
import type { ErrorCode, KeychainState, Phase } from "~/ipc/bindings";
import { ipc } from "~/ipc/client";
import { useAction } from "~/state/useAction";
import { keysReady, passphraseFault } from "./draft";
import type { StepProps } from "./Onboarding";
import { PassphraseFields } from "./PassphraseFields";
import { StepFrame } from "./StepFrame";

interface KeysStepProps extends StepProps {
  readonly phase: Extract<Phase, { kind: "onboarding" }>;
  readonly refused: ErrorCode | null;
}

const TITLES: Readonly<Record<KeychainState, MessageKey>> = {
  available: "onboarding.keys.title",
  locked: "onboarding.keys.locked.title",
  empty: "onboarding.keys.empty.title",
  missing: "onboarding.keys.missing.title",
};

export function KeysStep({ draft, change, phase, refused, onBack, onContinue }: KeysStepProps) {
  const { keychain, keychain_name: keychainName } = phase;
  const [tried, setTried] = useState(false);
  const [howTo, setHowTo] = useState(false);
  const unlocking = useAction();
  const fault = draft.withPassphrase ? passphraseFault(draft) : null;
  const failed = refused ?? unlocking.failed;
  const unusable = keychain !== "available" && !draft.withPassphrase;

  return (
    <StepFrame
      step="keys"
      title={t(draft.withPassphrase ? "onboarding.keys.title" : TITLES[keychain])}
      text={
        draft.withPassphrase ? (
          t("onboarding.passphrase.text")
        ) : (
          <Where keychain={keychain} name={keychainName} />
        )
      }
      onBack={onBack}
      blocked={unusable}
      onContinue={() => {
        setTried(true);
        if (keysReady(draft, keychain)) onContinue();
      }}
      more={
        <>
          {unusable && keychain !== "missing" && (
            <Button
              variant="primary"
              busy={unlocking.busy}
              onClick={() => void unlocking.run(ipc.unlockKeychain)}
              data-testid="onboarding-unlock"
            >
              {t(keychain === "empty" ? "onboarding.keys.make" : "problem.unlock")}
            </Button>
          )}
          <Button
            variant={unusable && keychain === "missing" ? "primary" : "quiet"}
            onClick={() => {
              setTried(false);
              change({ withPassphrase: !draft.withPassphrase, passphrase: "", again: "" });
            }}
            data-testid="onboarding-passphrase-toggle"
          >
            {t(toggleWords(draft.withPassphrase, keychain))}
          </Button>
          {unusable && keychain === "missing" && (
            <Button variant="ghost" aria-expanded={howTo} onClick={() => setHowTo(!howTo)}>
              {t("problem.how_to")}
            </Button>
          )}
        </>
      }
    >
      {draft.withPassphrase && (
        <PassphraseFields draft={draft} change={change} fault={tried ? fault : null} />
      )}
      {howTo && unusable && <Card>{t("problem.how_to.text")}</Card>}
      <div role="alert">
        {failed && <Card tone="danger" icon={CircleAlert} title={errorSentence(failed)} />}
      </div>
    </StepFrame>
  );
}

function toggleWords(withPassphrase: boolean, keychain: KeychainState): MessageKey {
  if (withPassphrase) return "onboarding.keys.without";
  return keychain === "available" ? "onboarding.keys.add" : "onboarding.keys.set";
}

function Where({ keychain, name }: { keychain: KeychainState; name: string }) {
  switch (keychain) {
    case "available":
      return <T id="onboarding.keys.text" values={{ keychain: name }} />;
    case "locked":
      return t("onboarding.keys.locked.text");
    case "empty":
      return <T id="onboarding.keys.empty.text" values={{ keychain: name }} />;
    case "missing":
      return t("onboarding.keys.missing.text");
  }
}
