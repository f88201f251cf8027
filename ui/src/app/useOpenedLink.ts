import { useEffect } from "react";
import { ipc } from "~/ipc/client";
import { shell } from "./shell";

/** Shows what a link is that was opened from the system. It only asks; nothing is done with it. */
export function useOpenedLink(): void {
  useEffect(() => {
    const take = (): void => {
      ipc.takeOpenedLink().then(
        (opened) => opened !== null && shell.open({ kind: "add-contact", opened }),
        // The link is lost; the person opens it again.
        () => undefined,
      );
    };
    take();
    return ipc.onOpenedLink(take);
  }, []);
}
