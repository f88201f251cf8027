/** Which shortcut a key press is. Pure; `useKeyboard` acts on it. */
import { isMac } from "~/components/Kbd";
import { SHORTCUTS, type ShortcutId } from "~/components/shortcuts";

export type KeyPress = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

const NAMES: Readonly<Record<string, string>> = {
  "↑": "arrowup",
  "↓": "arrowdown",
  esc: "escape",
};

/** "+" is pressed without Shift, too, where it shares its key with "=". */
const PLACES: Readonly<Record<string, string>> = { "=": "+" };

interface Combination {
  id: ShortcutId;
  key: string;
  control: boolean;
  alt: boolean;
  shift: boolean;
}

const COMBINATIONS: readonly Combination[] = SHORTCUTS.flatMap((shortcut) =>
  [shortcut.keys, ...("also" in shortcut ? [shortcut.also] : [])].map((keys) => {
    const parts = keys.toLowerCase().split(" ");
    const last = parts.at(-1) ?? "";
    return {
      id: shortcut.id,
      key: NAMES[last] ?? last,
      control: parts.includes("ctrl"),
      alt: parts.includes("alt"),
      shift: parts.includes("shift"),
    };
  }),
);

/** The shortcut of this press. On macOS Command stands for Control. */
export function shortcutOf(press: KeyPress, mac = isMac): ShortcutId | null {
  const control = mac ? press.metaKey : press.ctrlKey;
  const other = mac ? press.ctrlKey : press.metaKey;
  if (other) return null;
  const key = PLACES[press.key] ?? press.key.toLowerCase();
  const found = COMBINATIONS.find(
    (one) =>
      one.key === key &&
      one.control === control &&
      one.alt === press.altKey &&
      // These are on shifted keys of some keyboards.
      (one.shift === press.shiftKey || (one.control && /^[/,+0-]$/.test(one.key))),
  );
  return found?.id ?? null;
}
