/** How much of a message's room a text takes. Pure. */

/** The longest text, bytes of UTF-8. */
export const MOST_BYTES = 60 * 1024;
/** The room is shown from here on, bytes. */
const SHOWN_FROM = MOST_BYTES - 8 * 1024;
/** No character of a JavaScript string takes more than this, bytes. */
const WIDEST_BYTES = 3;

const encoder = new TextEncoder();

/** Bytes that are left (negative: too many), or null while there is room enough not to say so. */
export function roomLeft(text: string): number | null {
  if (text.length * WIDEST_BYTES < SHOWN_FROM) return null;
  const bytes = encoder.encode(text).length;
  return bytes < SHOWN_FROM ? null : MOST_BYTES - bytes;
}
