// @vitest-environment node
import { expect, it } from "vitest";
import { zoomAfter } from "./zoom";

it.each([
  [100, 1, 110],
  [100, -1, 90],
  [200, 1, 200],
  [80, -1, 80],
  [175, 1, 200],
  // A size that an older or newer program kept.
  [130, 1, 150],
  [130, -1, 125],
] as const)("from %d %%, step %d", (percent, step, next) => {
  expect(zoomAfter(percent, step)).toBe(next);
});
