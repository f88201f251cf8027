/**
 * What a chat is, and whom it is with. A chat is not a contact: what is about a person takes
 * the contact out of it here, and a kind of chat that has none does not compile until it is decided
 * what is shown of it.
 */
import type { ChatView, ContactView } from "~/ipc/bindings";

/** The contact that a chat is with. */
export function contactOf({ kind }: ChatView): ContactView {
  switch (kind.kind) {
    case "contact":
      return kind.contact;
  }
}

/** What a chat is called in lists, titles and questions. */
export const chatName = (chat: ChatView): string => contactOf(chat).name;
