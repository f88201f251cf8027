/** The words of a message: its state, its name for screen readers, its text for the clipboard. Pure. */
import { shortName } from "~/components/names";
import { dateTime, timeOfDay } from "~/i18n/format";
import { t } from "~/i18n/t";
import type { ContactView, MessageView } from "~/ipc/bindings";
import { systemKey } from "~/words/systemLine";

export type StateMark = "sending" | "waiting" | "handed" | "delivered" | "failed";

export interface StateWords {
  mark: StateMark;
  text: string;
}

type Whom = Pick<ContactView, "name" | "reach" | "protection" | "session">;

/** How far an own message came, or null of any other. It never says more than is known. */
export function stateWords(
  message: Pick<MessageView, "state" | "stateAt" | "failure">,
  contact: Whom,
): StateWords | null {
  const time = message.stateAt === null ? "" : timeOfDay(message.stateAt);
  switch (message.state) {
    case null:
      return null;
    case "queued":
      return queuedWords(contact);
    case "handed":
      return { mark: "handed", text: handedWords(contact, time) };
    case "delivered":
      return {
        mark: "delivered",
        text: t("state.delivered", { name: shortName(contact.name, 24), time }),
      };
    case "failed":
      return {
        mark: "failed",
        text: message.failure === "too_large" ? t("state.tooLarge") : t("state.failed"),
      };
  }
}

/** Only a secure session notices a loss and mends it. */
function handedWords({ name, protection }: Whom, time: string): string {
  switch (protection) {
    case "plain":
      return t("state.handed", { time });
    case "pq":
      return t("state.handedAgain", { name: shortName(name, 24), time });
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
export function spokenMessage(message: MessageView, contact: ContactView): string {
  const who = message.direction === "in" ? contact.name : t("message.you");
  const text = plainText(message, contact.name);
  const parts = [
    message.direction === "system" ? null : who,
    timeOfDay(message.at),
    text.length > SPOKEN_CHARS ? shortName(text, SPOKEN_CHARS) : text,
    stateWords(message, contact)?.text,
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
