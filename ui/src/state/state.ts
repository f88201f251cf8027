/**
 * What the window knows of the engine: a picture made only from its events. It holds the messages
 * of the open chat alone (at most 600); of every other chat it holds the row of the list.
 */
import type {
  ChatId,
  ChatView,
  ErrorCode,
  InviteView,
  MessageId,
  MessageView,
  PersonView,
  Phase,
  ProfileView,
  RelayView,
  RequestView,
  SettingsView,
} from "../ipc/bindings";

/** The most messages that are held; decides the memory of a long chat. */
export const MOST_ROWS = 600;
/** How many messages one page brings. */
export const PAGE_ROWS = 120;
/** How many messages stay after a cut. */
export const TRIMMED_ROWS = 400;

export interface OpenChat {
  readonly chat: ChatId;
  /** Oldest first, without gaps between the first and the last. */
  readonly messages: readonly MessageView[];
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
  /** The message above which "New messages" stands, until the chat is left. */
  readonly unreadLine: MessageId | null;
  readonly loading: "first" | "older" | "newer" | "around" | null;
  /** Why the last page could not be loaded. */
  readonly failed: ErrorCode | null;
  /** Whether the newest message is on screen and the window has the focus. */
  readonly watching: boolean;
  /** The message to show after a jump; the number makes a second jump to the same one new. */
  readonly target: { readonly message: MessageId; readonly nonce: number } | null;
}

export interface State {
  /** Null until the engine has spoken. */
  readonly phase: Phase | null;
  readonly profile: ProfileView | null;
  readonly settings: SettingsView;
  readonly chats: ReadonlyMap<ChatId, ChatView>;
  readonly requests: readonly RequestView[];
  /** The person's invites, newest first. */
  readonly invites: readonly InviteView[];
  readonly relays: readonly RelayView[];
  readonly people: readonly PersonView[];
  readonly diskFull: boolean;
  /** Whether the system does not let the history be read or written. */
  readonly historyUnusable: boolean;
  /** Whether the keychain keeps secure messages from leaving. */
  readonly sendingHeld: boolean;
  /** Since when no relay is connected, ms since 1970. */
  readonly disconnectedSince: number | null;
  readonly open: OpenChat | null;
}

export const initialState: State = {
  phase: null,
  profile: null,
  settings: {
    theme: "system",
    textSize: 14,
    zoom: 100,
    density: "cosy",
    enterSends: true,
    notifications: "name_and_text",
    notifyTexts: true,
    notifyRequests: true,
    notificationSound: true,
    quietHours: { on: false, from: 1320, to: 420 },
    mutedUntil: 0,
    closing: "ask",
    proxy: { kind: "none" },
  },
  chats: new Map(),
  requests: [],
  invites: [],
  relays: [],
  people: [],
  diskFull: false,
  historyUnusable: false,
  sendingHeld: false,
  disconnectedSince: null,
  open: null,
};
