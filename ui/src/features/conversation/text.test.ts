// @vitest-environment node
import { describe, expect, it } from "vitest";
import type { Span } from "~/ipc/bindings";
import { NASTY_TEXTS } from "~/test/nasty";
import { beginning, isEmojiOnly, linkTarget, looksDifferent } from "./text";

const text = (value: string): Span => ({ kind: "text", text: value });

describe("beginning", () => {
  it("shows a short text whole", () => {
    expect(beginning([text("Hello"), { kind: "link", text: "x.org", url: "https://x.org/" }])).toBe(
      null,
    );
  });

  it("cuts a long text at a word", () => {
    const [only] = beginning([text("word ".repeat(2_000))]) ?? [];
    expect(only?.text.endsWith("word…")).toBe(true);
    expect(only?.text.length).toBeLessThanOrEqual(3_001);
  });

  it("cuts a text of many lines after forty", () => {
    const [only] = beginning([text("line\n".repeat(10_000))]) ?? [];
    expect(only?.text.split("\n")).toHaveLength(40);
  });

  it("never cuts inside an emoji", () => {
    const [only] = beginning([text(`a${"👩‍👩‍👧".repeat(2_000)}`)]) ?? [];
    expect(only?.text.replace(/^a(?:👩‍👩‍👧)*…$/u, "")).toBe("");
  });

  it("drops what comes after the cut", () => {
    const spans = beginning([text("a".repeat(5_000)), text("end")]) ?? [];
    expect(spans).toHaveLength(1);
  });
});

describe("isEmojiOnly", () => {
  it.each([
    ["👍", true],
    ["👍🏽 ", true],
    ["👩‍👩‍👧👍❤️", true],
    ["🇸🇪", true],
    ["👍👍👍👍", false],
    ["👍 ok", false],
    ["123", false],
    ["©", false],
    ["", false],
  ])("%j", (value, expected) => {
    expect(isEmojiOnly(value)).toBe(expected);
  });
});

describe("links", () => {
  it.each([
    ["https://example.org/a?b", false, "example.org"],
    ["https://user@evil.example:8080/bank.example", false, "evil.example:8080"],
    ["https://xn--80ak6aa92e.com/", false, "xn--80ak6aa92e.com"],
    ["https://example.org", false, "example.org"],
    ["https://xn--z7a.example/a", false, "xn--z7a.example"],
    ["mailto:mara@example.org", true, "mara@example.org"],
    ["mailto:50%25@example.com", true, "50%@example.com"],
    ["mailto:x%3Fcc%3Devil@evil.example", true, "x?cc=evil@evil.example"],
    [
      "mailto:x?attach=/etc/passwd&cc=y@evil.example",
      true,
      "x?attach=/etc/passwd&cc=y@evil.example",
    ],
    // What the engine does not give, and what must not throw all the same.
    ["mailto:50%@example.com", true, "50%@example.com"],
    ["nothing", false, "nothing"],
  ])("%s leads to its real host", (url, mail, host) => {
    expect(linkTarget(url)).toEqual({ mail, host });
  });

  it.each([
    ["https://example.org/a", "https://example.org/a", false],
    ["example.org", "https://example.org/", false],
    ["apple.com", "https://xn--80ak6aa92e.com/", true],
    ["https://bank.example", "https://evil.example/", true],
    ["50%@example.com", "mailto:50%25@example.com", false],
    ["x?cc=evil@evil.example", "mailto:x%3Fcc%3Devil@evil.example", false],
    ["mara@example.org", "mailto:evil@evil.example", true],
  ])("%s for %s", (shown, url, expected) => {
    expect(looksDifferent(shown, url)).toBe(expected);
  });

  it("of anything throw nothing", () => {
    for (const text of NASTY_TEXTS) {
      for (const url of [text, `mailto:${text}`, `https://${text}`]) {
        expect(() => [linkTarget(url), looksDifferent(text, url)]).not.toThrow();
      }
    }
  });
});
