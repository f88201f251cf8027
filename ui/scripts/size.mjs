/**
 * Checks what the window loads before its first picture: at most 180 KB of scripts and 20 KB of
 * styles, both gzipped. Run after `npm run build`.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const KB = 1000;
const LIMITS = { js: 180 * KB, css: 20 * KB };

const dist = fileURLToPath(new URL("../dist", import.meta.url));
const read = (name) => readFileSync(path.join(dist, name));
const page = read("index.html").toString();

/** The files of the page: its own scripts and styles and what it asks to be loaded ahead. */
const first = [...page.matchAll(/(?:src|href)="\/?(assets\/[^"]+\.(?:js|css))"/g)].map(
  ([, name]) => name,
);

/** Scripts import others without being asked to wait for them: those count too. */
function withImports(names) {
  const all = new Set(names);
  for (const name of all) {
    if (!name.endsWith(".js")) continue;
    const text = read(name).toString();
    for (const [, other] of text.matchAll(
      /(?:^|[;}\s])import(?:[^"'()]*?from)?\s*["']\.\/([^"']+\.js)["']/g,
    )) {
      all.add(`assets/${other}`);
    }
  }
  return [...all];
}

const names = withImports(first);
const size = (ending) =>
  names
    .filter((name) => name.endsWith(ending))
    .reduce((sum, name) => sum + gzipSync(read(name), { level: 9 }).length, 0);

let over = false;
for (const [kind, limit] of Object.entries(LIMITS)) {
  const bytes = size(`.${kind}`);
  const fits = bytes <= limit;
  over ||= !fits;
  const share = `${(bytes / KB).toFixed(1)} of ${limit / KB} KB gz`;
  console.log(`${kind}: ${share}${fits ? "" : ", too much"}`);
}
if (names.length === 0) {
  console.error("dist/index.html loads nothing: run `npm run build` first.");
  over = true;
}
if (
  names.some((name) => /fake/i.test(name)) ||
  /FakeEngine/.test(names.map((name) => read(name)).join())
) {
  console.error("The fake engine is in the bundle.");
  over = true;
}
process.exit(over ? 1 : 0);
