/** What others can send and nobody expects: strings and moments that make careless code throw. */

const PIECES = [
  "",
  " ",
  "%",
  "50%@example.com",
  "%E0%A4%A",
  "\uD83D",
  "\uDE00",
  "a\uD83D",
  "\uDE00\uD83D",
  "\u0000",
  "\u202E",
  "\u2066\u202B",
  "\uFFFF\uFDD0",
  "e\u0301".repeat(3),
  `Z${"\u0301".repeat(400)}`,
  "👩‍👩‍👧",
  "\u{1E900}\u{16A40}",
  "İıſß",
  "https://",
  "https://\u{11F02}.example/",
  "http://[::1",
  "mailto:",
  "mailto:%@%",
  "javascript:alert(1)",
  "{name}",
  "{count, plural, one {#}",
  "'{'",
  "<b>&amp;</b>",
  "__proto__",
  "constructor",
  "\\",
  "(",
  "[\uD800]",
];

/** Each piece alone, in a sentence, repeated, and before and behind another. */
export const NASTY_TEXTS: readonly string[] = PIECES.flatMap((piece, index) => [
  piece,
  `see ${piece} there`,
  piece.repeat(300),
  `${piece}${PIECES[(index + 7) % PIECES.length] ?? ""}`,
]);

/** Moments that a relay can name, ms since 1970. */
export const NASTY_MOMENTS: readonly number[] = [
  0,
  -1,
  1e13,
  8.64e15,
  8.64e15 + 1,
  -8.64e15,
  -8.64e15 - 1,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
  9.3e18,
  -9.3e18,
  Number.POSITIVE_INFINITY,
  Number.NaN,
];
