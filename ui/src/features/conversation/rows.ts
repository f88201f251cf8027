/**
 * What stands between and around the messages of a chat: day chips, the unread line, joined corners.
 * Pure: `MessageList` draws what comes out.
 */
import type { MessageId, MessageView } from "~/ipc/bindings";

export type Row =
  | { kind: "day"; key: string; at: number }
  | { kind: "unread"; key: string }
  | {
      kind: "message";
      key: string;
      message: MessageView;
      /** Follows a message of the same side: small gap, joined corner. */
      joined: boolean;
    };

const startOfDay = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0);

/**
 * The rows of these messages, oldest first. A day is announced only when it is later than all days
 * before: a relay with a wrong clock cannot make the chips jump to and fro.
 */
export function rowsOf(messages: readonly MessageView[], unreadLine: MessageId | null): Row[] {
  const rows: Row[] = [];
  let day = Number.NEGATIVE_INFINITY;
  let before: MessageView["direction"] | null = null;
  for (const message of messages) {
    const today = startOfDay(message.at);
    if (today > day) {
      day = today;
      before = null;
      rows.push({ kind: "day", key: `day-${today}`, at: today });
    }
    if (message.id === unreadLine) {
      before = null;
      rows.push({ kind: "unread", key: "unread" });
    }
    const joined = message.direction !== "system" && message.direction === before;
    rows.push({ kind: "message", key: String(message.id), message, joined });
    before = message.direction;
  }
  return rows;
}
