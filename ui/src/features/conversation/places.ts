/** Where the person was in each chat, for as long as the window is open. */
import type { ChatId, MessageId } from "~/ipc/bindings";

export interface Place {
  message: MessageId;
  /** px from the top of the list to the top of that message. */
  top: number;
}

const places = new Map<ChatId, Place>();

/** Keeps the place; null when the newest message is in sight, which is where a chat opens anyway. */
export function keepPlace(chat: ChatId, place: Place | null): void {
  if (place) places.set(chat, place);
  else places.delete(chat);
}

export function placeIn(chat: ChatId): Place | null {
  return places.get(chat) ?? null;
}
