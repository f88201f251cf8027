import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { en } from "./en";
import native from "./en/native.json";
import { parse } from "./icu";

const SRC = path.resolve(__dirname, "..");
const CATALOGUES = path.join(SRC, "i18n", "en");

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(name) : [name];
  });
}

/** The files of the window's texts; beside them stands that of the system's dialogs. */
const catalogueFiles = filesUnder(CATALOGUES).filter((name) => name.endsWith(".ts"));

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
    const missing = catalogueFiles.flatMap((name) => uncommented(readFileSync(name, "utf8")));
    expect(missing).toEqual([]);
  });

  test("has each id once", () => {
    const ids = catalogueFiles.flatMap((name) =>
      [...readFileSync(name, "utf8").matchAll(/^ {2}"([\w.]+)":/gm)].map(([, id]) => id),
    );
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    expect(ids).toHaveLength(Object.keys(en).length);
  });
});

describe("the catalogue of the system's dialogs and notifications", () => {
  const shell = path.resolve(SRC, "../../src-tauri");
  // Examples are not part of the product.
  const examples = path.join(shell, "examples");
  const rust = filesUnder(shell)
    .filter((name) => name.endsWith(".rs") && !name.startsWith(examples))
    .map((name) => readFileSync(name, "utf8"))
    .join("\n");

  test("has a text that can be read and a note for each word", () => {
    for (const [id, { note, text }] of Object.entries(native)) {
      expect(() => parse(text), id).not.toThrow();
      expect(text.trim(), id).not.toBe("");
      expect(note, id).toMatch(/\.$/);
    }
  });

  test("has no word that the shell does not show", () => {
    const field = (id: string) => id.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const unused = Object.keys(native).filter((id) => !rust.includes(`.${field(id)}`));
    expect(unused).toEqual([]);
  });

  test("names all words: what the shell gives to the system comes out of it", () => {
    const written = [
      ...rust.matchAll(/\.(?:set_title|set_file_name|add_filter|title|body)\(\s*"[^"]*"/g),
    ].map(([call]) => call);
    expect(written).toEqual([]);
  });
});
