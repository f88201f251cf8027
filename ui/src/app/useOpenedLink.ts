import { useOutsideLink } from "~/parts/useOutsideLink";
import { shell } from "./shell";

/**
 * Shows what a link is that was opened from the system, or why a picture that was dropped has none.
 * It only asks; nothing is done with it.
 */
export function useOpenedLink(): void {
  useOutsideLink({
    onLink: (opened) => shell.open({ kind: "add-contact", opened }),
    onRefused: (refused) => shell.open({ kind: "add-contact", refused }),
  });
}
