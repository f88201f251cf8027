const MESSAGES = "[data-message][tabindex='0']";
const COMPOSER = "[data-testid=composer]";

/** The parts of the window that F6 goes round, in reading order. */
const PANES = [
  { root: "[data-testid=search]", target: "[data-testid=search]" },
  { root: "[data-pane=chats] li", target: "[data-chat][tabindex='0']" },
  { root: "[data-testid=messages]", target: MESSAGES },
  { root: "[data-testid=composer], [data-testid=send]", target: COMPOSER },
  { root: "[data-testid=details]", target: "[data-testid=details] button" },
] as const;

/**
 * Moves the focus to the next (1) or previous (-1) part that is there. The messages choose themselves
 * which of them gets it: one that is in sight.
 */
export function movePane(by: 1 | -1, enterMessages: () => void): void {
  const active = document.activeElement;
  const at = PANES.findIndex(({ root }) => active?.closest(root));
  const start = at < 0 && by < 0 ? 0 : at;
  for (let step = 1; step <= PANES.length; step += 1) {
    const index = (start + by * step + PANES.length * 2) % PANES.length;
    const pane = PANES[index];
    const target = document.querySelector<HTMLElement>(pane?.target ?? "");
    if (!target) continue;
    if (pane?.target === MESSAGES) enterMessages();
    else target.focus();
    return;
  }
}

/** What takes keys of its own: a letter means something there. */
const TAKES_LETTERS =
  "input, textarea, select, [contenteditable], [role=combobox], [role=listbox], [role=menu], [role=slider]";

export type LetterPress = Pick<
  KeyboardEvent,
  "key" | "ctrlKey" | "metaKey" | "altKey" | "keyCode" | "getModifierState"
>;

/** Whether the press writes a character, or begins to, as far as can be known before it does. */
export function writes(press: LetterPress): boolean {
  const composes = press.key === "Dead" || press.key === "Process" || press.keyCode === 229;
  if (!composes && [...press.key].length !== 1) return false;
  // AltGr is Control and Alt on Windows.
  if (press.getModifierState("AltGraph")) return true;
  return !press.ctrlKey && !press.metaKey && !press.altKey;
}

/**
 * Puts the focus into the composer before a character is written, so that typing anywhere in a chat
 * writes there. False where the character is for something else.
 */
export function writeHere(press: LetterPress): boolean {
  const active = document.activeElement;
  if (!writes(press) || active?.closest(TAKES_LETTERS)) return false;
  if (press.key === " " && active !== document.body) return false;
  return focusComposer();
}

/** Puts the focus into the composer, if there is one. */
export function focusComposer(): boolean {
  const composer = document.querySelector<HTMLTextAreaElement>(COMPOSER);
  composer?.focus();
  return composer !== null;
}
