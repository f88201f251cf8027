/**
 * What a row of the chat list says, in order of rank: another key, a draft, then the newest line.
 * Pure; the row draws it and speaks it.
 */

import { beginningOf } from "~/components/names";
import { listTime } from "~/i18n/format";
import { t } from "~/i18n/t";
import type { ChatView, LastLine } from "~/ipc/bindings";
import { chatName, contactOf } from "~/state/chatKind";
import { systemKey, systemTone } from "~/words/systemLine";

export type RowMark = "waiting" | "sending" | "handed" | "delivered" | "failed";

export interface RowWords {
  /** Words of ours before the text. */
  lead: string | null;
  text: string;
  tone: "plain" | "danger" | "draft";
  mark: RowMark | null;
}

/** The second line of a row. `open` = the chat is on screen, its draft stands in the composer. */
export function rowWords(chat: ChatView, open: boolean): RowWords {
  const { draft, last } = chat;
  const contact = contactOf(chat);
  if (contact.keyChange) {
    const verified = contact.trust.kind === "verified";
    return words(t(verified ? "chats.keyChanged" : "chats.otherKey"), { tone: "danger" });
  }
  if (contact.blocked) return words(t("chats.blocked"));
  if (draft.trim() !== "" && !open) {
    return words(oneLine(draft), { lead: t("chats.draft"), tone: "draft" });
  }
  if (last === null) return words(t("chats.nothing"));
  if (last.body.kind === "system") {
    return words(t(systemKey(last.body.line), { name: contact.name }), {
      tone: systemTone(last.body.line) === "danger" ? "danger" : "plain",
    });
  }
  return last.direction === "out" ? outgoing(chat, last) : words(last.snippet);
}

function words(text: string, rest: Partial<RowWords> = {}): RowWords {
  return { lead: null, tone: "plain", mark: null, ...rest, text };
}

function outgoing(chat: ChatView, last: LastLine): RowWords {
  switch (last.state) {
    case "queued":
      return contactOf(chat).reach === "online" && !waitsForSession(chat)
        ? words(last.snippet, { mark: "sending" })
        : words(last.snippet, { mark: "waiting", lead: t("chats.waiting") });
    case "failed":
      return words(last.snippet, { mark: "failed", lead: t("chats.notSent"), tone: "danger" });
    case "handed":
      return words(last.snippet, { mark: "handed" });
    case "delivered":
      return words(last.snippet, { mark: "delivered" });
    case null:
      return words(last.snippet);
  }
}

/** Another key puts the mark in question: it is not spoken then. */
export function isVerified(chat: ChatView): boolean {
  const { trust, keyChange, blocked } = contactOf(chat);
  return trust.kind === "verified" && keyChange === null && !blocked;
}

/** A secure chat sends nothing before it has a session. */
function waitsForSession(chat: ChatView): boolean {
  const { protection, session } = contactOf(chat);
  return protection === "pq" && session !== "ready";
}

function oneLine(text: string): string {
  return beginningOf(text.replace(/\s+/gu, " "), 200);
}

/** The whole row as one sentence for a screen reader: name, unread, text, time. */
export function spokenRow(chat: ChatView, open: boolean, now: number): string {
  const { lead, text, mark } = rowWords(chat, open);
  const own = mark === "handed" || mark === "delivered" || mark === "sending";
  const parts = [
    chatName(chat),
    isVerified(chat) && t("chats.verified"),
    chat.unread > 0 && t("chats.unreadCount", { count: chat.unread }),
    lead,
    own ? t("chats.you", { text }) : text,
    listTime(chat.activityAt, now),
  ];
  return parts.filter(Boolean).join(", ");
}
