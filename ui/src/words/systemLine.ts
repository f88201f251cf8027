/** The texts of the program's own lines, for the chat and for its row in the list. */
import type { MessageKey } from "~/i18n/t";
import type { SystemLine } from "~/ipc/bindings";

/** How loudly a line is said: `warn` and `danger` ask the person for something. */
export type LineTone = "plain" | "ok" | "warn" | "danger";

const LINES: Readonly<Record<SystemLine, readonly [MessageKey, LineTone]>> = {
  contact_added: ["system.contactAdded", "plain"],
  request_accepted: ["system.requestAccepted", "plain"],
  other_key_seen: ["system.otherKeySeen", "danger"],
  other_key_accepted: ["system.otherKeyAccepted", "plain"],
  other_key_ignored: ["system.otherKeyIgnored", "plain"],
  added_by_link: ["system.addedByLink", "plain"],
  joined_by_invite: ["system.joinedByInvite", "plain"],
  session_started: ["system.sessionStarted", "plain"],
  session_renewed: ["system.sessionRenewed", "plain"],
  history_restored: ["system.historyRestored", "plain"],
  downgrade_refused: ["system.downgradeRefused", "danger"],
  identity_refused: ["system.identityRefused", "danger"],
  already_a_contact: ["system.alreadyAContact", "warn"],
  undecryptable: ["system.undecryptable", "warn"],
  newer_version: ["system.newerVersion", "warn"],
  cannot_be_shown: ["system.cannotBeShown", "warn"],
  invite_used_twice: ["system.inviteUsedTwice", "danger"],
  verified_by_code: ["system.verifiedByCode", "ok"],
  verified_by_person: ["system.verifiedByPerson", "ok"],
  verified_by_scan: ["system.verifiedByScan", "ok"],
  verified_by_their_scan: ["system.verifiedByTheirScan", "ok"],
  verified_by_picture: ["system.verifiedByPicture", "ok"],
  verified_by_digits: ["system.verifiedByDigits", "ok"],
  mark_removed: ["system.markRemoved", "plain"],
  keys_differ: ["system.keysDiffer", "danger"],
  named_like_verified: ["system.namedLikeVerified", "danger"],
};

/** A line of an engine newer than the window is told as one that only a newer version can read. */
const lineOf = (line: SystemLine): readonly [MessageKey, LineTone] =>
  LINES[line] ?? LINES.newer_version;

/** The id of the text of a line; its value is `name`. */
export const systemKey = (line: SystemLine): MessageKey => lineOf(line)[0];

export const systemTone = (line: SystemLine): LineTone => lineOf(line)[1];
