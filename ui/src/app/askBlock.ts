import { showToast } from "~/components/Toast";
import { errorWords } from "~/i18n/errors";
import type { ChatView } from "~/ipc/bindings";
import { codeOf, ipc } from "~/ipc/client";
import { shell } from "./shell";

/** Blocks after a question; unblocks at once, for nothing is lost by it. */
export function askBlock({ id, contact }: ChatView): void {
  if (!contact.blocked) {
    shell.open({ kind: "block", chat: id });
    return;
  }
  ipc
    .blockContact(id, false)
    .catch((error: unknown) =>
      showToast({ text: errorWords(codeOf(error)).title, tone: "danger" }),
    );
}
