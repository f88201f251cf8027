import { render } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import type { ErrorCode } from "~/ipc/bindings";
import { errorSentence, errorWords } from "./errors";
import { dayChip, daysBetween, duration, listTime } from "./format";
import { T } from "./T";
import { t } from "./t";

describe("texts", () => {
  test("put names in as they are", () => {
    expect(t("rename.title", { name: "Mara" })).toBe("Rename Mara");
  });

  test.each(["ליאור", "مرحبا", "a\u202eb"])(
    "isolate a name that could turn the sentence: %s",
    (name) => {
      expect(t("rename.title", { name })).toBe(`Rename \u2068${name}\u2069`);
    },
  );

  test("with markup keep names in bdi and never run them", () => {
    const { container } = render(<T id="rename.title" values={{ name: "<b>Mara</b>" }} />);
    expect(container.innerHTML).toBe("Rename <bdi>&lt;b&gt;Mara&lt;/b&gt;</bdi>");
  });

  test("take elements in place of values", () => {
    const { container } = render(<T id="rename.title" values={{ name: <i>x</i> }} />);
    expect(container.innerHTML).toBe("Rename <i>x</i>");
  });
});

describe("errors", () => {
  test("have a sentence and a way out each", () => {
    const { title, hint } = errorWords("id_taken");
    expect(title).toMatch(/\.$/);
    expect(hint).toMatch(/\.$/);
    expect(errorSentence("own_key")).toBe("This is your own key. Ask the other person for theirs.");
  });

  test("of a newer engine are told as a fault of the program", () => {
    expect(errorWords("of the future" as ErrorCode)).toEqual(errorWords("internal"));
  });
});

describe("times", () => {
  const now = new Date(2026, 10, 23, 14, 32).getTime();
  const at = (year: number, month: number, day: number, hour = 12) =>
    new Date(year, month - 1, day, hour).getTime();

  test.each([
    [at(2026, 11, 23), "12:00", "Today"],
    [at(2026, 11, 22, 23), "Yesterday", "Yesterday"],
    [at(2026, 11, 20), "Fri", "Friday"],
    [at(2026, 3, 3), "3 Mar", "3 March"],
    [at(2025, 3, 3), "03/03/2025", "3 March 2025"],
  ])("are short in lists and whole in chips", (ms, short, chip) => {
    expect(listTime(ms, now)).toBe(short);
    expect(dayChip(ms, now)).toBe(chip);
  });

  test("count days by midnights, not by hours", () => {
    expect(daysBetween(at(2026, 11, 22, 23), at(2026, 11, 23, 0))).toBe(1);
    expect(daysBetween(at(2026, 11, 23, 0), at(2026, 11, 23, 23))).toBe(0);
  });

  test.each([
    [0, "0\u00a0s"],
    [12_000, "12\u00a0s"],
    [180_000, "3\u00a0min"],
    [7_200_000, "2\u00a0h"],
    [3 * 86_400_000, "3 days"],
  ])("of length %d are told in their largest unit", (ms, words) => {
    expect(duration(ms)).toBe(words);
  });
});
