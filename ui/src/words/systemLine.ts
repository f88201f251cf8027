/** The texts of the program's own lines, for the chat and for its row in the list. */
import type { MessageKey } from "~/i18n/t";
import type { SystemLine } from "~/ipc/bindings";

const KEYS: Record<SystemLine, MessageKey> = {
  contact_added: "system.contactAdded",
  request_accepted: "system.requestAccepted",
  other_key_seen: "system.otherKeySeen",
  other_key_accepted: "system.otherKeyAccepted",
  other_key_ignored: "system.otherKeyIgnored",
};

/** The id of the text of a line; its value is `name`. */
export const systemKey = (line: SystemLine): MessageKey => KEYS[line];
