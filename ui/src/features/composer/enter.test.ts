// @vitest-environment node
import { describe, expect, it } from "vitest";
import { type EnterPress, sends } from "./enter";

const press = (over: Partial<EnterPress> = {}): EnterPress => ({
  key: "Enter",
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  isComposing: false,
  keyCode: 13,
  ...over,
});

describe("sends", () => {
  it.each<[string, EnterPress, boolean, boolean]>([
    ["Enter", press(), true, true],
    ["Enter, if it makes lines", press(), false, false],
    ["Shift Enter", press({ shiftKey: true }), true, false],
    ["Ctrl Enter", press({ ctrlKey: true }), false, true],
    ["Command Enter", press({ metaKey: true }), false, true],
    ["Enter that ends a composition", press({ isComposing: true }), true, false],
    ["the same in WebKit", press({ keyCode: 229 }), true, false],
    ["Ctrl Enter in a composition", press({ ctrlKey: true, keyCode: 229 }), true, false],
    ["another key", press({ key: "a", keyCode: 65 }), true, false],
  ])("%s", (_, event, enterSends, expected) => {
    expect(sends(event, enterSends)).toBe(expected);
  });
});
