/**
 * Takes a picture of every story of the gallery in light, dark and high contrast, and runs axe on
 * each. Fails if axe finds anything, a story does not come into its state, or the page scrolls
 * sideways. `node scripts/gallery-shots.mjs [--only=TEXT] [--themes=light,dark] [--out=DIR]`
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build, preview } from "vite";

const option = (name, otherwise) =>
  process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3) ?? otherwise;

const root = fileURLToPath(new URL("..", import.meta.url));
const out = path.resolve(option("out", path.join(root, "../artifacts/gallery")));
const only = option("only", "");
const themes = option("themes", "light,dark,contrast").split(",");
const browserPath = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((candidate) => candidate && existsSync(candidate));
if (!browserPath) {
  console.error("No Chromium found. Install it (Debian: apt install chromium) or set CHROMIUM.");
  process.exit(1);
}

const axeSource = await readFile(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);
/** Stories that fill a window are held to the rules about whole pages too. */
const WHOLE = /^(window|onboarding|problem|passphrase|starting)/;
/** The moment that every picture shows: Monday, 23 November 2026, 14:32. */
const NOW = new Date("2026-11-23T14:32:00+01:00");

await mkdir(out, { recursive: true });
// Built like the product and served from disk: a page loads in a few requests.
const built = await mkdtemp(path.join(tmpdir(), "sotto-gallery-"));
await build({
  root,
  logLevel: "error",
  build: {
    outDir: built,
    reportCompressedSize: false,
    rollupOptions: { input: path.join(root, "gallery.html") },
  },
});
const server = await preview({
  root,
  logLevel: "error",
  build: { outDir: built },
  preview: { port: 0, strictPort: false, host: "127.0.0.1", open: false },
});
const address = `http://127.0.0.1:${server.httpServer.address().port}/gallery.html`;
const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox"] });
const faults = [];
let pictures = 0;

/** One story in one look: a picture and what is wrong with it. */
async function take(page, story, look) {
  const name = [
    story.id,
    look.theme,
    look.language !== "plain" && look.language,
    look.size.join("x"),
  ]
    .filter(Boolean)
    .join("-");
  await page.setViewportSize({ width: look.size[0], height: look.size[1] });
  await page.goto(`${address}?story=${story.id}&theme=${look.theme}&language=${look.language}`);
  await page.waitForFunction(() => window.__gallery?.ready, undefined, { timeout: 20_000 });
  // Transitions and focus come to rest.
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter((run) => run.effect?.getTiming().iterations !== Infinity)
        .map((run) => run.finished.catch(() => undefined)),
    ),
  );
  await page.screenshot({ path: path.join(out, `${name}.png`), animations: "disabled" });
  pictures += 1;

  const failed = await page.evaluate(() => window.__gallery.failed);
  if (failed) faults.push(`${name}: ${failed}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  if (wide) faults.push(`${name}: scrolls sideways`);

  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Runtime.evaluate", { expression: axeSource });
  const { result } = await cdp.send("Runtime.evaluate", {
    expression: `axe.run(document, { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"${WHOLE.test(story.id) ? ', "best-practice"' : ""}] }).then((found) => JSON.stringify(found.violations.map((fault) => fault.id + ": " + fault.nodes.map((node) => node.target.join(" ") + (node.any[0] ? " (" + node.any[0].message + ")" : "")).join(" | "))))`,
    awaitPromise: true,
    returnByValue: true,
  });
  await cdp.detach();
  for (const fault of JSON.parse(result.value)) faults.push(`${name}: axe ${fault}`);
}

/** A page with a clock that stands still and whose errors count. */
async function newPage() {
  const context = await browser.newContext({
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  await page.clock.setFixedTime(NOW);
  page.on("pageerror", (error) => faults.push(`error on ${page.url()}: ${error.message}`));
  page.on("console", (line) => {
    if (line.type() === "error") faults.push(`console on ${page.url()}: ${line.text()}`);
  });
  return page;
}

/** Every look of a story: all sizes in all themes, and the two made-up languages once. */
function looksOf(story) {
  const plain = themes.flatMap((theme) =>
    story.sizes.map((size) => ({ theme, size, language: "plain" })),
  );
  const languages = story.languages ? ["long", "rtl"] : [];
  return [
    ...plain,
    ...languages.map((language) => ({ theme: themes[0], size: story.sizes[0], language })),
  ];
}

try {
  const page = await newPage();
  await page.goto(address);
  await page.waitForFunction(() => window.__gallery?.stories);
  const stories = await page.evaluate(() =>
    window.__gallery.stories.map(({ id, sizes, languages }) => ({
      id,
      sizes: sizes ?? [[1120, 760]],
      languages: languages === true,
    })),
  );
  const twice = stories.map(({ id }) => id).filter((id, index, all) => all.indexOf(id) !== index);
  for (const id of twice) faults.push(`two stories are called ${id}`);

  const queue = stories
    .filter(({ id }) => id.includes(only))
    .flatMap((story) => looksOf(story).map((look) => ({ story, look })));
  const worker = async (own) => {
    for (let next = queue.shift(); next; next = queue.shift())
      await take(own, next.story, next.look);
  };
  await Promise.all([worker(page), worker(await newPage())]);
} finally {
  await browser.close();
  await server.close();
  await rm(built, { recursive: true, force: true });
}

console.log(`${pictures} pictures in ${out}`);
if (faults.length > 0) {
  console.error(`${faults.length} faults:\n${faults.join("\n")}`);
  process.exit(1);
}
