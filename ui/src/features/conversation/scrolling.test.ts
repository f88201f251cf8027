// @vitest-environment node
import { describe, expect, it } from "vitest";
import type { MessageId } from "~/ipc/bindings";
import {
  atNewest,
  firstBeyond,
  isAway,
  sightIn,
  stepTo,
  trimSide,
  wantsNewer,
  wantsOlder,
} from "./scrolling";

const ends = { hasOlder: true, hasNewer: true, loading: null };

describe("paging", () => {
  it.each([
    [2_499, ends, true],
    [2_500, ends, false],
    [0, { ...ends, hasOlder: false }, false],
    [0, { ...ends, loading: "newer" }, false],
  ])("older with %d px above", (above, now, expected) => {
    expect(wantsOlder({ above, below: 0 }, now)).toBe(expected);
  });

  it.each([
    [1_499, ends, true],
    [1_500, ends, false],
    [0, { ...ends, hasNewer: false }, false],
    [0, { ...ends, loading: "older" }, false],
  ])("newer with %d px below", (below, now, expected) => {
    expect(wantsNewer({ above: 0, below }, now)).toBe(expected);
  });
});

describe("the end of the list", () => {
  it.each([
    [0, false, true, false],
    [24, false, true, false],
    [25, false, false, false],
    [301, false, false, true],
    [0, true, false, true],
  ])("%d px below, newer there: %s", (below, hasNewer, newest, away) => {
    expect(atNewest({ above: 0, below }, { hasNewer })).toBe(newest);
    expect(isAway({ above: 0, below }, { hasNewer })).toBe(away);
  });
});

describe("trimSide", () => {
  it.each([
    ["few rows stay", 400, 100, 120, null],
    ["near the newest, the oldest go", 600, 500, 520, "newest"],
    ["near the oldest, the newest go", 600, 10, 30, "oldest"],
    ["the last place that spares 40 rows above", 600, 240, 260, "newest"],
    ["one row higher nothing is cut at the top", 600, 239, 359, "oldest"],
    ["between both cuts nothing goes", 600, 239, 360, null],
  ] as const)("%s", (_, total, first, last, expected) => {
    expect(trimSide(total, 400, first, last)).toBe(expected);
  });

  it("never cuts a row that is in the window or 40 rows from it", () => {
    for (let first = 0; first < 600; first += 7) {
      const last = Math.min(599, first + 12);
      const side = trimSide(600, 400, first, last);
      if (side === "newest") expect(first).toBeGreaterThanOrEqual(200 + 40);
      if (side === "oldest") expect(last).toBeLessThan(400 - 40);
    }
  });
});

describe("firstBeyond", () => {
  const edges = [10, 20, 30, 40];
  it.each([
    [0, 0],
    [10, 1],
    [25, 2],
    [39, 3],
    [40, 4],
  ])("edge %d", (limit, index) => {
    expect(firstBeyond(edges.length, limit, (at) => edges[at] ?? 0)).toBe(index);
  });
});

describe("sightIn", () => {
  /** Rows of 100 px from -250 on. */
  const lying = Array.from({ length: 8 }, (_, index) => ({
    id: (index + 1) as MessageId,
    top: -250 + 100 * index,
    bottom: -150 + 100 * index,
  }));

  it("names the rows that are seen whole, and knows those of which something is seen", () => {
    const sight = sightIn(lying, 0, 400);
    expect([sight?.first, sight?.last]).toEqual([4, 6]);
    expect(lying.map(({ id }) => sight?.has(id))).toEqual([
      false,
      false,
      true,
      true,
      true,
      true,
      true,
      false,
    ]);
  });

  it("names what is seen at all where nothing is seen whole", () => {
    const sight = sightIn(lying, 60, 140);
    expect([sight?.first, sight?.last]).toEqual([4, 4]);
  });

  it("is nothing where nothing is", () => {
    expect(sightIn([], 0, 400)).toBe(null);
    expect(sightIn(lying, 0, 0)).toBe(null);
    expect(sightIn(lying, 900, 1_200)).toBe(null);
  });
});

describe("stepTo", () => {
  it.each([
    ["ArrowUp", 5, 4],
    ["ArrowUp", 0, 0],
    ["ArrowDown", 8, 9],
    ["ArrowDown", 9, 9],
    ["Home", 5, 0],
    ["a", 5, null],
  ])("%s from %d", (key, from, to) => {
    expect(stepTo(key, from, 10)).toBe(to);
  });
});
