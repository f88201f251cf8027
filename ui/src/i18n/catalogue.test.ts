import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { en } from "./en";
import { parse } from "./icu";

const SRC = path.resolve(__dirname, "..");
const CATALOGUES = path.join(SRC, "i18n", "en");

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(name) : [name];
  });
}

const sources = filesUnder(SRC)
  .filter(
    (name) => /\.tsx?$/.test(name) && !name.includes(".test.") && !name.startsWith(CATALOGUES),
  )
  .map((name) => readFileSync(name, "utf8"))
  .join("\n");

/** The ids of a catalogue file with whether a comment stands above them or above their group. */
function uncommented(text: string): string[] {
  let commented = false;
  return text.split("\n").flatMap((line) => {
    if (/^ {2}\/\//.test(line)) commented = true;
    if (line.trim() === "") commented = false;
    const id = /^ {2}"([\w.]+)":/.exec(line)?.[1];
    return id && !commented ? [id] : [];
  });
}

describe("the catalogue", () => {
  test("has only messages that can be read", () => {
    for (const message of Object.values(en)) expect(() => parse(message), message).not.toThrow();
  });

  test("has no id that is used nowhere", () => {
    const unused = Object.keys(en).filter((id) => !sources.includes(`"${id}"`));
    expect(unused).toEqual([]);
  });

  test("has every id that `t` and `<T>` are called with", () => {
    const used = [...sources.matchAll(/\bt\(\s*"([^"]+)"|<T\s+id="([^"]+)"/g)].map(
      ([, inCall, inTag]) => inCall ?? inTag ?? "",
    );
    expect(used.length).toBeGreaterThan(100);
    expect([...new Set(used)].filter((id) => !(id in en))).toEqual([]);
  });

  test("has a comment above every message or its group", () => {
    const missing = filesUnder(CATALOGUES).flatMap((name) =>
      uncommented(readFileSync(name, "utf8")),
    );
    expect(missing).toEqual([]);
  });

  test("has each id once", () => {
    const ids = filesUnder(CATALOGUES).flatMap((name) =>
      [...readFileSync(name, "utf8").matchAll(/^ {2}"([\w.]+)":/gm)].map(([, id]) => id),
    );
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    expect(ids).toHaveLength(Object.keys(en).length);
  });
});
