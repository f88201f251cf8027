/**
 * The commands of the window: their arguments and what they give, as the shell declares them.
 * It is a type only; `client.ts` calls them, `fake.ts` answers them in the gallery and in tests.
 */
import type {
  ChatId,
  MessageId,
  MessageInfo,
  MessagePage,
  NewContact,
  PageQuery,
  ProfilePatch,
  RelayChoice,
  RelayId,
  RelayTest,
  RequestId,
  SearchPage,
  SearchQuery,
  SettingsPatch,
  Update,
} from "./bindings";

type None = Record<string, never>;

export interface Commands {
  retry_start: { args: None; gives: null };
  unlock_keychain: { args: None; gives: null };
  unlock_passphrase: { args: { passphrase: string }; gives: null };
  create_profile: {
    args: { name: string; passphrase: string | null; relay: RelayChoice };
    gives: null;
  };
  start_new: { args: None; gives: null };
  start_same_keys: { args: None; gives: null };
  show_data_folder: { args: None; gives: null };
  quit: { args: None; gives: null };
  list_messages: { args: { query: PageQuery }; gives: MessagePage };
  message_info: { args: { message: MessageId }; gives: MessageInfo };
  search: { args: { query: SearchQuery }; gives: SearchPage };
  send_text: { args: { chat: ChatId; text: string }; gives: MessageId };
  delete_message: { args: { message: MessageId }; gives: null };
  retry_message: { args: { message: MessageId }; gives: null };
  clear_chat: { args: { chat: ChatId }; gives: null };
  save_draft: { args: { chat: ChatId; text: string }; gives: null };
  mark_read: { args: { chat: ChatId; upTo: MessageId }; gives: null };
  add_contact: { args: { contact: NewContact }; gives: ChatId };
  rename_contact: { args: { chat: ChatId; name: string }; gives: null };
  block_contact: { args: { chat: ChatId; blocked: boolean }; gives: null };
  delete_contact: { args: { chat: ChatId }; gives: null };
  decide_key: { args: { chat: ChatId; accept: boolean }; gives: null };
  accept_request: { args: { request: RequestId; name: string }; gives: ChatId };
  delete_request: { args: { request: RequestId }; gives: null };
  block_request: { args: { request: RequestId }; gives: null };
  test_relay: { args: { url: string }; gives: RelayTest };
  add_relay: { args: { url: string }; gives: RelayId };
  remove_relay: { args: { relay: RelayId }; gives: null };
  order_relays: { args: { relays: RelayId[] }; gives: null };
  reconnect_now: { args: None; gives: null };
  update_profile: { args: { patch: ProfilePatch }; gives: null };
  update_settings: { args: { patch: SettingsPatch }; gives: null };
  open_link: { args: { url: string }; gives: null };
  set_active_chat: { args: { chat: ChatId | null }; gives: null };
  test_notification: { args: None; gives: null };
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
  /** A notification of this chat was clicked. */
  onOpenChat(callback: (chat: ChatId) => void): () => void;
}
