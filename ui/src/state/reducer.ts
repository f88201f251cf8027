/**
 * The pure step of the store: a state and an event give the next state. No clock, no engine, no
 * DOM; `store.ts` calls it. What comes from pages (not events) is in `pages.ts`.
 */
import type { ChatId, ChatView, Event, MessageId, MessageView, Snapshot } from "~/ipc/bindings";
import { MOST_ROWS, type OpenChat, type State, TRIMMED_ROWS } from "./state";

/** The state after an event that arrived at `now` (ms since 1970). */
export function reduce(state: State, event: Event, now: number): State {
  switch (event.kind) {
    case "phase":
      return { ...state, phase: event.phase };
    case "snapshot":
      return withSnapshot(state, event.snapshot, now);
    case "message_added":
      return inOpenChat(state, event.message.chat, (open) => withAdded(open, event.message));
    case "message_changed":
      return inOpenChat(state, event.message.chat, (open) => ({
        ...open,
        messages: open.messages.map((row) => (row.id === event.message.id ? event.message : row)),
      }));
    case "message_removed":
      return inOpenChat(state, event.chat, (open) => withoutMessage(open, event.message));
    case "chat_cleared":
      return inOpenChat(state, event.chat, (open) => ({
        ...open,
        messages: [],
        hasOlder: false,
        hasNewer: false,
        unreadLine: null,
        target: null,
      }));
    case "chat_changed":
      return withChat(state, event.chat);
    case "chat_removed": {
      const chats = new Map(state.chats);
      chats.delete(event.chat);
      return { ...state, chats, open: state.open?.chat === event.chat ? null : state.open };
    }
    case "request_changed":
      return { ...state, requests: upsert(state.requests, event.request) };
    case "request_removed":
      return {
        ...state,
        requests: state.requests.filter((request) => request.id !== event.request),
      };
    case "relay_changed":
      return withRelays(state, upsert(state.relays, event.relay), now);
    case "relay_removed":
      return withRelays(
        state,
        state.relays.filter((relay) => relay.id !== event.relay),
        now,
      );
    case "invites_changed":
      return { ...state, invites: event.invites };
    case "people_changed":
      return { ...state, people: event.people };
    case "profile_changed":
      return { ...state, profile: event.profile };
    case "settings_changed":
      return { ...state, settings: event.settings };
    case "history_trouble":
      return {
        ...state,
        diskFull: event.trouble === "disk_full",
        historyUnusable: event.trouble === "unusable",
      };
    case "sending_held":
      return { ...state, sendingHeld: event.held };
    default:
      return unknownEvent(state, event);
  }
}

/** Compiles only while every kind of event is handled above; an engine newer than the window may send another. */
function unknownEvent(state: State, _event: never): State {
  return state;
}

/**
 * The contact stays the same value while nothing of it changed: all rows of the open chat are drawn
 * with it, and a chat changes with each draft that is saved.
 */
function withChat(state: State, chat: ChatView): State {
  const before = state.chats.get(chat.id);
  const same = before && JSON.stringify(before.kind) === JSON.stringify(chat.kind);
  const row = same ? { ...chat, kind: before.kind } : chat;
  return { ...state, chats: new Map(state.chats).set(chat.id, row) };
}

function withSnapshot(state: State, snapshot: Snapshot, now: number): State {
  const chats = new Map(snapshot.chats.map((chat) => [chat.id, chat]));
  const open = state.open && chats.has(state.open.chat) ? state.open : null;
  return withRelays(
    {
      ...state,
      profile: snapshot.profile,
      settings: snapshot.settings,
      chats,
      requests: snapshot.requests,
      invites: snapshot.invites,
      people: snapshot.people,
      open,
    },
    snapshot.relays,
    now,
  );
}

function withRelays(state: State, relays: State["relays"], now: number): State {
  const connected = relays.some((relay) => relay.state.kind === "connected");
  return {
    ...state,
    relays,
    disconnectedSince: connected ? null : (state.disconnectedSince ?? now),
  };
}

function upsert<Row extends { readonly id: number }>(
  rows: readonly Row[],
  row: Row,
): readonly Row[] {
  return rows.some((known) => known.id === row.id)
    ? rows.map((known) => (known.id === row.id ? row : known))
    : [...rows, row];
}

function inOpenChat(state: State, chat: ChatId, change: (open: OpenChat) => OpenChat): State {
  return state.open?.chat === chat ? { ...state, open: change(state.open) } : state;
}

/** A message at the end of the chat: shown if the end is loaded, else known only as "there is more". */
function withAdded(open: OpenChat, message: MessageView): OpenChat {
  if (open.hasNewer || open.loading === "first" || open.loading === "around") return open;
  if (open.messages.some((row) => row.id === message.id)) return open;
  const reading = !open.watching && open.messages.length >= MOST_ROWS;
  if (reading) return { ...open, hasNewer: true };
  const messages = [...open.messages, message];
  const cut = messages.length > MOST_ROWS;
  return {
    ...open,
    messages: cut ? messages.slice(-TRIMMED_ROWS) : messages,
    hasOlder: open.hasOlder || cut,
    unreadLine: lineAfter(open, message),
  };
}

/** Where "New messages" stands once a message came: where it stood, else above the first one not watched. */
function lineAfter(open: OpenChat, message: MessageView): MessageId | null {
  if (message.direction === "out") return null;
  if (open.watching || message.direction === "system") return open.unreadLine;
  return open.unreadLine ?? message.id;
}

function withoutMessage(open: OpenChat, message: MessageId): OpenChat {
  const messages = open.messages.filter((row) => row.id !== message);
  const next = messages.find((row) => row.id > message);
  return {
    ...open,
    messages,
    unreadLine: open.unreadLine === message ? (next?.id ?? null) : open.unreadLine,
    target: open.target?.message === message ? null : open.target,
  };
}
