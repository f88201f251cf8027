/**
 * Where what was looked for stands in a text, as `crates/store/src/table/search_snippet.rs` marks it
 * in results: whole words, as they were written. Pure.
 */
import { folded, foldedCharacter, isOfWord } from "./fold";

/** UTF-16 units of the text. */
export interface Mark {
  readonly start: number;
  readonly end: number;
}

/** Words, or several that follow one another, each folded; the last of all may be a beginning. */
export type Sought = readonly (readonly string[])[];

interface Word extends Mark {
  readonly folded: string;
}

/** The most words of a query, and the most letters of a word, that are looked for. */
const MOST_WORDS = 32;
const MOST_LETTERS = 200;

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** What a person typed, as it is looked for; empty if there is no word in it. */
export function soughtIn(typed: string): Sought {
  return typed
    .split(/\s+/u)
    .map((word) => folded([...word].slice(0, MOST_LETTERS).join("")))
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .slice(0, MOST_WORDS)
    .map((word) => word.split(/[^\p{L}\p{N}\p{M}]+/u).filter(Boolean));
}

/** The places, in order and apart from each other. None of them cuts a character that is seen as one. */
export function marksIn(text: string, sought: Sought): Mark[] {
  if (sought.length === 0) return [];
  const words = wordsOf(text);
  const found: Mark[] = [];
  let at = 0;
  while (at < words.length) {
    const length = lengthAt(words, at, sought);
    const first = words[at];
    const last = words[at + length - 1];
    if (length > 0 && first && last) found.push({ start: first.start, end: last.end });
    at += Math.max(1, length);
  }
  return found.length === 0 ? found : wholeCharacters(text, found);
}

/** How many words from here on are what is looked for; 0 if they are not. */
function lengthAt(words: readonly Word[], at: number, sought: Sought): number {
  let longest = 0;
  for (const [index, run] of sought.entries()) {
    const open = index === sought.length - 1 ? run.length - 1 : -1;
    const fits = run.every((wanted, place) => {
      const word = words[at + place]?.folded;
      return place === open ? word?.startsWith(wanted) : word === wanted;
    });
    if (fits) longest = Math.max(longest, run.length);
  }
  return longest;
}

/** The words of a text, as the index has them. */
function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  let start = -1;
  let end = 0;
  let piece = "";
  const close = () => {
    if (start >= 0) words.push({ start, end, folded: piece });
    start = -1;
    piece = "";
  };
  let at = 0;
  for (const character of text) {
    const part = foldedCharacter(character);
    const next = at + character.length;
    if (!isOfWord(part)) close();
    // What is left out is a part of the word that it stands in.
    else if (part !== "" || start >= 0) {
      if (start < 0) start = at;
      piece += part;
      end = next;
    }
    at = next;
  }
  close();
  return words;
}

/** The same places, each as wide as the graphemes that it touches. */
function wholeCharacters(text: string, marks: readonly Mark[]): Mark[] {
  const whole: Mark[] = [];
  const graphemes = segmenter.segment(text);
  for (const { start, end } of marks) {
    const first = graphemes.containing(start)?.index ?? start;
    const last = graphemes.containing(end - 1);
    const until = last ? last.index + last.segment.length : end;
    const before = whole.at(-1);
    if (before && first < before.end) {
      whole[whole.length - 1] = { start: before.start, end: Math.max(before.end, until) };
    } else whole.push({ start: first, end: until });
  }
  return whole;
}

/** A piece of a text: marked or not. */
export interface Piece {
  readonly text: string;
  readonly marked: boolean;
}

/** The text from `offset` on, which these marks are in, in pieces. */
export function piecesOf(text: string, offset: number, marks: readonly Mark[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  const push = (until: number, marked: boolean) => {
    if (until > at) pieces.push({ text: text.slice(at, until), marked });
    at = Math.max(at, until);
  };
  for (const mark of marks) {
    push(Math.min(text.length, mark.start - offset), false);
    push(Math.min(text.length, mark.end - offset), true);
  }
  push(text.length, false);
  return pieces;
}
