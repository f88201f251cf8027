/**
 * The only way from the window to the engine, and the only file that imports the Tauri API.
 * It deliberately knows nothing of the store: `state/store.ts` subscribes, features call `ipc`.
 */
import { Channel, invoke as tauriInvoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type {
  CameFrom,
  ChatId,
  ContactId,
  ErrorCode,
  InviteId,
  MessageId,
  NewContact,
  PageQuery,
  PlacesQuery,
  ProfilePatch,
  RelayChoice,
  RelayId,
  RequestId,
  SearchQuery,
  SettingsPatch,
  Update,
} from "./bindings";
import type { CloseAsked, CommandName, Commands, Transport } from "./commands";
import { wellFormed } from "./wellFormed";

/** A command that was not carried out. The code is chosen by the engine, the words by i18n/errors.ts. */
export class IpcError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode) {
    super(code);
    this.name = "IpcError";
    this.code = code;
  }
}

/** The code of whatever was thrown; what is not ours is `internal`. */
export function codeOf(error: unknown): ErrorCode {
  return error instanceof IpcError ? error.code : "internal";
}

function toIpcError(error: unknown): IpcError {
  if (error instanceof IpcError) return error;
  if (
    typeof error === "object" &&
    error !== null &&
    "code" in error &&
    typeof error.code === "string"
  ) {
    return new IpcError(error.code as ErrorCode);
  }
  return new IpcError("internal");
}

/** Tells that there may be something to take: once the window listens, then each time. */
function listenThenTell(event: string, callback: () => void): () => void {
  let stopped = false;
  const tell = (): void => {
    if (!stopped) callback();
  };
  const listening = listen(event, tell);
  // Where listening is refused, too: what came before is there all the same.
  listening.then(tell, tell);
  return () => {
    stopped = true;
    listening.then(
      (unlisten) => unlisten(),
      () => undefined,
    );
  };
}

const tauri: Transport = {
  invoke: (command, args) => tauriInvoke(command, wellFormed(args) as typeof args),
  async subscribe(onUpdate) {
    const channel = new Channel<Update>();
    channel.onmessage = onUpdate;
    await tauriInvoke("subscribe", { channel });
  },
  onPlaceWanted: (callback) => listenThenTell("place-wanted", callback),
  onCloseAsked(callback) {
    const stop = listen<CloseAsked>("close-asked", (event) => callback(event.payload));
    return () => void stop.then((unlisten) => unlisten());
  },
  onPictureDropped(callback) {
    const stop = listen("picture-dropped", callback);
    return () => void stop.then((unlisten) => unlisten());
  },
  onLinkOpened: (callback) => listenThenTell("link-opened", callback),
};

let transport: Transport = tauri;

/** Puts another engine behind `ipc`: the gallery's, the dev server's or a test's. */
export function useTransport(other: Transport): void {
  transport = other;
}

/**
 * Chooses the engine before the first render. Outside Tauri the dev server and the build mode
 * `fake` get the fake one; in the production build this is empty and the fake is not bundled.
 */
export async function connectIpc(): Promise<void> {
  if (import.meta.env.DEV || import.meta.env.MODE === "fake") {
    if ("__TAURI_INTERNALS__" in window) return;
    const { fakeFromAddress } = await import("./fake");
    transport = fakeFromAddress();
  }
}

async function call<C extends CommandName>(
  command: C,
  args: Commands[C]["args"],
): Promise<Commands[C]["gives"]> {
  try {
    return await transport.invoke(command, args);
  } catch (error) {
    throw toIpcError(error);
  }
}

/** How long to wait before the engine is asked for a stream again that it refused, ms. */
const SUBSCRIBE_AGAIN_MS = 1000;

/**
 * Streams updates. A gap in their numbers means that the window missed something: the stream is
 * given up and a new one asked for, which begins with everything anew.
 */
function subscribe(onUpdate: (update: Update) => void): () => void {
  let generation = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const open = (): void => {
    generation += 1;
    const mine = generation;
    let next = 0;
    const take = (update: Update): void => {
      if (mine !== generation) return;
      if (update.seq !== next) {
        open();
        return;
      }
      next += 1;
      onUpdate(update);
    };
    transport.subscribe(take).catch(() => {
      if (mine === generation) timer = setTimeout(open, SUBSCRIBE_AGAIN_MS);
    });
  };

  open();
  return () => {
    generation += 1;
    clearTimeout(timer);
  };
}

export const ipc = {
  subscribe,
  onPlaceWanted: (callback: () => void) => transport.onPlaceWanted(callback),
  onCloseAsked: (callback: (asked: CloseAsked) => void) => transport.onCloseAsked(callback),
  onLinkOpened: (callback: () => void) => transport.onLinkOpened(callback),
  onPictureDropped: (callback: () => void) => transport.onPictureDropped(callback),

  retryStart: () => call("retry_start", {}),
  unlockKeychain: () => call("unlock_keychain", {}),
  unlockPassphrase: (passphrase: string) => call("unlock_passphrase", { passphrase }),
  createProfile: (name: string, passphrase: string | null, relay: RelayChoice) =>
    call("create_profile", { name, passphrase, relay }),
  startNew: () => call("start_new", {}),
  startSameKeys: (name: string) => call("start_same_keys", { name }),
  showDataFolder: () => call("show_data_folder", {}),
  quit: () => call("quit", {}),

  listMessages: (query: PageQuery) => call("list_messages", { query }),
  messageInfo: (message: MessageId) => call("message_info", { message }),
  search: (query: SearchQuery) => call("search", { query }),
  findInChat: (query: PlacesQuery) => call("find_in_chat", { query }),
  sendText: (chat: ChatId, text: string) => call("send_text", { chat, text }),
  deleteMessage: (message: MessageId) => call("delete_message", { message }),
  retryMessage: (message: MessageId) => call("retry_message", { message }),
  clearChat: (chat: ChatId) => call("clear_chat", { chat }),
  saveDraft: (chat: ChatId, text: string) => call("save_draft", { chat, text }),
  markRead: (chat: ChatId, upTo: MessageId) => call("mark_read", { chat, upTo }),
  setActiveChat: (chat: ChatId | null) => call("set_active_chat", { chat }),
  openLink: (url: string) => call("open_link", { url }),

  addContact: (contact: NewContact) => call("add_contact", { contact }),
  renameContact: (contact: ContactId, name: string) => call("rename_contact", { contact, name }),
  blockContact: (contact: ContactId, blocked: boolean) =>
    call("block_contact", { contact, blocked }),
  deleteContact: (contact: ContactId) => call("delete_contact", { contact }),
  decideKey: (contact: ContactId, key: string, accept: boolean) =>
    call("decide_key", { contact, key, accept }),
  allowName: (contact: ContactId, name: string) => call("use_name", { contact, name }),
  markVerified: (contact: ContactId, verified: boolean) =>
    call("mark_verified", { contact, verified }),

  contactInfo: (contact: ContactId) => call("contact_info", { contact }),
  safetyNumber: (chat: ChatId) => call("safety_number", { chat }),
  checkDigits: (contact: ContactId, digits: string, cameFrom: CameFrom | null) =>
    call("check_digits", { contact, digits, cameFrom }),
  showOwnCode: (contact: ContactId) => call("show_own_code", { contact }),
  closeOwnCode: (contact: ContactId) => call("close_own_code", { contact }),
  checkCode: (contact: ContactId, code: string, cameFrom: CameFrom | null) =>
    call("check_code", { contact, code, cameFrom }),
  answerSeen: (contact: ContactId, seen: boolean) => call("answer_seen", { contact, seen }),
  theyDiffer: (contact: ContactId) => call("they_differ", { contact }),

  acceptRequest: (request: RequestId, name: string) => call("accept_request", { request, name }),
  deleteRequest: (request: RequestId) => call("delete_request", { request }),
  blockRequest: (request: RequestId) => call("block_request", { request }),

  createInvite: (ttlSecs: number | null) => call("create_invite", { ttlSecs }),
  showInvite: (invite: InviteId) => call("show_invite", { invite }),
  shareInvite: (invite: InviteId) => call("share_invite", { invite }),
  saveInvite: (invite: InviteId) => call("save_invite", { invite }),
  revokeInvite: (invite: InviteId) => call("revoke_invite", { invite }),
  contactCard: () => call("contact_card", {}),
  saveCard: () => call("save_card", {}),
  readLink: (link: string) => call("read_link", { link }),
  addByLink: (link: string, name: string, allowPrivate: boolean, byCamera: boolean) =>
    call("add_by_link", { link, name, allowPrivate, byCamera }),
  takeOpenedLink: () => call("take_opened_link", {}),
  chooseCodePicture: () => call("choose_code_picture", {}),
  readCodePicture: (bytes: Uint8Array) => call("read_code_picture", bytes),

  seesScreen: () => call("sees_screen", {}),
  readScreenCode: () => call("read_screen_code", {}),

  openScan: () => call("open_scan", {}),
  scanFrame: (frame: Uint8Array) => call("scan_frame", frame),
  closeScan: (scan: number) => call("close_scan", { scan }),

  copyText: (text: string) => call("copy_text", { text }),
  copyBriefly: (text: string) => call("copy_briefly", { text }),
  clipboardText: () => call("clipboard_text", {}),
  clipboardPicture: () => call("clipboard_picture", {}),

  takePlace: () => call("take_place", {}),
  askClose: () => call("ask_close", {}),
  hearClose: () => call("hear_close", {}),
  closeWindow: () => call("close_window", {}),

  testRelay: (url: string) => call("test_relay", { url }),
  addRelay: (url: string) => call("add_relay", { url }),
  removeRelay: (relay: RelayId) => call("remove_relay", { relay }),
  orderRelays: (relays: RelayId[]) => call("order_relays", { relays }),
  reconnectNow: () => call("reconnect_now", {}),

  updateProfile: (patch: ProfilePatch) => call("update_profile", { patch }),
  updateSettings: (patch: SettingsPatch) => call("update_settings", { patch }),
  testNotification: () => call("test_notification", {}),
  notificationTrouble: () => call("notification_trouble", {}),
  loginStart: () => call("login_start", {}),
  setLoginStart: (start: boolean) => call("set_login_start", { start }),
};
