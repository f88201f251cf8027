/** Long and pictorial texts. Pure. */
import { graphemes } from "~/components/names";
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
  const tail = text.slice(Math.max(0, end - 64), end + 64);
  const offset = Math.max(0, end - 64);
  let safe = 0;
  for (const part of graphemes(tail, tail.length)) {
    if (safe + part.length > end - offset) break;
    safe += part.length;
  }
  return offset + safe;
}

const EMOJI = /^(?:\p{Emoji_Presentation}|\p{Emoji}\uFE0F|\p{Regional_Indicator}{2})/u;

/** Whether the text is one to three emoji and nothing else: they are drawn large. */
export function isEmojiOnly(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed === "" || trimmed.length > 64) return false;
  const parts = graphemes(trimmed, 4);
  return parts.length <= 3 && parts.every((part) => EMOJI.test(part));
}

/** The host that a link really opens, or the address of a mail link. */
export function linkTarget(url: string): { mail: boolean; host: string } {
  const parsed = new URL(url);
  return parsed.protocol === "mailto:"
    ? { mail: true, host: decodeURIComponent(parsed.pathname) }
    : { mail: false, host: parsed.host };
}

/** Whether the words of a link look like another address than the one that it opens. */
export function looksDifferent(text: string, url: string): boolean {
  const { mail, host } = linkTarget(url);
  const shown = text
    .trim()
    .replace(/^(?:https?:\/\/|mailto:)/iu, "")
    .split(/[/?#]/u)[0];
  return (shown ?? "").toLowerCase() !== (mail ? host.toLowerCase() : host);
}
