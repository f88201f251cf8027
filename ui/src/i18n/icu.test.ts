import { describe, expect, test } from "vitest";
import { fill, parse } from "./icu";

const rules = new Intl.PluralRules("en");
const numbers = new Intl.NumberFormat("en");

function write(message: string, values: Record<string, string | number> = {}): string {
  return fill(parse(message), values, rules, numbers)
    .map((part) => (typeof part === "string" ? part : String(part.value)))
    .join("");
}

describe("messages", () => {
  test.each([
    ["plain text", "Nothing was changed.", {}, "Nothing was changed."],
    ["a value", "Rename {name}", { name: "Mara" }, "Rename Mara"],
    ["a value with spaces around its name", "{ name }!", { name: "Mara" }, "Mara!"],
    ["the singular", "{n, plural, one {# day} other {# days}}", { n: 1 }, "1 day"],
    ["the plural", "{n, plural, one {# day} other {# days}}", { n: 2 }, "2 days"],
    ["an exact case before the plural", "{n, plural, =0 {nobody} other {#}}", { n: 0 }, "nobody"],
    [
      "a large number with its separators",
      "{n, plural, other {# people}}",
      { n: 1250 },
      "1,250 people",
    ],
    [
      "a value inside a plural",
      "{n, plural, other {# of {total}}}",
      { n: 2, total: "5" },
      "2 of 5",
    ],
    ["a select", "{x, select, a {one} other {two}}", { x: "a" }, "one"],
    ["the other case of a select", "{x, select, a {one} other {two}}", { x: "b" }, "two"],
    ["a hash outside of a plural", "#{n}", { n: "7" }, "#7"],
    ["a value that is not given", "Hello {name}", {}, "Hello {name}"],
  ])("give %s", (_, message, values, expected) => {
    expect(write(message, values)).toBe(expected);
  });

  test.each(["{", "}", "{name", "{n, plural, one {x}}", "{n, date, short}", "{}"])(
    "with a mistake are refused: %s",
    (message) => {
      expect(() => parse(message)).toThrow();
    },
  );

  test("never read braces of a value as syntax", () => {
    expect(write("Hello {name}", { name: "{n, plural, other {#}}" })).toBe(
      "Hello {n, plural, other {#}}",
    );
  });
});
