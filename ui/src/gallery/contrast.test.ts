/** Computes every pair of colours of tokens.css that is drawn one on the other. WCAG 2.2, 1.4.3 and 1.4.11. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

const css = readFileSync(path.resolve(__dirname, "../styles/tokens.css"), "utf8");

type Tokens = Readonly<Record<string, string>>;

/** The colours of the block that a selector opens. */
function block(selector: string): Tokens {
  const start = css.indexOf(`${selector} {`);
  expect(start, `${selector} stands in tokens.css`).toBeGreaterThanOrEqual(0);
  const body = css.slice(start, css.indexOf("}", start));
  return Object.fromEntries(
    [...body.matchAll(/--(?:color-)?([\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [
      name,
      value,
    ]),
  );
}

const roots = [...css.matchAll(/^:root \{[^}]*\}/gm)].map(([text]) => text).join("\n");
const light: Tokens = Object.fromEntries(
  [...roots.matchAll(/--(?:color-)?([\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name, value]),
);
const dark: Tokens = { ...light, ...block(':root[data-theme="dark"]') };
const more = block(':root[data-contrast="more"]');

function withMore(theme: Tokens): Tokens {
  const changed = Object.entries(more).map(([name, value]) => {
    const other = /var\(--color-([\w-]+)\)/.exec(value)?.[1];
    return [name, other ? (theme[other] ?? value) : value];
  });
  return { ...theme, ...Object.fromEntries(changed) };
}

function luminance(colour: string): number {
  const hex = /^#([0-9a-f]{6})$/i.exec(colour.trim())?.[1];
  if (!hex) throw new Error(`${colour} is not a colour of six digits`);
  const [red = 0, green = 0, blue = 0] = [0, 2, 4]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function ratio(one: string, other: string): number {
  const [dim = 0, bright = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (bright + 0.05) / (dim + 0.05);
}

const TEXT = 4.5;
const SHAPE = 3;

/** What is drawn, on which grounds, and how far apart it has to be. */
const PAIRS: readonly (readonly [ink: string, grounds: readonly string[], least: number])[] = [
  [
    "fg",
    [
      "bg",
      "surface",
      "hover",
      "selected",
      "raised",
      "bubble-in",
      "accent-soft",
      "warn-soft",
      "danger-soft",
      "ok-soft",
      "pq-soft",
    ],
    TEXT,
  ],
  ["fg2", ["bg", "surface", "hover", "selected", "raised", "bubble-in", "accent-soft"], TEXT],
  ["fg3", ["bg", "surface", "raised", "bubble-in"], TEXT],
  ["on-accent", ["accent", "accent-hover"], TEXT],
  ["accent-text", ["bg", "surface", "raised", "accent-soft", "bubble-in"], TEXT],
  ["on-out", ["bubble-out"], TEXT],
  ["on-out2", ["bubble-out"], TEXT],
  ["ok", ["bg", "surface", "raised", "ok-soft"], TEXT],
  ["warn", ["bg", "surface", "raised", "warn-soft"], TEXT],
  ["danger", ["bg", "surface", "raised", "danger-soft"], TEXT],
  ["pq", ["bg", "raised", "pq-soft"], TEXT],
  ["control", ["bg", "surface", "raised"], SHAPE],
  ["focus", ["bg", "surface", "raised", "bubble-in"], SHAPE],
  ["accent", ["bg", "surface", "raised"], SHAPE],
];

const themes: readonly (readonly [string, Tokens])[] = [
  ["light", light],
  ["dark", dark],
  ["light, high contrast", withMore(light)],
  ["dark, high contrast", withMore(dark)],
];

describe.each(themes)("%s", (_, theme) => {
  test.each(
    PAIRS.flatMap(([ink, grounds, least]) =>
      grounds.map((ground) => [ink, ground, least] as const),
    ),
  )("%s on %s is at least %d to 1", (ink, ground, least) => {
    expect(ratio(theme[ink] ?? "", theme[ground] ?? "")).toBeGreaterThanOrEqual(least);
  });

  test("white letters can be read on every avatar", () => {
    const grounds = Object.entries(theme).filter(([name]) => name.startsWith("avatar-"));
    expect(grounds).toHaveLength(12);
    for (const [name, colour] of grounds) {
      expect(ratio("#ffffff", colour), name).toBeGreaterThanOrEqual(TEXT);
    }
  });
});

test("the system's dark theme is the chosen one", () => {
  const start = css.indexOf(':root:not([data-theme="light"]) {');
  const body = css.slice(start, css.indexOf("}", start));
  for (const [name, value] of Object.entries(block(':root[data-theme="dark"]'))) {
    expect(body).toContain(`${name}: ${value};`);
  }
});
