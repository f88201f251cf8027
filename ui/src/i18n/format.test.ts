// @vitest-environment node
import { describe, expect, it } from "vitest";
import { NASTY_MOMENTS } from "~/test/nasty";
import {
  dateTime,
  dayChip,
  dayMonth,
  daysBetween,
  listTime,
  machineTime,
  timeOfDay,
} from "./format";

const NOW = new Date(2026, 2, 3, 14, 32).getTime();

describe("a moment", () => {
  it("is worded as a day", () => {
    expect(timeOfDay(NOW)).toBe("14:32");
    expect(dayMonth(NOW, NOW)).toBe("3 March");
    expect(daysBetween(NOW - 86_400_000, NOW)).toBe(1);
    expect(machineTime(0)).toBe("1970-01-01T00:00:00.000Z");
  });

  it.each(NASTY_MOMENTS)("that a relay names throws nothing: %d", (ms) => {
    for (const words of [timeOfDay, dateTime, machineTime]) expect(words(ms)).not.toBe("");
    for (const words of [dayChip, listTime, dayMonth]) {
      expect(words(ms, NOW)).not.toBe("");
      expect(words(NOW, ms)).not.toBe("");
    }
  });
});
