/**
 * How pages of messages join the open chat. Pure; `actions.ts` loads the pages and calls it.
 */
import type {
  ChatId,
  ErrorCode,
  MessageId,
  MessagePage,
  MessageView,
  PageAnchor,
} from "~/ipc/bindings";
import { MOST_ROWS, type OpenChat, TRIMMED_ROWS } from "./state";

/** A chat whose first page is on its way. */
export function opening(chat: ChatId): OpenChat {
  return {
    chat,
    messages: [],
    hasOlder: false,
    hasNewer: false,
    unreadLine: null,
    loading: "first",
    failed: null,
    watching: false,
    target: null,
  };
}

/** The open chat with a page in it. */
export function withPage(open: OpenChat, anchor: PageAnchor, page: MessagePage): OpenChat {
  const settled = { ...open, loading: null, failed: null };
  switch (anchor.kind) {
    case "newest":
      return {
        ...settled,
        messages: page.messages,
        hasOlder: page.hasOlder,
        hasNewer: page.hasNewer,
        unreadLine: open.unreadLine ?? page.firstUnread,
      };
    case "around":
      return {
        ...settled,
        messages: page.messages,
        hasOlder: page.hasOlder,
        hasNewer: page.hasNewer,
        unreadLine: open.loading === "first" ? page.firstUnread : open.unreadLine,
      };
    case "before":
      return trimmed(
        { ...settled, messages: joined(page.messages, open.messages), hasOlder: page.hasOlder },
        MOST_ROWS,
        "oldest",
      );
    case "after":
      return trimmed(
        { ...settled, messages: joined(open.messages, page.messages), hasNewer: page.hasNewer },
        MOST_ROWS,
        "newest",
      );
  }
}

/** The open chat after a page could not be loaded. */
export function withFailure(open: OpenChat, failed: ErrorCode): OpenChat {
  return { ...open, loading: null, failed };
}

/** The open chat with only its newest or oldest rows, so that a long reading does not fill the memory. */
export function withTrim(open: OpenChat, keep: "newest" | "oldest"): OpenChat {
  return trimmed(open, TRIMMED_ROWS, keep);
}

/** The open chat with a place to scroll to. */
export function withTarget(open: OpenChat, message: MessageId): OpenChat {
  return { ...open, target: { message, nonce: (open.target?.nonce ?? 0) + 1 } };
}

function joined(
  older: readonly MessageView[],
  newer: readonly MessageView[],
): readonly MessageView[] {
  const known = new Set(newer.map((row) => row.id));
  return [...older.filter((row) => !known.has(row.id)), ...newer];
}

function trimmed(open: OpenChat, most: number, keep: "newest" | "oldest"): OpenChat {
  if (open.messages.length <= most) return open;
  return keep === "newest"
    ? { ...open, messages: open.messages.slice(-most), hasOlder: true }
    : { ...open, messages: open.messages.slice(0, most), hasNewer: true };
}
