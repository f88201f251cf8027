/**
 * How hard a passphrase is to guess, in words. A rough count of the choices behind it: enough to
 * warn, no proof. It deliberately carries no word list.
 */
import type { MessageKey } from "~/i18n/t";

export type Strength = "very_weak" | "weak" | "fair" | "good" | "strong";

/** Bits from which on each word is used; Argon2id makes each guess cost about half a second. */
const FROM_BITS: readonly (readonly [number, Strength])[] = [
  [70, "strong"],
  [52, "good"],
  [38, "fair"],
  [25, "weak"],
];

const POOLS: readonly (readonly [RegExp, number])[] = [
  [/[a-z]/, 26],
  [/[A-Z]/, 26],
  [/[0-9]/, 10],
  [/[^A-Za-z0-9]/, 33],
];

/** Bits that a word of a passphrase counts: one of about 2,000 usual ones. */
const WORD_BITS = 11;

/** The characters without those that follow from the one before: repeats and runs like "abc" or "321". */
function surprising(text: string): number {
  const codes = [...text].map((char) => char.codePointAt(0) ?? 0);
  return codes.filter((code, index) => {
    const before = codes[index - 1];
    return before === undefined || Math.abs(code - before) > 1;
  }).length;
}

/** A rough number of bits. */
function bitsOf(passphrase: string): number {
  const pool = POOLS.reduce((sum, [has, size]) => (has.test(passphrase) ? sum + size : sum), 0);
  if (pool === 0) return 0;
  const words = passphrase
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word.length > 2);
  const byChars = surprising(passphrase) * Math.log2(pool);
  // Words are guessed as words: their letters count for less than random ones, repeats for nothing.
  return words.length >= 2
    ? Math.min(byChars, new Set(words).size * WORD_BITS * 1.4)
    : byChars * 0.75;
}

export function strengthOf(passphrase: string): Strength {
  const bits = bitsOf(passphrase);
  return FROM_BITS.find(([from]) => bits >= from)?.[1] ?? "very_weak";
}

export const strengthWord: Readonly<Record<Strength, MessageKey>> = {
  very_weak: "strength.very_weak",
  weak: "strength.weak",
  fair: "strength.fair",
  good: "strength.good",
  strong: "strength.strong",
};
