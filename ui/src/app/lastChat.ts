/**
 * The chat that is open, for the next start of this profile: its number alone is kept, in the
 * profile's own storage. A chat that was left or deleted is not opened again.
 */
import { useEffect } from "react";
import type { ChatId } from "~/ipc/bindings";
import { store, useStore } from "~/state/store";
import { openChat } from "./navigate";

const KEPT = "sotto.chat";

function remembered(): ChatId | null {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "null");
    return typeof found === "number" ? (found as ChatId) : null;
  } catch {
    return null;
  }
}

function remember(chat: ChatId | null): void {
  try {
    localStorage.setItem(KEPT, JSON.stringify(chat));
  } catch {
    // A full or closed storage only costs a click at the next start.
  }
}

/** Opens the chat of the last time once the chats are known, and keeps which one is open. */
export function useLastChat(): void {
  const known = useStore((state) => state.profile !== null);
  useEffect(() => {
    if (!known) return;
    const { open, chats } = store.getState();
    const last = remembered();
    if (open !== null) remember(open.chat);
    else if (last !== null && chats.has(last)) openChat(last);
    return useStore.subscribe((now, before) => {
      const chat = now.open?.chat ?? null;
      if (chat !== (before.open?.chat ?? null)) remember(chat);
    });
  }, [known]);
}
