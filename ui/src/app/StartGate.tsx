/**
 * Chooses between the start screens and the main window by the phase that the engine is in. The
 * first start keeps the window until its last screen, which comes when the engine is ready already.
 */
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { PassphraseScreen } from "~/features/problems/PassphraseScreen";
import { ProblemScreen } from "~/features/problems/ProblemScreen";
import { StartingScreen } from "~/features/problems/StartingScreen";
import type { Phase } from "~/ipc/bindings";
import { openChat } from "./navigate";

/** How long a screen stays while the engine tries again, so that a quick try does not flicker, ms. */
const HELD_MS = 300;

/** Seen once in the life of a profile: not part of every start. */
const Onboarding = lazy(() =>
  import("~/features/onboarding/Onboarding").then((module) => ({ default: module.Onboarding })),
);

type FirstStart = Extract<Phase, { kind: "onboarding" }>;

interface StartGateProps {
  readonly phase: Phase | null;
  /**
   * Whether the engine has said what there is, a moment after it is ready: a window drawn before
   * would begin as one without chats.
   */
  readonly told: boolean;
  readonly children: ReactNode;
}

export function StartGate({ phase, told, children }: StartGateProps) {
  const [firstStart, setFirstStart] = useState<FirstStart | null>(null);
  const shown = useHeld(phase);

  if (phase?.kind === "onboarding" && phase !== firstStart) setFirstStart(phase);
  const interrupted = phase?.kind === "problem" || phase?.kind === "passphrase";
  if (interrupted && firstStart) setFirstStart(null);

  if (firstStart && !interrupted) {
    return (
      <Suspense fallback={<StartingScreen step={null} />}>
        <Onboarding
          phase={firstStart}
          ready={phase?.kind === "ready"}
          onDone={(chat) => {
            if (chat !== undefined) openChat(chat);
            setFirstStart(null);
          }}
        />
      </Suspense>
    );
  }
  switch (shown?.kind) {
    case undefined:
    case "onboarding":
      return <StartingScreen step={null} />;
    case "starting":
      return <StartingScreen step={shown.step} />;
    case "passphrase":
      return <PassphraseGate phase={shown} />;
    case "problem":
      return <ProblemScreen key={shown.problem} problem={shown.problem} />;
    case "ready":
      return told ? children : <StartingScreen step={null} />;
  }
}

/** A fresh screen for each wrong try: its wait begins anew. */
function PassphraseGate({ phase }: { phase: Extract<Phase, { kind: "passphrase" }> }) {
  const [tries, setTries] = useState({ phase, count: 0 });
  if (tries.phase !== phase) setTries({ phase, count: tries.count + 1 });
  return <PassphraseScreen key={tries.count} wrong={phase.wrong} waitMs={phase.wait_ms} />;
}

/** The phase, except that a problem stays on screen while a retry is quick. */
function useHeld(phase: Phase | null): Phase | null {
  const [shown, setShown] = useState(phase);
  const hold = phase?.kind === "starting" && shown?.kind === "problem";
  useEffect(() => {
    if (!hold) {
      setShown(phase);
      return;
    }
    const timer = setTimeout(() => setShown(phase), HELD_MS);
    return () => clearTimeout(timer);
  }, [phase, hold]);
  return hold ? shown : phase;
}
