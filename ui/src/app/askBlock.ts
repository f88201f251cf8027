import { showToast } from "~/components/Toast";
import { errorWords } from "~/i18n/errors";
import type { ChatView } from "~/ipc/bindings";
import { codeOf, ipc } from "~/ipc/client";
import { contactOf } from "~/state/chatKind";
import { shell } from "./shell";

/** Blocks after a question; unblocks at once, for nothing is lost by it. */
export function askBlock(chat: ChatView): void {
  const contact = contactOf(chat);
  if (!contact.blocked) {
    shell.open({ kind: "block", chat: chat.id });
    return;
  }
  ipc
    .blockContact(contact.id, false)
    .catch((error: unknown) =>
      showToast({ text: errorWords(codeOf(error)).title, tone: "danger" }),
    );
}
