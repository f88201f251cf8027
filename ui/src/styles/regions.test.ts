// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const SRC = path.resolve(__dirname, "..");

/** Rules of all styles, each with its file. */
const rules = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".css"))
  .flatMap((name) =>
    [...readFileSync(path.join(SRC, name), "utf8").matchAll(/([^{}]+)\{([^{}]*)\}/g)].map(
      ([, selector = "", body = ""]) => ({ name, selector: selector.trim(), body }),
    ),
  );

/** A region that appears with its words is not spoken: it has to be there before them. */
test("nothing that is empty is taken away from screen readers", () => {
  const gone = rules.filter(
    ({ selector, body }) => selector.includes(":empty") && /display:\s*none/.test(body),
  );
  expect(rules.length).toBeGreaterThan(100);
  expect(gone.map(({ name, selector }) => `${name} ${selector}`)).toEqual([]);
});
