// @vitest-environment node
import { describe, expect, it } from "vitest";
import type { Span } from "~/ipc/bindings";
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
    ["mailto:mara@example.org", true, "mara@example.org"],
  ])("%s leads to its real host", (url, mail, host) => {
    expect(linkTarget(url)).toEqual({ mail, host });
  });

  it.each([
    ["https://example.org/a", "https://example.org/a", false],
    ["example.org", "https://example.org/", false],
    ["apple.com", "https://xn--80ak6aa92e.com/", true],
    ["https://bank.example", "https://evil.example/", true],
  ])("%s for %s", (shown, url, expected) => {
    expect(looksDifferent(shown, url)).toBe(expected);
  });
});
