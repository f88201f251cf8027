/**
 * What has to be kept before the window goes: drafts. Whoever holds something registers how it is
 * kept; whoever closes the window or ends the program waits for all of them.
 */

type Save = () => Promise<unknown>;

const savers = new Set<Save>();

/** Longer than any of it takes; an engine that hangs keeps no window open, ms. */
const LONGEST = 3000;

/** Has this done before the window goes; the result takes it back. */
export function beforeLeaving(save: Save): () => void {
  savers.add(save);
  return () => void savers.delete(save);
}

/** Keeps everything. It never fails: what cannot be kept does not hold the person up. */
export async function keepAll(): Promise<void> {
  const kept = Promise.allSettled([...savers].map((save) => save()));
  await Promise.race([kept, new Promise((over) => setTimeout(over, LONGEST))]);
}
