/**
 * The language in use: its texts, its direction and its plural rules. English is the only one so
 * far; the gallery puts a pseudo-language in its place to show what longer and right-to-left texts do.
 */
import { en, type MessageKey } from "./en";

export interface Locale {
  /** BCP 47 tag for Intl. */
  readonly tag: string;
  readonly direction: "ltr" | "rtl";
  /** Gives the message of an id. */
  readonly message: (id: MessageKey) => string;
}

const english: Locale = { tag: "en-GB", direction: "ltr", message: (id) => en[id] };

let current: Locale = english;

export function locale(): Locale {
  return current;
}

/** Changes the language. What is already drawn changes with its next drawing. */
export function setLocale(next: Locale): void {
  current = next;
}
