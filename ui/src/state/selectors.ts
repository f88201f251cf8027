/** Views of the store that more than one feature reads. Each is derived, nothing is kept twice. */
import { useMemo } from "react";
import type {
  ChatId,
  ChatView,
  ContactId,
  ContactView,
  RelayProblem,
  RelayView,
} from "~/ipc/bindings";
import { contactOf } from "./chatKind";
import { isOnlyHere } from "./relayPlace";
import { useStore } from "./store";

/** What the status strip says in one line. */
export type Connection =
  | { readonly kind: "none" }
  | { readonly kind: "connecting" }
  | {
      readonly kind: "connected";
      readonly count: number;
      readonly total: number;
      /** Nobody on another computer can be reached. */
      readonly onlyHere: boolean;
    }
  | { readonly kind: "offline" }
  /** The identity moved to another computer. */
  | { readonly kind: "stopped" }
  | { readonly kind: "waiting"; readonly retryAt: number; readonly problem: RelayProblem };

/** Sums up the relays: one that works counts more than those that do not. */
export function connectionOf(relays: readonly RelayView[]): Connection {
  if (relays.length === 0) return { kind: "none" };
  if (relays.some((relay) => relay.state.kind === "stopped")) return { kind: "stopped" };
  const connected = relays.filter((relay) => relay.state.kind === "connected");
  if (connected.length > 0) {
    const onlyHere = connected.every(({ url }) => isOnlyHere(url));
    return { kind: "connected", count: connected.length, total: relays.length, onlyHere };
  }
  if (relays.some((relay) => relay.state.kind === "connecting")) return { kind: "connecting" };
  const waiting = relays.flatMap((relay) => (relay.state.kind === "waiting" ? [relay.state] : []));
  if (waiting.every((state) => state.problem === "no_network")) return { kind: "offline" };
  const next = waiting
    .filter((state) => state.problem !== "no_network")
    .reduce((soonest, state) => (state.retry_at < soonest.retry_at ? state : soonest));
  return { kind: "waiting", retryAt: next.retry_at, problem: next.problem };
}

/** The chats, the one with the newest activity first; the same moment is decided by the id. */
export function sortedChats(chats: ReadonlyMap<ChatId, ChatView>): ChatView[] {
  return [...chats.values()].sort((a, b) => b.activityAt - a.activityAt || b.id - a.id);
}

export function useSortedChats(): ChatView[] {
  const chats = useStore((state) => state.chats);
  return useMemo(() => sortedChats(chats), [chats]);
}

export const useChat = (id: ChatId | null): ChatView | null =>
  useStore((state) => (id === null ? null : (state.chats.get(id) ?? null)));

/** A contact by its own number, wherever its chat is. */
export const useContact = (id: ContactId | null): ContactView | null =>
  useStore((state) => {
    if (id === null) return null;
    for (const chat of state.chats.values()) {
      const contact = contactOf(chat);
      if (contact.id === id) return contact;
    }
    return null;
  });

export function useConnection(): Connection {
  const relays = useStore((state) => state.relays);
  return useMemo(() => connectionOf(relays), [relays]);
}

export const useSettings = () => useStore((state) => state.settings);
export const useProfile = () => useStore((state) => state.profile);
/** Whether the identity moved to another computer: what is here is only read. */
export const useMoved = () => useStore((state) => (state.profile?.movedAt ?? null) !== null);
export const useRequests = () => useStore((state) => state.requests);
export const useInvites = () => useStore((state) => state.invites);
export const usePeople = () => useStore((state) => state.people);
export const useRelays = () => useStore((state) => state.relays);
