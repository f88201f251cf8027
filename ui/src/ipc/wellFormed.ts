/**
 * Text that the engine can read. A field that cuts at its limit, or a clipboard, can leave half of a
 * character, which no JSON parser but a browser's takes: the whole command would be refused.
 */
const HALF = /\p{Surrogate}/gu;

/** The same with U+FFFD in place of halves of characters. Bytes stay as they are. */
export function wellFormed(value: unknown): unknown {
  if (typeof value === "string") return value.replace(HALF, "\uFFFD");
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value === "object" && value !== null && isPlain(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, wellFormed(part)]));
  }
  return value;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
