import { render } from "@testing-library/react";
import { expect, it } from "vitest";
import type { SettingsView, Theme } from "~/ipc/bindings";
import { initialState } from "~/state/state";
import { marksOf, useAppearance } from "./theme";

function Appearance(settings: Partial<SettingsView>) {
  useAppearance({ ...initialState.settings, ...settings });
  return null;
}

it.each<[Theme, string | null, string | null]>([
  ["system", null, null],
  ["light", "light", null],
  ["dark", "dark", null],
  ["high_contrast", null, "more"],
])("theme %s", (theme, mark, contrast) => {
  expect(marksOf(theme)).toEqual({ theme: mark, contrast });
});

it("the settings reach the root element", () => {
  const root = document.documentElement;
  const { rerender } = render(<Appearance theme="dark" textSize={16} density="compact" />);
  expect(root.dataset).toMatchObject({ theme: "dark", density: "compact" });
  expect(root.style.getPropertyValue("--text-line")).toBe("24px");
  rerender(<Appearance theme="system" />);
  expect(root.dataset.theme).toBe(undefined);
});
