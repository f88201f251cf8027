// @vitest-environment node
import { describe, expect, it } from "vitest";
import { NASTY_TEXTS } from "~/test/nasty";
import { beginningOf, initials, shortName } from "./names";

describe("initials", () => {
  it.each([
    ["Mara Lindqvist", "ML"],
    ["mara", "M"],
    ["  Jonas   van der Weber ", "JW"],
    ["שירה בן־דוד", "שב"],
    ["👩‍👩‍👧 Family", "👩‍👩‍👧F"],
    ["élodie", "É"],
    ["*** (Bob)", "B"],
    ["", "?"],
    ["…", "?"],
  ])("of %j are %j", (name, letters) => {
    expect(initials(name)).toBe(letters);
  });
});

describe("shortName", () => {
  it("leaves a short name", () => {
    expect(shortName("Mara", 4)).toBe("Mara");
  });

  it("cuts between graphemes", () => {
    expect(shortName("👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 2)).toBe("👩‍👩‍👧…");
    expect(shortName("ééé", 2)).toBe("é…");
  });
});

describe("beginningOf", () => {
  it.each([
    ["a short text", "Hello", 5, "Hello"],
    ["between characters", "ab👍c", 3, "ab"],
    ["a whole emoji", "ab👍c", 4, "ab👍"],
    ["no family apart", "a👩‍👩‍👧", 4, "a"],
    ["no accent off", "ae\u0301e\u0301", 2, "a"],
    ["a character longer than all", `Z${"\u0301".repeat(300)}`, 4, "Z\u0301\u0301\u0301"],
    ["an emoji longer than all", "👍👍", 1, ""],
  ])("gives %s", (_, text, most, expected) => {
    expect(beginningOf(text, most)).toBe(expected);
  });

  it("cuts no half a character off anything", () => {
    for (const text of NASTY_TEXTS) {
      for (const most of [0, 1, 2, 7, 200]) {
        const cut = beginningOf(text, most);
        expect(text.startsWith(cut)).toBe(true);
        expect(cut.length).toBeLessThanOrEqual(most);
        const split =
          /[\uD800-\uDBFF]$/.test(cut) && /^[\uDC00-\uDFFF]/.test(text.slice(cut.length));
        expect(split).toBe(false);
      }
      expect(() => [initials(text), shortName(text)]).not.toThrow();
    }
  });
});
