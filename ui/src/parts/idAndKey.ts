/**
 * Reads an id and a public key out of a text that somebody sent: what `sotto-cli id` prints, what
 * "Copy both" gives, or a key alone. It only reads; nothing is added by it.
 */

export interface IdAndKey {
  readonly userId: string | null;
  readonly publicKey: string;
}

/** Longer texts are not looked at: an id and a key need 200 characters. */
const LONGEST = 4096;
/** Base64 of 32 bytes, standing alone. */
const KEY = /(?<![A-Za-z0-9+/=])([A-Za-z0-9+/]{43}=)(?![A-Za-z0-9+/=])/;

/** Whether the text has the form of a public key: base64 of 32 bytes. */
export function looksLikeKey(text: string): boolean {
  return /^[A-Za-z0-9+/]{43}=$/.test(text);
}

/** The id and key in a text, or null if there is no key in it. */
export function readIdAndKey(text: string): IdAndKey | null {
  if (text.length > LONGEST) return null;
  return fromJson(text) ?? fromLines(text);
}

/** The text that "Copy both" puts on the clipboard. */
export function writeIdAndKey(userId: string, publicKey: string): string {
  return JSON.stringify({ userId, publicKey });
}

function fromJson(text: string): IdAndKey | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  if (!("publicKey" in value) || typeof value.publicKey !== "string") return null;
  if (!looksLikeKey(value.publicKey)) return null;
  const userId = "userId" in value && typeof value.userId === "string" ? value.userId : null;
  return { userId: userId === "" ? null : userId, publicKey: value.publicKey };
}

/** Marks that people put around a word, or behind it in a sentence. */
const AROUND = /^[\p{Ps}\p{Pi}"'`*]+|[\p{Pe}\p{Pf}\p{Pi}"'`*.,;。，；！!]+$/gu;

function fromLines(text: string): IdAndKey | null {
  const publicKey = KEY.exec(text)?.[1];
  if (!publicKey) return null;
  const labelled = /(?:^|\n)[^\n:]*\bid\b[^\n:]*:[ \t]*(\S[^\n]*?)[ \t]*(?:\n|$)/i.exec(text)?.[1];
  if (labelled !== undefined && !labelled.includes(publicKey))
    return { userId: labelled, publicKey };
  // What stands around the key is no id, and a word with a colon says what follows.
  const others = text
    .replaceAll(publicKey, " ")
    .split(/\s+/u)
    .map((word) => word.replace(AROUND, ""))
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
  const [alone, ...more] = others;
  const named = alone !== undefined && more.length === 0 && !/[:：]$/u.test(alone);
  return { userId: named ? alone : null, publicKey };
}
