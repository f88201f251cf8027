/** Runs a command of the engine for a button: busy while it runs, the code if it was refused. */
import { useCallback, useRef, useState } from "react";
import type { ErrorCode } from "~/ipc/bindings";
import { codeOf } from "~/ipc/client";

export interface Action {
  readonly busy: boolean;
  readonly failed: ErrorCode | null;
  /** Gives whether it was carried out. While one runs, another is not begun. */
  readonly run: (step: () => Promise<unknown>) => Promise<boolean>;
  readonly clear: () => void;
}

export function useAction(): Action {
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<ErrorCode | null>(null);
  const running = useRef(false);

  const run = useCallback(async (step: () => Promise<unknown>) => {
    if (running.current) return false;
    running.current = true;
    setBusy(true);
    setFailed(null);
    try {
      await step();
      return true;
    } catch (error) {
      setFailed(codeOf(error));
      return false;
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);
  const clear = useCallback(() => setFailed(null), []);
  return { busy, failed, run, clear };
}
