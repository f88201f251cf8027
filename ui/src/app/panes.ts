/** The parts of the window that F6 goes round, in reading order. */
const PANES = [
  { root: "[data-testid=search]", target: "[data-testid=search]" },
  { root: "[data-pane=chats] li", target: "[data-chat][tabindex='0']" },
  { root: "[data-testid=messages]", target: "[data-message][tabindex='0']" },
  { root: "[data-testid=composer], [data-testid=send]", target: "[data-testid=composer]" },
  { root: "[data-testid=details]", target: "[data-testid=details] button" },
] as const;

/** Moves the focus to the next (1) or previous (-1) part that is there. */
export function movePane(by: 1 | -1): void {
  const active = document.activeElement;
  const at = PANES.findIndex(({ root }) => active?.closest(root));
  const start = at < 0 && by < 0 ? 0 : at;
  for (let step = 1; step <= PANES.length; step += 1) {
    const index = (start + by * step + PANES.length * 2) % PANES.length;
    const target = document.querySelector<HTMLElement>(PANES[index]?.target ?? "");
    if (target) {
      target.focus();
      return;
    }
  }
}
