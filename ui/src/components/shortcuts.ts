/**
 * Every key combination of the whole window, in the order in which the table of them shows it. The
 * window's handler, the tooltips and the settings read them here. Keys of one part of the window,
 * as a list or the composer, are that part's own. `also` does the same and is not shown.
 */
import type { MessageKey } from "~/i18n/t";

export const SHORTCUTS = [
  { id: "palette", keys: "Ctrl K", label: "keys.palette" },
  { id: "new-chat", keys: "Ctrl N", label: "keys.newChat" },
  { id: "find", keys: "Ctrl F", label: "keys.find" },
  { id: "find-next", keys: "F3", also: "Ctrl G", label: "keys.findNext" },
  { id: "find-previous", keys: "Shift F3", also: "Ctrl Shift G", label: "keys.findPrevious" },
  { id: "find-all", keys: "Ctrl Shift F", label: "keys.findAll" },
  { id: "previous-chat", keys: "Alt ↑", label: "keys.previousChat" },
  { id: "next-chat", keys: "Alt ↓", label: "keys.nextChat" },
  { id: "previous-unread", keys: "Alt Shift ↑", label: "keys.previousUnread" },
  { id: "next-unread", keys: "Alt Shift ↓", label: "keys.nextUnread" },
  { id: "details", keys: "Ctrl I", label: "keys.details" },
  { id: "settings", keys: "Ctrl ,", label: "keys.settings" },
  { id: "keys", keys: "Ctrl /", label: "keys.keys" },
  { id: "next-pane", keys: "F6", label: "keys.nextPane" },
  { id: "previous-pane", keys: "Shift F6", label: "keys.previousPane" },
  { id: "escape", keys: "Esc", label: "keys.escape" },
  { id: "zoom-in", keys: "Ctrl +", label: "keys.zoomIn" },
  { id: "zoom-out", keys: "Ctrl -", label: "keys.zoomOut" },
  { id: "zoom-reset", keys: "Ctrl 0", label: "keys.zoomReset" },
  { id: "close", keys: "Ctrl W", label: "keys.close" },
  { id: "quit", keys: "Ctrl Q", label: "keys.quit" },
] as const satisfies readonly { id: string; keys: string; also?: string; label: MessageKey }[];

export type ShortcutId = (typeof SHORTCUTS)[number]["id"];

const KEYS = new Map<ShortcutId, string>(SHORTCUTS.map(({ id, keys }) => [id, keys]));

/** The keys of a shortcut, for a tooltip. */
export const keysOf = (id: ShortcutId): string => KEYS.get(id) ?? "";
