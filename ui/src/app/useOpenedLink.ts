import { useEffect } from "react";
import { useOpenDialogs } from "~/components/openDialogs";
import { useOutside, useWaiting } from "~/parts/outside";
import { shell, useShell } from "./shell";

/**
 * Opens the dialog for what came from outside of the window, once no other one is open. It only
 * asks; nothing is done with it.
 */
export function useOpenedLink(): void {
  useOutside();
  const some = useWaiting((waiting) => waiting.length > 0);
  const dialogs = useOpenDialogs();
  const free = useShell(({ overlay }) => overlay === null) && dialogs === 0;
  useEffect(() => {
    if (some && free) shell.open({ kind: "add-contact", outside: true });
  }, [some, free]);
}
