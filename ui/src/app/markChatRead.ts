import { showToast } from "~/components/Toast";
import { errorWords } from "~/i18n/errors";
import type { ChatId } from "~/ipc/bindings";
import { codeOf, ipc } from "~/ipc/client";

/** Marks a whole chat as read without opening it. */
export async function markChatRead(chat: ChatId): Promise<void> {
  try {
    const page = await ipc.listMessages({ chat, anchor: { kind: "newest" }, limit: 1 });
    const newest = page.messages.at(-1);
    if (newest) await ipc.markRead(chat, newest.id);
  } catch (error) {
    showToast({ text: errorWords(codeOf(error)).title, tone: "danger" });
  }
}
