// Writes tokens.css from tokens.json, the palette that the contrast test checks.
// Run by `npm run tokens`; a test compares the file on disk with what this makes.
import { readFileSync, writeFileSync } from "node:fs";

export const AVATARS = [
  "#0E7C86",
  "#8A4FBE",
  "#B4552D",
  "#5B6B1F",
  "#3A6EA5",
  "#A8324A",
  "#54617A",
  "#7A5C00",
  "#2F7A4D",
  "#B03A86",
  "#5A56C4",
  "#8C4A3C",
];

/** Shadows, and grounds that are another colour of the palette in each theme. */
const SHADOWS = {
  light: {
    "shadow-1": "0 1px 2px rgb(16 18 22 / 0.06), 0 1px 1px rgb(16 18 22 / 0.04)",
    "shadow-2": "0 8px 28px rgb(16 18 22 / 0.14), 0 2px 6px rgb(16 18 22 / 0.08)",
    scrim: "rgb(16 18 22 / 0.42)",
    "tab-list": "var(--color-hover)",
    "tab-chosen": "var(--color-raised)",
    "quiet-edge": "transparent",
  },
  dark: {
    "shadow-1": "0 1px 2px rgb(0 0 0 / 0.4)",
    "shadow-2": "0 12px 36px rgb(0 0 0 / 0.55), 0 0 0 1px rgb(255 255 255 / 0.05)",
    scrim: "rgb(0 0 0 / 0.6)",
    "tab-list": "var(--color-bg)",
    "tab-chosen": "var(--color-selected)",
    "quiet-edge": "var(--color-control)",
  },
};

/** What is alike in every theme: also the ground of codes, and of what a camera sees. */
const FIXED = `  --space-1: 4px;
  --space-2: 8px;
  --space-3: 12px;
  --space-4: 16px;
  --space-5: 20px;
  --space-6: 24px;
  --space-8: 32px;
  --space-12: 48px;
  --radius-1: 6px;
  --radius-2: 10px;
  --radius-3: 14px;
  --radius-4: 18px;
  --radius-5: 20px;
  --radius-round: 9999px;
  --font-text: "Inter Variable", "Segoe UI Variable", "Segoe UI", -apple-system, system-ui, sans-serif;
  --font-mono: "JetBrains Mono Variable", "Cascadia Mono", "SF Mono", ui-monospace, "DejaVu Sans Mono", monospace;
  --ease: cubic-bezier(0.2, 0.8, 0.2, 1);
  --time-press: 120ms;
  --time-menu: 160ms;
  --time-panel: 180ms;
  --time-dialog: 200ms;
  --text-size: 14px;
  --text-line: 20px;
  --paper: #ffffff;
  --lens: #14161b;
  --on-lens: #eceef3;
  --lens-mark: #ffffff;
  --lens-shade: rgb(0 0 0 / 0.6);
`;

const HIGH_CONTRAST = `  --color-border: var(--color-control);
  --color-fg2: var(--color-fg);
  --color-fg3: var(--color-fg);
`;

const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const indent = (text) => text.replace(/^(?=.)/gm, "  ");

/** One theme's declarations. */
function theme(name, colours) {
  const lines = [`  color-scheme: ${name};`];
  for (const [key, value] of Object.entries(colours)) {
    lines.push(`  --color-${kebab(key)}: ${value.toLowerCase()};`);
  }
  for (const [key, value] of Object.entries(SHADOWS[name])) {
    lines.push(`  --${key}: ${value};`);
  }
  return `${lines.join("\n")}\n`;
}

/** The whole file. */
export function tokensCss(tokens) {
  const light = theme("light", tokens.light);
  const dark = theme("dark", tokens.dark);
  const avatars = AVATARS.map((colour, i) => `  --avatar-${i}: ${colour.toLowerCase()};\n`).join(
    "",
  );
  return `/* Made from tokens.json by \`npm run tokens\`. Do not edit. */
:root {
${FIXED}${avatars}}

:root {
${light}}

@media (prefers-color-scheme: dark) {
  :root:not([data-theme="light"]) {
${indent(dark)}  }
}

:root[data-theme="dark"] {
${dark}}

:root[data-contrast="more"] {
${HIGH_CONTRAST}}

@media (prefers-contrast: more) {
  :root {
${indent(HIGH_CONTRAST)}  }
}
`;
}

const here = (name) => `${import.meta.dirname}/${name}`;

if (process.argv[1] === import.meta.filename) {
  const tokens = JSON.parse(readFileSync(here("tokens.json"), "utf8"));
  writeFileSync(here("tokens.css"), tokensCss(tokens));
}
