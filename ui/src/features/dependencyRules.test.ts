// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const FEATURES = __dirname;

/** Every import of a feature's file, and which feature it leads to, if any. */
const imports = readdirSync(FEATURES, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name) && name.includes(path.sep))
  .flatMap((name) =>
    [
      ...readFileSync(path.join(FEATURES, name), "utf8").matchAll(
        /(?:\bfrom\s+|\bimport\s*\(?\s*|\bmock\(\s*)"([^"]+)"/g,
      ),
    ].map(([, target = ""]) => ({ name, target, feature: featureOf(name, target) })),
  );

function featureOf(name: string, target: string): string | undefined {
  const file = target.startsWith("~/features/")
    ? path.join(FEATURES, target.slice("~/features/".length))
    : target.startsWith(".")
      ? path.resolve(FEATURES, path.dirname(name), target)
      : null;
  const inside = file && path.relative(FEATURES, file);
  return inside && !inside.startsWith("..") ? inside.split(path.sep)[0] : undefined;
}

test("features do not import each other: what two of them use is in parts or components", () => {
  const own = imports.filter(({ name, feature }) => feature === name.split(path.sep)[0]);
  expect(own.length).toBeGreaterThan(50);
  const others = imports.filter(({ feature }) => feature !== undefined);
  expect(
    others.filter((one) => !own.includes(one)).map((one) => `${one.name} ${one.target}`),
  ).toEqual([]);
});
