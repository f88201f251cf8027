// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import tokens from "./tokens.json";
import { AVATARS, tokensCss } from "./tokens.mjs";

const here = import.meta.dirname;

const linear = (value: number): number => {
  const part = value / 255;
  return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
};

function luminance(hex: string): number {
  const value = Number.parseInt(hex.slice(1), 16);
  const [red, green, blue] = [value >> 16, (value >> 8) & 255, value & 255].map(linear);
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/** WCAG 2.2, 1.4.3 and 1.4.11. */
const TEXT = 4.5;
const CONTROL = 3;

type Colour = keyof typeof tokens.light;

const onto = (colours: string, grounds: string, least: number): [Colour, Colour, number][] =>
  colours
    .split(" ")
    .flatMap((colour) =>
      grounds
        .split(" ")
        .map((ground): [Colour, Colour, number] => [colour as Colour, ground as Colour, least]),
    );

const PAIRS = [
  ...onto("fg", "bg surface hover selected raised bubbleIn", TEXT),
  ...onto("fg2", "bg surface hover selected raised bubbleIn", TEXT),
  ...onto("fg3", "bg surface bubbleIn raised", TEXT),
  ...onto("onAccent", "accent accentHover", TEXT),
  ...onto("accentText", "bg surface accentSoft bubbleIn raised", TEXT),
  ...onto("onOut onOut2", "bubbleOut", TEXT),
  ...onto("ok", "bg surface okSoft", TEXT),
  ...onto("warn", "bg warnSoft", TEXT),
  ...onto("danger", "bg surface dangerSoft raised", TEXT),
  ...onto("pq", "bg pqSoft", TEXT),
  ...onto("fg", "okSoft warnSoft dangerSoft accentSoft pqSoft", TEXT),
  ...onto("control", "bg surface", CONTROL),
  ...onto("focus", "bg surface bubbleIn raised", CONTROL),
  ...onto("accent", "bg surface", CONTROL),
];

describe("colours", () => {
  for (const theme of ["light", "dark"] as const) {
    it.each(PAIRS)(`${theme}: %s on %s is at least %d`, (colour, ground, least) => {
      expect(contrast(tokens[theme][colour], tokens[theme][ground])).toBeGreaterThanOrEqual(least);
    });

    // High contrast draws borders as controls and quiet text as text.
    it(`${theme}, high contrast: borders and text stand out`, () => {
      const { control, fg, bg, surface } = tokens[theme];
      expect(contrast(control, bg)).toBeGreaterThanOrEqual(CONTROL);
      expect(contrast(fg, surface)).toBeGreaterThanOrEqual(7);
    });
  }

  it.each(AVATARS)("white letters on avatar colour %s can be read", (colour: string) => {
    expect(contrast("#FFFFFF", colour)).toBeGreaterThanOrEqual(TEXT);
  });

  it("tokens.css is what tokens.json makes", () => {
    expect(readFileSync(`${here}/tokens.css`, "utf8")).toBe(tokensCss(tokens));
  });

  it("no other file names a colour", () => {
    const src = `${here}/..`;
    const found = readdirSync(src, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".css") && !name.endsWith("tokens.css"))
      .filter((name) =>
        /#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|oklch|lab)\(/i.test(
          readFileSync(`${src}/${name}`, "utf8"),
        ),
      );
    expect(found).toEqual([]);
  });
});
