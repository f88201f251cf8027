/**
 * Finds a link of ours in what was pasted: in brackets or quotation marks, behind words of any script,
 * with the slashes that some programs add, cut where a mail program ends its lines. The engine does the
 * same (`core/people/link_text.rs`) and decides; this only tells a text with a link from one without.
 */

/** Longer texts are not looked at: a link has at most 271 characters. */
const LONGEST = 4096;
/** The shortest line that a mail program has cut; a shorter one was ended by a person. */
const SHORTEST_CUT_LINE = 60;

/** What a link begins with, unless it is a part of another address. */
const START = /(?<![A-Za-z0-9_#/])sotto:(?:\/\/)?add\/?(?:#|%23)(?=[\w-])/i;
/** The end of a line that the link may go on behind: also a soft one, or before a quoted line. */
const LINE_END = /^=?\r?\n[\t >]*(?=[\w-])/;

/** The link in a text, in its usual form. */
export function findLink(text: string): string | null {
  if (text.length > LONGEST) return null;
  const start = START.exec(text);
  if (!start) return null;
  let run = "";
  let at = start.index + start[0].length;
  for (;;) {
    const part = /^[\w-]+/.exec(text.slice(at))?.[0] ?? "";
    run += part;
    at += part.length;
    const lineLength = at - (text.lastIndexOf("\n", at - 1) + 1);
    const end = LINE_END.exec(text.slice(at))?.[0];
    if (end === undefined || lineLength < SHORTEST_CUT_LINE) return `sotto:add#${run}`;
    at += end.length;
  }
}
