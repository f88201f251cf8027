/** Going from chat to chat. */
import { placeIn } from "~/features/conversation/places";
import type { ChatId, ChatView, MessageId } from "~/ipc/bindings";
import { sortedChats } from "~/state/selectors";
import { actions, store } from "~/state/store";
import { type Found, shell } from "./shell";

/** Shows a chat: at a message that was asked for, else where the person was, else at its newest. */
export function openChat(chat: ChatId, message?: MessageId): void {
  shell.showRequests(false);
  shell.hideDetailsOver();
  shell.showFound(null);
  actions.openChat(chat, placeIn(chat)?.message);
  if (message !== undefined) actions.jumpTo(message);
}

/** Shows a message that was found, with the words marked in its chat. */
export function openFound(found: Found): void {
  openChat(found.chat, found.message);
  shell.showFound(found);
}

/** The chat `by` places further in the list, or the next one with unread messages. */
export function neighbour(
  chats: readonly ChatView[],
  current: ChatId | null,
  by: 1 | -1,
  unreadOnly: boolean,
): ChatId | null {
  const at = chats.findIndex(({ id }) => id === current);
  const from = at < 0 ? (by > 0 ? -1 : chats.length) : at;
  for (let index = from + by; index >= 0 && index < chats.length; index += by) {
    const chat = chats[index];
    if (chat && (!unreadOnly || chat.unread > 0)) return chat.id;
  }
  return null;
}

export function openNeighbour(by: 1 | -1, unreadOnly: boolean): void {
  const { chats, open } = store.getState();
  const next = neighbour(sortedChats(chats), open?.chat ?? null, by, unreadOnly);
  if (next !== null) openChat(next);
}
