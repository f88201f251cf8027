/**
 * Two made-up languages that show what translations will do: one with accents and 40 % longer, one
 * that runs from right to left. Only the gallery uses them.
 */
import { en } from "~/i18n/en";
import type { Locale } from "~/i18n/locale";

const ACCENTS: Readonly<Record<string, string>> = {
  a: "á",
  c: "ç",
  e: "é",
  g: "ĝ",
  i: "ï",
  n: "ñ",
  o: "ö",
  s: "š",
  u: "ü",
  y: "ý",
  z: "ž",
  A: "Á",
  C: "Ç",
  E: "É",
  I: "Ï",
  N: "Ñ",
  O: "Ö",
  S: "Š",
  U: "Ü",
  Y: "Ý",
};

/** Changes only the text of an ICU message: what stands at an even depth of braces. */
function mapText(message: string, change: (text: string) => string): string {
  let depth = 0;
  return message
    .split(/([{}])/)
    .map((piece) => {
      if (piece === "{") depth += 1;
      else if (piece === "}") depth -= 1;
      else if (depth % 2 === 0 && piece.trim() !== "") return change(piece);
      return piece;
    })
    .join("");
}

function accented(text: string): string {
  const changed = [...text].map((char) => ACCENTS[char] ?? char).join("");
  return `${changed}${" ~~~~".repeat(Math.ceil(text.length / 12))}`;
}

/** Right-to-left override around each run of letters, as a right-to-left language would run. */
function reversed(text: string): string {
  return text.replace(/[^\s#]+/g, (word) => `\u202e${word}\u202c`);
}

export const longLocale: Locale = {
  tag: "en-GB",
  direction: "ltr",
  message: (id) => mapText(en[id], accented),
};

export const rtlLocale: Locale = {
  tag: "en-GB",
  direction: "rtl",
  message: (id) => mapText(en[id], reversed),
};
