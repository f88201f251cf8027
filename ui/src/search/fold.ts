/**
 * Letters as a search compares them: without case, without the accents and vowel signs that people
 * leave out, in one form where Unicode has several. The index of the history does the same
 * (`crates/store/src/fold.rs`): what it finds is marked here, so neither changes without the other;
 * `tests/vectors/folding.json` holds both to it.
 */

/** Accents, the vowel signs of scripts that are mostly written without them, and what cannot be seen. */
const LEFT_OUT = new RegExp(
  [
    // Latin, Greek, Cyrillic.
    "[\\u0300-\\u036f\\u0483-\\u0489\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe20-\\ufe2f",
    // Hebrew; marks between its words stay.
    "\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7",
    // Arabic, with the stroke that only makes words longer; Syriac.
    "\\u0610-\\u061a\\u0640\\u064b-\\u065f\\u0670\\u06d6-\\u06dc\\u06df-\\u06e4\\u06e7\\u06e8",
    "\\u06ea-\\u06ed\\u0711\\u0730-\\u074a\\u08d3-\\u08e1\\u08e3-\\u08ff",
    // Soft hyphen, joiners, marks of the direction.
    "\\u00ad\\u200c-\\u200f\\u202a-\\u202e\\u2060\\u2066-\\u2069\\ufeff]+",
  ].join(""),
  "gu",
);

/** What ASCII and each other character that was seen is compared as; people write with few of them. */
const known = new Map<string, string>();
/** So many of those are remembered. */
const MOST_KNOWN = 4_096;

/**
 * What one character is compared as: nothing for what people leave out. By no language's rules, so
 * that the same is found whatever the system's is: in Turkish the small letter of I is another one.
 */
export function foldedCharacter(character: string): string {
  const before = known.get(character);
  if (before !== undefined) return before;
  const small = [...character.normalize("NFKD").replace(LEFT_OUT, "")].map((part) =>
    part
      .toLowerCase()
      .replace(LEFT_OUT, "")
      .replace("ς", "σ")
      .replace("ı", "i")
      .replace("ß", "ss")
      .replace("\u200b", " "),
  );
  const folded = small.join("");
  if (known.size < MOST_KNOWN) known.set(character, folded);
  return folded;
}

/** The text as it is compared. */
export function folded(text: string): string {
  let out = "";
  for (const character of text) out += foldedCharacter(character);
  return out;
}

/** Whether all of a folded text is part of a word; marks of scripts that cannot be written without them are. */
export const isOfWord = (text: string): boolean => /^[\p{L}\p{N}\p{M}]*$/u.test(text);
