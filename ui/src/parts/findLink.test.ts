// @vitest-environment node
import { describe, expect, it } from "vitest";
import { NASTY_TEXTS } from "~/test/nasty";
import { findLink } from "./findLink";

const LINK = "sotto:add#oWF2-_Q";

describe("findLink", () => {
  // As in link_text.rs.
  it.each([
    LINK,
    `   ${LINK}\n`,
    `Here:\n${LINK}, see you`,
    `(${LINK})`,
    `"${LINK}"`,
    `“${LINK}”`,
    `<${LINK}>`,
    `[add me](${LINK})`,
    `\`${LINK}\``,
    `Link:${LINK}`,
    `链接：${LINK}`,
    `👉${LINK}`,
    `\u200E${LINK}\u200E`,
    `\uFEFF${LINK}.`,
    "SOTTO:add#oWF2-_Q",
    "Sotto:Add#oWF2-_Q",
    "sotto://add#oWF2-_Q",
    "sotto://add/#oWF2-_Q",
    "sotto:add%23oWF2-_Q",
    `sotto:add# or ${LINK}`,
    `${LINK}\nsee`,
  ])("finds the link in %j", (text) => {
    expect(findLink(text)).toBe(LINK);
  });

  it.each(["\n", "\r\n", "=\n", "=\r\n", "\n> ", "\n\t"])(
    "puts a link together that was cut by %j",
    (end) => {
      const [one, two, three] = ["a".repeat(66), "b".repeat(76), "c".repeat(20)];
      const text = `Hello,\nsotto:add#${one}${end}${two}${end}${three}\n\nMara`;
      expect(findLink(text)).toBe(`sotto:add#${one}${two}${three}`);
    },
  );

  it.each([
    ["words", "hello"],
    ["a link of another kind", "https://example.org/#sotto:add#oWF2AQ"],
    ["an address", "https://example.org/sotto:add#oWF2AQ"],
    ["a link without anything in it", "sotto:add#"],
    ["a longer word", `x${LINK}`],
    ["a whole book", `${"x ".repeat(3000)} ${LINK}`],
  ])("finds none in %s", (_, text) => {
    expect(findLink(text)).toBeNull();
  });

  it("throws at nothing", () => {
    for (const text of NASTY_TEXTS) {
      expect(() => [findLink(text), findLink(`sotto:add#${text}`)]).not.toThrow();
    }
  });
});
