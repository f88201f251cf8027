/**
 * Made-up codes of the verification screen for the fake engine. A code says in plain words whose it
 * is, so that a story or a test can write one: `sotto:verify#mara` is that of the contact whose id at
 * relays, or whose name, is mara.
 */
import { contactOf } from "~/state/chatKind";
import type { CameFrom, ChatView, ContactView, ErrorCode, Verdict } from "../bindings";
import { digitsOf } from "./material";

const CODE = /sotto:verify#([a-z0-9-]+)/i;

/** How long a code is shown, ms. */
export const CODE_TTL = 10 * 60_000;

/** What a code with one of these names is. */
const ENDS: Readonly<Record<string, Verdict>> = {
  expired: { kind: "expired" },
  used: { kind: "used" },
  me: { kind: "own_code" },
  early: { kind: "not_comparable" },
};

/** The code of somebody. */
export const verifyCodeOf = (who: string): string => `sotto:verify#${who}`;

/** The safety number with a contact. */
export const numberOf = (contact: ContactView): string => digitsOf(contact.fingerprint);

const isOf = (who: string, contact: ContactView): boolean =>
  [contact.userId, contact.name].some((name) => name.toLowerCase() === who);

/** What a match is worth: what came inside of Sotto, or from nobody says where, marks nothing. */
const believed = (cameFrom: CameFrom | null): boolean =>
  cameFrom !== null && cameFrom !== "inside_sotto";

/** What the text of a code says of a contact. */
export function readFakeCode(
  text: string,
  contact: ContactView,
  chats: readonly ChatView[],
  cameFrom: CameFrom | null,
): Verdict | ErrorCode {
  const who = CODE.exec(text)?.[1]?.toLowerCase();
  if (!who) return "not_a_link";
  if (who === "newer") return "link_newer";
  const end = ENDS[who];
  if (end) return end;
  if (isOf(who, contact)) {
    if (!believed(cameFrom)) return { kind: "matches" };
    return { kind: "verified", asks: contact.client === "sotto" && cameFrom !== "outside_sotto" };
  }
  const other = chats.map(contactOf).find((known) => isOf(who, known));
  return other ? { kind: "other_contact", contact: other.id } : { kind: "differs" };
}

/** What sixty digits say of a contact. */
export function readFakeDigits(
  digits: string,
  contact: ContactView,
  cameFrom: CameFrom | null,
): Verdict | ErrorCode {
  const plain = digits.replace(/[\s-]/g, "");
  if (!/^\d{60}$/.test(plain)) return "bad_digits";
  if (contact.publicKey === null) return { kind: "not_comparable" };
  if (plain !== numberOf(contact)) return { kind: "differs" };
  if (!believed(cameFrom) || cameFrom === "camera") return { kind: "matches" };
  return { kind: "verified", asks: false };
}
