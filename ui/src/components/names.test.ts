// @vitest-environment node
import { describe, expect, it } from "vitest";
import { initials, shortName } from "./names";

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
