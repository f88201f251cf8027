/** Runs axe on a piece of the window. Colours are the contrast test's, landmarks the whole page's. */
import axe from "axe-core";
import { expect } from "vitest";

export async function expectNoAxeFaults(root: Element = document.body): Promise<void> {
  const { violations } = await axe.run(root, {
    rules: {
      "color-contrast": { enabled: false },
      region: { enabled: false },
      // Base UI's focus guards are seen by axe in jsdom only.
      "aria-hidden-focus": { enabled: false },
    },
  });
  const faults = violations.map(({ id, help, nodes }) => ({
    id,
    help,
    where: nodes.map((node) => node.html.slice(0, 160)),
  }));
  expect(faults).toEqual([]);
}
