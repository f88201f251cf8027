import { useEffect } from "react";
import { codeOf, ipc } from "~/ipc/client";
import { shell } from "./shell";

/**
 * Shows what a link is that was opened from the system, or why a picture that was dropped has none.
 * It only asks; nothing is done with it.
 */
export function useOpenedLink(): void {
  useEffect(() => {
    const take = (): void => {
      ipc.takeOpenedLink().then(
        (opened) => opened !== null && shell.open({ kind: "add-contact", opened }),
        (error: unknown) => shell.open({ kind: "add-contact", refused: codeOf(error) }),
      );
    };
    take();
    return ipc.onLinkOpened(take);
  }, []);
}
