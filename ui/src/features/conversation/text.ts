/** Long and pictorial texts. Pure. */
import { beginningOf, graphemes } from "~/components/names";
import type { Span } from "~/ipc/bindings";

/** A text longer than this shows only its beginning at first: one message must not fill the chat. */
const LONG_CHARS = 3_000;
const LONG_LINES = 40;

/** The beginning of the spans, or null if the text is short enough to be shown whole. */
export function beginning(spans: readonly Span[]): Span[] | null {
  let chars = LONG_CHARS;
  let lines = LONG_LINES;
  const kept: Span[] = [];
  for (const span of spans) {
    const end = cutAt(span.text, chars, lines);
    if (end < span.text.length) {
      if (end > 0) kept.push({ kind: "text", text: `${span.text.slice(0, end).trimEnd()}…` });
      return kept;
    }
    kept.push(span);
    chars -= span.text.length;
    lines -= span.text.split("\n").length - 1;
  }
  return null;
}

/** Where to cut: at a limit, but never inside a grapheme or a word that ends soon before. */
function cutAt(text: string, chars: number, lines: number): number {
  let end = Math.min(text.length, Math.max(0, chars));
  let at = -1;
  for (let line = 0; line < lines; line += 1) {
    at = text.indexOf("\n", at + 1);
    if (at < 0 || at >= end) break;
  }
  if (at >= 0 && at < end) end = at;
  if (end >= text.length) return text.length;
  const space = text.lastIndexOf(" ", end);
  if (space > end - 40 && space > 0) return space;
  return beginningOf(text, end).length;
}

const EMOJI = /^(?:\p{Emoji_Presentation}|\p{Emoji}\uFE0F|\p{Regional_Indicator}{2})/u;

/** Whether the text is one to three emoji and nothing else: they are drawn large. */
export function isEmojiOnly(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed === "" || trimmed.length > 64) return false;
  const parts = graphemes(trimmed, 4);
  return parts.length <= 3 && parts.every((part) => EMOJI.test(part));
}

export interface LinkTarget {
  readonly mail: boolean;
  /** The host that a web link really opens, or the whole address of a mail link. */
  readonly host: string;
}

/**
 * What a link leads to. The engine gives addresses in their one form, so they are only cut: it knows
 * letters that the web view's own parser does not take yet.
 */
export function linkTarget(url: string): LinkTarget {
  const mail = /^mailto:(.*)$/isu.exec(url)?.[1];
  if (mail !== undefined) return { mail: true, host: unescaped(mail) };
  return { mail: false, host: /^https?:\/\/(?:[^/?#\\]*@)?([^/?#\\@]*)/iu.exec(url)?.[1] ?? url };
}

/** The text behind percent signs; as it stands if it is none. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether the words of a link look like another address than the one that it opens. */
export function looksDifferent(text: string, url: string): boolean {
  const { mail, host } = linkTarget(url);
  const shown = mail
    ? text.trim().replace(/^mailto:/iu, "")
    : text
        .trim()
        .replace(/^https?:\/\//iu, "")
        .split(/[/?#]/u)[0];
  return (shown ?? "").toLowerCase() !== host.toLowerCase();
}
