/** Chats by their names, compared as the words of messages are. Pure. */
import type { ChatView } from "~/ipc/bindings";
import { chatName, contactOf } from "~/state/chatKind";
import { folded } from "./fold";

/** The chats whose name or id has all the words, those that begin with them first; at most `most`. */
export function chatsNamed(chats: readonly ChatView[], words: string, most: number): ChatView[] {
  const wanted = folded(words).split(/\s+/u).filter(Boolean);
  const first = wanted[0];
  if (first === undefined) return [];
  const found = chats.filter((chat) => {
    const text = `${folded(chatName(chat))} ${folded(contactOf(chat).userId)}`;
    return wanted.every((word) => text.includes(word));
  });
  const rank = (chat: ChatView) => (folded(chatName(chat)).startsWith(first) ? 0 : 1);
  return found.sort((a, b) => rank(a) - rank(b)).slice(0, most);
}
