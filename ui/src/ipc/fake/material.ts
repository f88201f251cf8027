/**
 * Made-up keys, people and texts for the fake engine. Everything follows from seeds, so that two
 * runs give the same pictures. Nothing here is cryptography.
 */
import { contactOf } from "~/state/chatKind";
import type {
  ChatId,
  ChatView,
  ContactId,
  ContactView,
  Direction,
  InviteId,
  InviteView,
  MessageId,
  MessageView,
  PersonView,
  RelayId,
  Span,
} from "../bindings";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A small generator of bytes from a text (FNV-1a, then xorshift). */
function bytesFrom(seed: string, length: number): number[] {
  let state = 2_166_136_261;
  for (const char of seed) state = Math.imul(state ^ (char.codePointAt(0) ?? 0), 16_777_619);
  const bytes: number[] = [];
  for (let index = 0; index < length; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes.push(state & 0xff);
  }
  return bytes;
}

/** What looks like a box key: base64 of 32 bytes. */
export const keyOf = (seed: string): string =>
  btoa(String.fromCharCode(...bytesFrom(`key ${seed}`, 32)));

/** 64 hexadecimal digits. */
export const fingerprintOf = (publicKey: string): string =>
  bytesFrom(`print ${publicKey}`, 32)
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");

/** What looks like a safety number: sixty digits. */
export const digitsOf = (seed: string): string =>
  bytesFrom(`digits ${seed}`, 60)
    .map((byte) => String(byte % 10))
    .join("");

/** 26 characters of base32. */
export const accountIdOf = (seed: string): string =>
  bytesFrom(`id ${seed}`, 26)
    .map((byte) => "abcdefghijklmnopqrstuvwxyz234567".charAt(byte % 32))
    .join("");

export const hueOf = (publicKey: string): number => (bytesFrom(`hue ${publicKey}`, 1)[0] ?? 0) % 12;

/** The contact that a chat is with: a number of its own, so that nothing takes one for the other. */
export const contactIdOf = (chat: number): ContactId => (1000 + chat) as ContactId;

/** A contact with what is usual; `over` changes it. Its number comes with its chat. */
export function contact(name: string, now: number, over: Partial<ContactView> = {}): ContactView {
  const userId =
    over.userId ??
    (name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "") ||
      accountIdOf(name));
  const publicKey = over.publicKey === undefined ? keyOf(userId) : over.publicKey;
  return {
    id: contactIdOf(0),
    name,
    userId,
    publicKey,
    accountId: null,
    fingerprint: fingerprintOf(publicKey ?? userId),
    hue: hueOf(publicKey ?? userId),
    client: "sotto",
    protection: "plain",
    session: "none",
    trust: { kind: "unverified" },
    differedAt: null,
    verifyAsked: null,
    reach: "online",
    keyChange: null,
    otherName: null,
    doubled: false,
    blocked: false,
    addedAt: now - 40 * DAY,
    ...over,
  };
}

/** A contact with whom there is a secure session; `over` changes it. */
export function secureContact(
  name: string,
  now: number,
  over: Partial<ContactView> = {},
): ContactView {
  const accountId = over.accountId ?? accountIdOf(name);
  return contact(name, now, {
    userId: accountId,
    accountId,
    fingerprint: fingerprintOf(`the three keys of ${name}`),
    protection: "pq",
    session: "ready",
    ...over,
  });
}

/** A chat with a contact and nothing in it; `over` changes it. */
export function emptyChat(id: number, who: ContactView, over: Partial<ChatView> = {}): ChatView {
  return {
    id: id as ChatId,
    kind: { kind: "contact", contact: { ...who, id: contactIdOf(id) } },
    last: null,
    unread: 0,
    waiting: 0,
    draft: "",
    activityAt: who.addedAt,
    ...over,
  };
}

/** The same chat, with other facts of its contact. */
export const withContact = (chat: ChatView, over: Partial<ContactView>): ChatView => ({
  ...chat,
  kind: { kind: "contact", contact: { ...contactOf(chat), ...over } },
});

/** An invite of one's own; `over` changes it. */
export function invite(id: number, now: number, over: Partial<InviteView> = {}): InviteView {
  return {
    id: id as InviteId,
    createdAt: now - MINUTE,
    expiresAt: now + DAY - MINUTE,
    shared: false,
    state: { kind: "open" },
    ...over,
  };
}

/** Somebody listed at a relay. */
export function person(
  userId: string,
  relays: RelayId[],
  over: Partial<PersonView> = {},
): PersonView {
  const publicKey = over.publicKey ?? keyOf(userId);
  return {
    userId,
    publicKey,
    fingerprint: fingerprintOf(publicKey),
    hue: hueOf(publicKey),
    relays,
    chat: null,
    nameOfOther: null,
    ...over,
  };
}

/** The text with its addresses as links, as the engine would split it. */
export function spansOf(text: string): Span[] {
  return text
    .split(/(https?:\/\/\S+)/)
    .filter((piece) => piece !== "")
    .map((piece) =>
      /^https?:/.test(piece)
        ? { kind: "link", text: piece, url: piece }
        : { kind: "text", text: piece },
    );
}

/** A text message; an outgoing one is handed unless said otherwise. */
export function textMessage(
  id: number,
  chat: ChatId,
  direction: Direction,
  text: string,
  at: number,
  over: Partial<MessageView> = {},
): MessageView {
  return {
    id: id as MessageId,
    chat,
    direction,
    body: { kind: "text", text, spans: spansOf(text) },
    at,
    state: direction === "out" ? "handed" : null,
    stateAt: direction === "out" ? at : null,
    deliveredTo: over.state === "delivered" ? 1 : 0,
    recipients: direction === "out" ? 1 : 0,
    failure: null,
    ...over,
  };
}

/** Names for many chats. */
export const FIRST = [
  "Anouk",
  "Bilal",
  "Chiara",
  "Dmitri",
  "Esra",
  "Finn",
  "Greta",
  "Hiro",
  "Ines",
  "Jamal",
  "Kaja",
  "Leon",
  "Mina",
  "Nils",
  "Olga",
  "Pia",
  "Quentin",
  "Rosa",
  "Sami",
  "Tuva",
];
export const LAST = [
  "Almeida",
  "Berg",
  "Castro",
  "Dahl",
  "Eriksen",
  "Fischer",
  "Garcia",
  "Hansen",
  "Ito",
  "Jansen",
];

/** Texts of one to six lines. */
export const LINES = [
  "Yes.",
  "I will be there at nine.",
  "The second folder holds the control points, the first one only the previews.",
  "Did the client answer? I wrote to them on Monday and again this morning, and I would rather not call before noon.",
  "👍",
  "Here is the page: https://example.org/north-field/plan?version=3",
  "Fine with me.\nLet us meet at the station, platform four, and walk from there. It is not far and the weather should hold until the evening.",
  "Danke dir!",
  "I read all of it twice. The first half is very clear; the second needs the numbers of last year beside the new ones, otherwise nobody will see why we changed the order of things, and somebody will ask in the meeting. I can add them tonight if you send me the sheet.",
  "No, the other one.",
];
