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
