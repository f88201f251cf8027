// @vitest-environment node
import { describe, expect, it } from "vitest";
import { MOST_BYTES, roomLeft } from "./limit";

describe("roomLeft", () => {
  it.each([
    ["nothing", "", null],
    ["far from the limit", "a".repeat(50_000), null],
    ["near it", "a".repeat(MOST_BYTES - 100), 100],
    ["at it", "a".repeat(MOST_BYTES), 0],
    ["beyond it", "a".repeat(MOST_BYTES + 3), -3],
    ["in letters of two bytes", "é".repeat(MOST_BYTES / 2), 0],
    ["in emoji of four", "👍".repeat(MOST_BYTES / 4 + 1), -4],
  ])("%s", (_, text, left) => {
    expect(roomLeft(text)).toBe(left);
  });
});
