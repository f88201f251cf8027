/**
 * The words for each code that the engine gives: what is true, and what to do. The only such map;
 * a code that the engine adds does not compile until it has its words here.
 */
import type { ErrorCode } from "~/ipc/bindings";
import { type MessageKey, t } from "./t";

export interface ErrorWords {
  /** What happened, one sentence. */
  readonly title: string;
  /** What to do, one sentence. */
  readonly hint: string;
}

const words: Readonly<Record<ErrorCode, readonly [MessageKey, MessageKey]>> = {
  not_ready: ["error.not_ready", "error.not_ready.hint"],
  unknown_contact: ["error.unknown_contact", "error.unknown_contact.hint"],
  unknown_message: ["error.unknown_message", "error.unknown_message.hint"],
  unknown_request: ["error.unknown_request", "error.unknown_request.hint"],
  unknown_relay: ["error.unknown_relay", "error.unknown_relay.hint"],
  id_taken: ["error.id_taken", "error.id_taken.hint"],
  already_added: ["error.already_added", "error.already_added.hint"],
  own_key: ["error.own_key", "error.own_key.hint"],
  bad_key: ["error.bad_key", "error.bad_key.hint"],
  bad_name: ["error.bad_name", "error.bad_name.hint"],
  bad_user_id: ["error.bad_user_id", "error.bad_user_id.hint"],
  empty_text: ["error.empty_text", "error.empty_text.hint"],
  text_too_long: ["error.text_too_long", "error.text_too_long.hint"],
  blocked: ["error.blocked", "error.blocked.hint"],
  moved: ["error.moved", "error.moved.hint"],
  no_key_change: ["error.no_key_change", "error.no_key_change.hint"],
  no_other_name: ["error.no_other_name", "error.no_other_name.hint"],
  unknown_invite: ["error.unknown_invite", "error.unknown_invite.hint"],
  not_a_link: ["error.not_a_link", "error.not_a_link.hint"],
  link_newer: ["error.link_newer", "error.link_newer.hint"],
  clock_slow: ["error.clock_slow", "error.clock_slow.hint"],
  invite_expired: ["error.invite_expired", "error.invite_expired.hint"],
  link_too_long: ["error.link_too_long", "error.link_too_long.hint"],
  private_relay: ["error.private_relay", "error.private_relay.hint"],
  not_comparable: ["error.not_comparable", "error.not_comparable.hint"],
  bad_digits: ["error.bad_digits", "error.bad_digits.hint"],
  nothing_to_verify: ["error.nothing_to_verify", "error.nothing_to_verify.hint"],
  bad_address: ["error.bad_address", "error.bad_address.hint"],
  relay_exists: ["error.relay_exists", "error.relay_exists.hint"],
  bad_proxy: ["error.bad_proxy", "error.bad_proxy.hint"],
  disk_full: ["error.disk_full", "error.disk_full.hint"],
  history: ["error.history", "error.history.hint"],
  keychain_locked: ["error.keychain_locked", "error.keychain_locked.hint"],
  keychain_empty: ["error.keychain_empty", "error.keychain_empty.hint"],
  keychain_missing: ["error.keychain_missing", "error.keychain_missing.hint"],
  keychain_refused: ["error.keychain_refused", "error.keychain_refused.hint"],
  wrong_passphrase: ["error.wrong_passphrase", "error.wrong_passphrase.hint"],
  weak_passphrase: ["error.weak_passphrase", "error.weak_passphrase.hint"],
  already_initialised: ["error.already_initialised", "error.already_initialised.hint"],
  not_initialised: ["error.not_initialised", "error.not_initialised.hint"],
  no_receipts: ["error.no_receipts", "error.no_receipts.hint"],
  timed_out: ["error.timed_out", "error.timed_out.hint"],
  bad_link: ["error.bad_link", "error.bad_link.hint"],
  bad_picture: ["error.bad_picture", "error.bad_picture.hint"],
  picture_too_large: ["error.picture_too_large", "error.picture_too_large.hint"],
  no_code: ["error.no_code", "error.no_code.hint"],
  foreign_code: ["error.foreign_code", "error.foreign_code.hint"],
  not_saved: ["error.not_saved", "error.not_saved.hint"],
  screen_refused: ["error.screen_refused", "error.screen_refused.hint"],
  notifications_missing: ["error.notifications_missing", "error.notifications_missing.hint"],
  notifications_refused: ["error.notifications_refused", "error.notifications_refused.hint"],
  notifications_silent: ["error.notifications_silent", "error.notifications_silent.hint"],
  login_refused: ["error.login_refused", "error.login_refused.hint"],
  internal: ["error.internal", "error.internal.hint"],
};

/** The words for a code. A code of an engine newer than the window is told as `internal`. */
export function errorWords(code: ErrorCode): ErrorWords {
  const [title, hint] = words[code] ?? words.internal;
  return { title: t(title), hint: t(hint) };
}

/** Both sentences in one, for a place with one line. */
export function errorSentence(code: ErrorCode): string {
  const { title, hint } = errorWords(code);
  return `${title} ${hint}`;
}
