// @vitest-environment node
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it, vi } from "vitest";
import { folded } from "./fold";
import { marksIn, piecesOf, soughtIn } from "./marks";

interface Vectors {
  same: [string, string][];
  different: [string, string][];
  marked: { text: string; typed: string; found: string[] }[];
}

/** The history is held to the same ones (`crates/store/src/fold.rs`, `table/search_snippet.rs`). */
const vectors = JSON.parse(
  readFileSync(path.resolve(__dirname, "../../../tests/vectors/folding.json"), "utf8"),
) as Vectors;

const found = (text: string, typed: string) =>
  marksIn(text, soughtIn(typed)).map(({ start, end }) => text.slice(start, end));

describe("folded", () => {
  it.each(vectors.same)("%s is %s", (one, other) => {
    expect(folded(one)).toBe(folded(other));
  });

  it.each(vectors.different)("%s is not %s", (one, other) => {
    expect(folded(one)).not.toBe(folded(other));
  });

  it("is the same where the system speaks Turkish", () => {
    const small = String.prototype.toLocaleLowerCase;
    const turkish = vi.spyOn(String.prototype, "toLocaleLowerCase").mockImplementation(function (
      this: string,
    ) {
      return small.call(this, "tr");
    });
    expect(folded("ISPARTA")).toBe("isparta");
    turkish.mockRestore();
  });
});

describe("marksIn", () => {
  it.each(vectors.marked)("$typed in $text", ({ text, typed, found: expected }) => {
    expect(found(text, typed)).toEqual(expected);
  });

  it.each([
    // A digit with its keycap, a letter with a colour of skin behind it, an Arabic sign before digits.
    ["1\ufe0f\u20e3!", "1", ["1\ufe0f\u20e3"]],
    ["a\u{1f3fb}b", "a", ["a\u{1f3fb}"]],
    ["x \u060012 y", "12", ["\u060012"]],
    ["e\u0301\u0301\u0301 f", "e", ["e\u0301\u0301\u0301"]],
  ])("cuts no character of %s", (text, typed, expected) => {
    expect(found(text, typed)).toEqual(expected);
  });

  it("finds nothing without a word", () => {
    for (const typed of ["", "  ", "!", "\u{1f600}"]) expect(found("! text", typed)).toEqual([]);
  });
});

describe("piecesOf", () => {
  it("gives the whole text back, in pieces, wherever it is cut into spans", () => {
    const text = "see the lunch, and lunchtime";
    const marks = marksIn(text, soughtIn("lunch"));
    for (let cut = 0; cut <= text.length; cut += 1) {
      const pieces = [
        ...piecesOf(text.slice(0, cut), 0, marks),
        ...piecesOf(text.slice(cut), cut, marks),
      ];
      expect(pieces.map((piece) => piece.text).join("")).toBe(text);
      const marked = pieces.filter((piece) => piece.marked).map((piece) => piece.text);
      expect(marked.join("")).toBe("lunchlunchtime");
    }
  });
});
