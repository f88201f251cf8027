import { useEffect } from "react";
import type { SettingsView, Theme } from "~/ipc/bindings";

/** Line height of message text for each size, px. */
const LINES: Readonly<Record<number, number>> = { 13: 18, 14: 20, 15: 22, 16: 24, 18: 26 };

/** What the root element carries for a theme; without a mark it follows the system. */
export function marksOf(theme: Theme): { theme: "light" | "dark" | null; contrast: "more" | null } {
  switch (theme) {
    case "system":
      return { theme: null, contrast: null };
    case "light":
    case "dark":
      return { theme, contrast: null };
    case "high_contrast":
      return { theme: null, contrast: "more" };
  }
}

/** Puts the settings of appearance on the root element, where tokens.css reads them. */
export function useAppearance({ theme, textSize, density }: SettingsView): void {
  useEffect(() => {
    const root = document.documentElement;
    const marks = marksOf(theme);
    mark(root, "theme", marks.theme);
    mark(root, "contrast", marks.contrast);
    root.dataset.density = density;
    root.style.setProperty("--text-size", `${textSize}px`);
    root.style.setProperty("--text-line", `${LINES[textSize] ?? Math.round(textSize * 1.45)}px`);
  }, [theme, textSize, density]);
}

function mark(root: HTMLElement, name: string, value: string | null): void {
  if (value === null) delete root.dataset[name];
  else root.dataset[name] = value;
}
