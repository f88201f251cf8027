/** The words of a message: its state, its name for screen readers, its text for the clipboard. Pure. */
import { shortName } from "~/components/names";
import { dateTime, timeOfDay } from "~/i18n/format";
import { type MessageKey, t } from "~/i18n/t";
import type { ContactView, MessageView, RecipientView, SendFailure } from "~/ipc/bindings";
import { systemKey } from "~/words/systemLine";

export type StateMark = "sending" | "waiting" | "handed" | "delivered" | "failed";

export interface StateWords {
  mark: StateMark;
  text: string;
}

type Whom = Pick<ContactView, "name" | "reach" | "protection" | "session">;

/** Why a message was not sent, and what to do: a code without its words does not compile. */
const FAILURES: Readonly<Record<SendFailure, MessageKey>> = {
  too_large: "state.failed.too_large",
  not_encrypted: "state.failed.not_encrypted",
  unreadable: "state.failed.unreadable",
  unknown: "state.failed.unknown",
};

type HowFar = Pick<MessageView, "state" | "stateAt" | "failure" | "deliveredTo" | "recipients">;

/**
 * How far an own message came, or null of any other. It never says more than is known. `moved`: the
 * identity moved to another computer, and nothing goes out from here.
 */
export function stateWords(message: HowFar, contact: Whom, moved = false): StateWords | null {
  const words = wordsOfState(message, contact, moved);
  const { state, deliveredTo, recipients } = message;
  if (words === null || state === "failed" || recipients < 2 || deliveredTo === 0) return words;
  return { ...words, text: t("state.deliveredTo", { count: deliveredTo, total: recipients }) };
}

function wordsOfState(message: HowFar, contact: Whom, moved: boolean): StateWords | null {
  const time = message.stateAt === null ? "" : timeOfDay(message.stateAt);
  switch (message.state) {
    case null:
      return null;
    case "queued":
      return moved ? { mark: "waiting", text: t("state.moved") } : queuedWords(contact);
    case "handed":
      return { mark: "handed", text: handedWords(contact, time, moved) };
    case "delivered":
      return {
        mark: "delivered",
        text: t("state.delivered", { name: shortName(contact.name, 24), time }),
      };
    case "failed":
      return {
        mark: "failed",
        text: t(message.failure === null ? "state.failed" : FAILURES[message.failure]),
      };
  }
}

/** How far a message came with one of several recipients. */
export function recipientWords({ state, stateAt }: RecipientView): string {
  const time = stateAt === null ? "" : dateTime(stateAt);
  switch (state) {
    case "queued":
      return t("info.recipient.queued");
    case "handed":
      return t("info.recipient.handed", { time });
    case "delivered":
      return t("info.recipient.delivered", { time });
    case "failed":
      return t("state.failed");
  }
}

/** Only a secure session notices a loss, and mends it from the computer that the identity is on. */
function handedWords({ name, protection }: Whom, time: string, moved: boolean): string {
  switch (protection) {
    case "plain":
      return t("state.handed", { time });
    case "pq":
      return t(moved ? "state.handedLeft" : "state.handedAgain", {
        name: shortName(name, 24),
        time,
      });
  }
}

function queuedWords({ name, reach, protection, session }: Whom): StateWords {
  if (protection === "pq" && session !== "ready" && reach !== "offline") {
    return { mark: "waiting", text: t("state.noSession", { name: shortName(name, 24) }) };
  }
  switch (reach) {
    case "online":
      return { mark: "sending", text: t("state.sending") };
    case "away":
      return { mark: "waiting", text: t("state.away", { name: shortName(name, 24) }) };
    case "offline":
      return { mark: "waiting", text: t("state.offline") };
  }
}

/** The text of a message as the clipboard gets it. */
export function plainText(message: MessageView, name: string): string {
  return message.body.kind === "text"
    ? message.body.text
    : t(systemKey(message.body.line), { name });
}

const SPOKEN_CHARS = 300;

/** "You, 14:32, Ground control points…, Not sent". */
export function spokenMessage(message: MessageView, contact: ContactView, moved = false): string {
  const who = message.direction === "in" ? contact.name : t("message.you");
  const text = plainText(message, contact.name);
  const parts = [
    message.direction === "system" ? null : who,
    timeOfDay(message.at),
    text.length > SPOKEN_CHARS ? shortName(text, SPOKEN_CHARS) : text,
    stateWords(message, contact, moved)?.text,
  ];
  return parts.filter(Boolean).join(", ");
}

/** Several messages for the clipboard: one paragraph each, with time and name, in order. */
export function quoted(messages: readonly MessageView[], contactName: string): string {
  return messages
    .map((message) => {
      const text = plainText(message, contactName);
      if (message.direction === "system") return `[${dateTime(message.at)}] ${text}`;
      const who = message.direction === "in" ? contactName : t("message.you");
      return `[${dateTime(message.at)}] ${who}: ${text}`;
    })
    .join("\n");
}
