/**
 * Names of people, as others wrote them: cut only between graphemes, so that neither an emoji nor
 * a letter with its accents is torn.
 */
const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The graphemes of `text`, at most `most` of them. */
export function graphemes(text: string, most: number): string[] {
  const found: string[] = [];
  for (const { segment } of segmenter.segment(text)) {
    if (found.length === most) break;
    found.push(segment);
  }
  return found;
}

/**
 * The beginning of a text, at most `most` UTF-16 units and without half a character. A character of
 * more units than that, as nobody writes, is cut between its code points.
 */
export function beginningOf(text: string, most: number): string {
  if (text.length <= most) return text;
  let end = 0;
  // A little more than is kept: so that the last character is seen whole, and no long text is gone
  // through.
  for (const { index, segment } of segmenter.segment(text.slice(0, most + 64))) {
    if (index + segment.length > most) break;
    end = index + segment.length;
  }
  if (end > 0) return text.slice(0, end);
  const kept = text.slice(0, most);
  return /[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept;
}

/** The name, cut to `most` graphemes with an ellipsis. */
export function shortName(text: string, most = 40): string {
  const parts = graphemes(text, most + 1);
  return parts.length <= most
    ? text
    : `${parts
        .slice(0, most - 1)
        .join("")
        .trimEnd()}…`;
}

/** One or two letters for a picture: of the first and the last word. */
export function initials(name: string): string {
  const words = name
    .split(/\s+/u)
    .filter((word) => /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(word));
  const first = words[0];
  const last = words.length > 1 ? words.at(-1) : undefined;
  const letter = (word: string | undefined) =>
    word === undefined
      ? ""
      : (graphemes(word.replace(/^[^\p{L}\p{N}\p{Extended_Pictographic}]+/u, ""), 1)[0] ?? "");
  return `${letter(first)}${letter(last)}`.toLocaleUpperCase() || "?";
}
