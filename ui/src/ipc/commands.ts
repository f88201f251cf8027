/**
 * The commands of the window: their arguments and what they give, as the shell declares them, in
 * the order of `src-tauri/command_list.rs`. It is a type only; `client.ts` calls them, `fake.ts`
 * answers them in the gallery and in tests. `subscribe` is a `Transport`'s own.
 */
import type {
  CameFrom,
  ChatId,
  ContactId,
  ContactInfo,
  ErrorCode,
  FrameView,
  InviteId,
  InviteView,
  LinkView,
  MessageId,
  MessageInfo,
  MessagePage,
  NewContact,
  PageQuery,
  PlacesPage,
  PlacesQuery,
  ProfilePatch,
  QrMatrix,
  RelayChoice,
  RelayId,
  RelayTest,
  RequestId,
  SafetyNumberView,
  SearchPage,
  SearchQuery,
  SettingsPatch,
  Update,
  Verdict,
} from "./bindings";

type None = Record<string, never>;

/** A place in the window. */
export type Place = { kind: "chat"; chat: ChatId } | { kind: "requests" };

/** That the window is to be closed. */
export interface CloseAsked {
  /** What will happen, or that the person is to be asked. */
  readonly leads: "ask" | "background" | "quit";
  /** Whether the program can be seen without its window. */
  readonly tray: boolean;
}

/** The person's own code for a contact, to be drawn: for one use, until it expires. */
export interface OwnCode {
  readonly code: QrMatrix;
  /** Ms since 1970. */
  readonly expiresAt: number;
  /** Whether it is of all keys of both; otherwise of the box keys alone. */
  readonly whole: boolean;
}

export interface Commands {
  // Start.
  retry_start: { args: None; gives: null };
  unlock_keychain: { args: None; gives: null };
  unlock_passphrase: { args: { passphrase: string }; gives: null };
  create_profile: {
    args: { name: string; passphrase: string | null; relay: RelayChoice };
    gives: null;
  };
  start_new: { args: None; gives: null };
  start_same_keys: { args: { name: string }; gives: null };
  show_data_folder: { args: None; gives: null };
  quit: { args: None; gives: null };

  // Chats.
  list_messages: { args: { query: PageQuery }; gives: MessagePage };
  message_info: { args: { message: MessageId }; gives: MessageInfo };
  search: { args: { query: SearchQuery }; gives: SearchPage };
  find_in_chat: { args: { query: PlacesQuery }; gives: PlacesPage };
  send_text: { args: { chat: ChatId; text: string }; gives: MessageId };
  delete_message: { args: { message: MessageId }; gives: null };
  retry_message: { args: { message: MessageId }; gives: null };
  clear_chat: { args: { chat: ChatId }; gives: null };
  save_draft: { args: { chat: ChatId; text: string }; gives: null };
  mark_read: { args: { chat: ChatId; upTo: MessageId }; gives: null };
  set_active_chat: { args: { chat: ChatId | null }; gives: null };
  open_link: { args: { url: string }; gives: null };

  // Contacts.
  add_contact: { args: { contact: NewContact }; gives: ChatId };
  rename_contact: { args: { contact: ContactId; name: string }; gives: null };
  block_contact: { args: { contact: ContactId; blocked: boolean }; gives: null };
  delete_contact: { args: { contact: ContactId }; gives: null };
  decide_key: { args: { contact: ContactId; key: string; accept: boolean }; gives: null };
  use_name: { args: { contact: ContactId; name: string }; gives: null };
  mark_verified: { args: { contact: ContactId; verified: boolean }; gives: null };

  // Verification.
  /** Every key that a contact ever had. */
  contact_info: { args: { contact: ContactId }; gives: ContactInfo };
  safety_number: { args: { chat: ChatId }; gives: SafetyNumberView };
  /** Sixty digits, spaces aside. Without `cameFrom` they are only compared. */
  check_digits: {
    args: { contact: ContactId; digits: string; cameFrom: CameFrom | null };
    gives: Verdict;
  };
  /** A new code for a contact, in place of an earlier one. */
  show_own_code: { args: { contact: ContactId }; gives: OwnCode };
  close_own_code: { args: { contact: ContactId }; gives: null };
  /** The text of a code that was read. Without `cameFrom` it is only compared. */
  check_code: {
    args: { contact: ContactId; code: string; cameFrom: CameFrom | null };
    gives: Verdict;
  };
  /** Whether the screen of the contact says that it is verified, while `verifyAsked`. */
  answer_seen: { args: { contact: ContactId; seen: boolean }; gives: null };
  they_differ: { args: { contact: ContactId }; gives: null };

  // Requests.
  accept_request: { args: { request: RequestId; name: string }; gives: ChatId };
  delete_request: { args: { request: RequestId }; gives: null };
  block_request: { args: { request: RequestId }; gives: null };

  // Invites.
  create_invite: {
    args: { ttlSecs: number | null };
    gives: { invite: InviteView; code: QrMatrix };
  };
  show_invite: { args: { invite: InviteId }; gives: QrMatrix };
  share_invite: { args: { invite: InviteId }; gives: string };
  /** Whether it was saved: the person may close the dialog. */
  save_invite: { args: { invite: InviteId }; gives: boolean };
  revoke_invite: { args: { invite: InviteId }; gives: null };
  contact_card: { args: None; gives: { link: string; code: QrMatrix } };
  save_card: { args: None; gives: boolean };
  read_link: { args: { link: string }; gives: LinkView };
  /** `allowPrivate`: the person agreed to each relay of the link that asks for it. */
  /** `byCamera`: the live camera of this computer saw the link just now. */
  add_by_link: {
    args: { link: string; name: string; allowPrivate: boolean; byCamera: boolean };
    gives: ChatId;
  };
  /** The link that was opened last outside of the window, once; throws why a picture had none. */
  take_opened_link: { args: None; gives: string | null };
  /** The text of the code in a picture that the person chooses; null if none was chosen. */
  choose_code_picture: { args: None; gives: string | null };
  /** The text of the code in a picture, given as the bytes of its file. */
  read_code_picture: { args: Uint8Array; gives: string };

  /** Whether a code can be read from the screen here. */
  sees_screen: { args: None; gives: boolean };
  /** The text of the code on the screen; null if the person would rather not show it. */
  read_screen_code: { args: None; gives: string | null };

  // Scan.
  /** Frames are looked at from now on; a scan that is open ends. Gives the number of the new one. */
  open_scan: { args: None; gives: number };
  /** A frame as `frameBytes` makes it (`frame.ts`). At most one waits: a newer one takes its place. */
  scan_frame: { args: Uint8Array; gives: FrameView };
  /** Ends the scan with this number; another one that was opened meanwhile stays. */
  close_scan: { args: { scan: number }; gives: null };

  // Clipboard.
  /** Puts a text on the clipboard; tells whether it was done, or is the page's to do. */
  copy_text: { args: { text: string }; gives: boolean };
  /** The same, and takes it off again after a minute if it is still there. */
  copy_briefly: { args: { text: string }; gives: boolean };
  /** The text on the clipboard, empty if there is none; null where the page reads it itself. */
  clipboard_text: { args: None; gives: string | null };
  /** The picture on it as the bytes of a PNG, likewise. */
  clipboard_picture: { args: None; gives: ArrayBuffer | null };

  // Window.
  /** Where the window is to go, once. */
  take_place: { args: None; gives: Place | null };
  /** As pressing the window's own button for it. */
  ask_close: { args: None; gives: null };
  /** The page has heard that the window is to be closed: it is waited for. */
  hear_close: { args: None; gives: null };
  /** Takes the window away; the program goes on. */
  close_window: { args: None; gives: null };

  // Relays.
  test_relay: { args: { url: string }; gives: RelayTest };
  add_relay: { args: { url: string }; gives: RelayId };
  remove_relay: { args: { relay: RelayId }; gives: null };
  order_relays: { args: { relays: RelayId[] }; gives: null };
  reconnect_now: { args: None; gives: null };

  // Settings.
  update_profile: { args: { patch: ProfilePatch }; gives: null };
  update_settings: { args: { patch: SettingsPatch }; gives: null };
  /** Throws why the system did not show it. */
  test_notification: { args: None; gives: null };
  /** Why the system did not show the newest notification. */
  notification_trouble: { args: None; gives: ErrorCode | null };
  login_start: { args: None; gives: boolean };
  set_login_start: { args: { start: boolean }; gives: null };
}

export type CommandName = keyof Commands;

/** What carries commands to an engine and events back: Tauri, or the fake engine. */
export interface Transport {
  invoke<C extends CommandName>(
    command: C,
    args: Commands[C]["args"],
  ): Promise<Commands[C]["gives"]>;
  /** Starts a stream of updates that begins with seq 0. A later call replaces the stream. */
  subscribe(onUpdate: (update: Update) => void): Promise<void>;
  /** There may be something for `take_place`: told once it listens, then each time. */
  onPlaceWanted(callback: () => void): () => void;
  /** The window is to be closed. */
  onCloseAsked(callback: (asked: CloseAsked) => void): () => void;
  /** There may be something for `take_opened_link`: told once it listens, then each time. */
  onLinkOpened(callback: () => void): () => void;
  /** A picture was dropped onto the window and is being read; what it has is told as a link is. */
  onPictureDropped(callback: () => void): () => void;
}
