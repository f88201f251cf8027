/**
 * The chat that is open, for the next start of this profile: its number alone is kept, in the
 * profile's own storage. A chat that was left or deleted is not opened again.
 */
import { useEffect, useState } from "react";
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

/** The chat of the last time, if it is there to be opened. */
function toOpen(): ChatId | null {
  const { open, chats } = store.getState();
  const last = remembered();
  return open === null && last !== null && chats.has(last) ? last : null;
}

/**
 * Opens the chat of the last time once the window is drawn, and keeps which one is open. Gives
 * whether it is about to: its place stays empty until then.
 */
export function useLastChat(): boolean {
  const [last, setLast] = useState(toOpen);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, at the start
  useEffect(() => {
    const { open } = store.getState();
    if (last !== null && open === null) openChat(last);
    else if (open !== null) remember(open.chat);
    setLast(null);
  }, []);
  useEffect(
    () =>
      useStore.subscribe((now, before) => {
        const chat = now.open?.chat ?? null;
        if (chat !== (before.open?.chat ?? null)) remember(chat);
      }),
    [],
  );
  return last !== null;
}
