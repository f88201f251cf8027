/**
 * Texts of the catalogue as plain strings, for labels and attributes. Where a name stands in a
 * visible sentence, `<T>` is the better choice: it isolates the name by markup.
 */
import type { MessageKey } from "./en";
import { fill, type Piece, parse } from "./icu";
import { locale } from "./locale";

export type { MessageKey } from "./en";

const parsed = new Map<string, readonly Piece[]>();
const rules = new Map<string, Intl.PluralRules>();
const numbers = new Map<string, Intl.NumberFormat>();

function once<V>(cache: Map<string, V>, key: string, make: () => V): V {
  const found = cache.get(key);
  if (found !== undefined) return found;
  const made = make();
  cache.set(key, made);
  return made;
}

/** The parts of a message with its values in place; for `t` and `<T>` only. */
export function parts<V>(id: MessageKey, values: Readonly<Record<string, V>>) {
  const { tag, message } = locale();
  const text = message(id);
  return fill(
    once(parsed, text, () => parse(text)),
    values,
    once(rules, tag, () => new Intl.PluralRules(tag)),
    once(numbers, tag, () => new Intl.NumberFormat(tag)),
  );
}

/** Characters that could turn the direction of the sentence around a name. */
const TURNS =
  /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Wraps a text in first-strong isolate marks if it could reorder what stands around it. */
export function isolate(text: string): string {
  return TURNS.test(text) ? `\u2068${text}\u2069` : text;
}

/** The text of an id in the language in use. */
export function t(id: MessageKey, values: Readonly<Record<string, string | number>> = {}): string {
  return parts(id, values)
    .map((part) => {
      if (typeof part === "string") return part;
      return typeof part.value === "number"
        ? once(numbers, locale().tag, () => new Intl.NumberFormat(locale().tag)).format(part.value)
        : isolate(part.value);
    })
    .join("");
}
