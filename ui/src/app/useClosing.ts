import { useEffect, useState } from "react";
import { showToast } from "~/components/Toast";
import { errorSentence } from "~/i18n/errors";
import type { Closing } from "~/ipc/bindings";
import { codeOf, ipc } from "~/ipc/client";
import { keepAll } from "~/parts/leaving";

/** The question what closing the window means. */
export interface ClosingQuestion {
  readonly open: boolean;
  /** Whether the program can be seen without its window. */
  readonly tray: boolean;
  /** Remembers the answer and does it. */
  readonly answer: (choice: Exclude<Closing, "ask">) => Promise<void>;
  readonly cancel: () => void;
}

/** Keeps what was typed, then takes the window away or ends the program. */
export async function leave(how: "background" | "quit"): Promise<void> {
  await keepAll();
  // The window is gone before it could hear of a failure.
  const gone = how === "quit" ? ipc.quit() : ipc.closeWindow();
  await gone.catch(() => undefined);
}

/** Follows that the window is to be closed; gives the question where the person has to say how. */
export function useClosing(): ClosingQuestion {
  const [asked, setAsked] = useState({ open: false, tray: false });
  useEffect(
    () =>
      ipc.onCloseAsked(({ leads, tray }) => {
        ipc.hearClose().catch(() => undefined);
        if (leads === "ask") setAsked({ open: true, tray });
        else void leave(leads);
      }),
    [],
  );
  const cancel = () => setAsked(({ tray }) => ({ open: false, tray }));
  return {
    ...asked,
    cancel,
    async answer(choice) {
      try {
        await ipc.updateSettings({ closing: choice });
      } catch (error) {
        // It is done all the same; the question comes again.
        showToast({ text: errorSentence(codeOf(error)), tone: "danger" });
      }
      cancel();
      await leave(choice);
    },
  };
}
