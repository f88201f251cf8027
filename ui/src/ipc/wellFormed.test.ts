// @vitest-environment node
import { expect, test } from "vitest";
import { NASTY_TEXTS } from "~/test/nasty";
import { wellFormed } from "./wellFormed";

test.each([
  ["a\uD83D", "a\uFFFD"],
  ["\uDE00\uD83D", "\uFFFD\uFFFD"],
  ["a👍b", "a👍b"],
])("%j goes out as %j", (text, sent) => {
  expect(wellFormed(text)).toBe(sent);
});

test("whatever a command holds has no half of a character left", () => {
  for (const text of NASTY_TEXTS) {
    const sent = JSON.stringify(wellFormed({ contact: { name: text }, order: [text, 1, null] }));
    expect(sent).not.toMatch(/\\ud[89a-f]/i);
  }
});

test("bytes stay bytes", () => {
  const bytes = new Uint8Array([1, 2]);
  expect(wellFormed(bytes)).toBe(bytes);
});
