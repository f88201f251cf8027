import { describe, expect, it } from "vitest";
import { SHORTCUTS } from "~/components/shortcuts";
import { type KeyPress, shortcutOf } from "./keys";

const press = (key: string, over: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...over,
});

const control = { ctrlKey: true };

describe("shortcutOf", () => {
  it.each([
    [press("k", control), "palette"],
    [press("K", control), "palette"],
    [press("f", control), "find"],
    [press("F", { ...control, shiftKey: true }), "find-all"],
    [press("ArrowDown", { altKey: true }), "next-chat"],
    [press("ArrowUp", { altKey: true, shiftKey: true }), "previous-unread"],
    [press(",", control), "settings"],
    [press("/", { ...control, shiftKey: true }), "keys"],
    [press("+", control), "zoom-in"],
    [press("+", { ...control, shiftKey: true }), "zoom-in"],
    [press("=", control), "zoom-in"],
    [press("-", control), "zoom-out"],
    [press("0", control), "zoom-reset"],
    [press("0"), null],
    [press("F6"), "next-pane"],
    [press("F6", { shiftKey: true }), "previous-pane"],
    [press("F3"), "find-next"],
    [press("F3", { shiftKey: true }), "find-previous"],
    [press("g", control), "find-next"],
    [press("G", { ...control, shiftKey: true }), "find-previous"],
    [press("g"), null],
    [press("Escape"), "escape"],
    [press("w", control), "close"],
    [press("w"), null],
    [press("k"), null],
    [press("k", { metaKey: true }), null],
    [press("k", { ...control, altKey: true }), null],
  ])("%j", (event, expected) => {
    expect(shortcutOf(event, false)).toBe(expected);
  });

  it("takes Command for Control on macOS", () => {
    expect(shortcutOf(press("k", { metaKey: true }), true)).toBe("palette");
    expect(shortcutOf(press("k", control), true)).toBe(null);
  });

  it("has no combination twice", () => {
    const all = SHORTCUTS.flatMap((one) => ("also" in one ? [one.keys, one.also] : [one.keys]));
    expect(new Set(all).size).toBe(all.length);
  });
});
