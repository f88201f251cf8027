/**
 * The decisions of the message list, apart from the page they are about: when to load, what to cut,
 * where to begin. The list is bottom-anchored: distances are in px of what lies beyond the window.
 */

import type { MessageId } from "~/ipc/bindings";

/** Older messages are asked for when less than this is left above. */
const OLDER_PX = 2_500;
/** Newer messages are asked for when less than this is left below. */
const NEWER_PX = 1_500;
/** Rows are cut this long after the last scrolling, when nobody's wheel is turning. */
export const TRIM_AFTER_MS = 160;
/** The button to the newest message appears beyond this. */
const AWAY_PX = 300;
/** So near the end counts as there. */
const END_PX = 24;
/** Rows on each side of the window that a cut spares. */
const SPARED_ROWS = 40;

export interface Extent {
  /** px of messages above the window. */
  above: number;
  /** px of messages below the window. */
  below: number;
}

export interface Ends {
  hasOlder: boolean;
  hasNewer: boolean;
  loading: unknown;
}

export function wantsOlder({ above }: Extent, ends: Ends): boolean {
  return ends.hasOlder && !ends.loading && above < OLDER_PX;
}

export function wantsNewer({ below }: Extent, ends: Ends): boolean {
  return ends.hasNewer && !ends.loading && below < NEWER_PX;
}

/** Whether the newest message is in the window. */
export function atNewest({ below }: Extent, { hasNewer }: Pick<Ends, "hasNewer">): boolean {
  return !hasNewer && below <= END_PX;
}

/** Whether the way back to the newest message is worth a button. */
export function isAway({ below }: Extent, { hasNewer }: Pick<Ends, "hasNewer">): boolean {
  return hasNewer || below > AWAY_PX;
}

/**
 * Which end stays when a list of `total` rows is cut to `kept`, or null if the rows from `first` to
 * `last`, which are in the window, lie too near to both cuts.
 */
export function trimSide(
  total: number,
  kept: number,
  first: number,
  last: number,
): "newest" | "oldest" | null {
  if (total <= kept) return null;
  if (first - SPARED_ROWS >= total - kept) return "newest";
  if (last + SPARED_ROWS < kept) return "oldest";
  return null;
}

/** The first index at or after which `edge(index) > limit`; `edge` grows with the index. */
export function firstBeyond(count: number, limit: number, edge: (index: number) => number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edge(middle) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** A message and where it lies, px. */
export interface Lying {
  id: MessageId;
  top: number;
  bottom: number;
}

/** The messages in sight. */
export interface Sight {
  /** The first and the last that are seen whole, or of which something is seen if none is. */
  first: MessageId;
  last: MessageId;
  /** Whether anything of it is seen. */
  has: (message: MessageId) => boolean;
}

/** What lies between `top` and `bottom`; `rows` go downward. */
export function sightIn(rows: readonly Lying[], top: number, bottom: number): Sight | null {
  if (bottom <= top) return null;
  const from = firstBeyond(rows.length, top, (at) => rows[at]?.bottom ?? 0);
  const to = firstBeyond(rows.length, bottom - 0.5, (at) => rows[at]?.top ?? 0);
  const seen = rows.slice(from, to);
  const whole = seen.filter((row) => row.top >= top - 0.5 && row.bottom <= bottom + 0.5);
  const [first, last] = whole.length > 0 ? [whole[0], whole.at(-1)] : [seen[0], seen.at(-1)];
  if (!first || !last) return null;
  const ids = new Set(seen.map(({ id }) => id));
  return { first: first.id, last: last.id, has: (message) => ids.has(message) };
}

/** The row to move to from `index` by a key, or null if the key moves nothing. */
export function stepTo(key: string, index: number, count: number): number | null {
  switch (key) {
    case "ArrowUp":
      return Math.max(0, index - 1);
    case "ArrowDown":
      return Math.min(count - 1, index + 1);
    case "Home":
      return 0;
    default:
      return null;
  }
}
