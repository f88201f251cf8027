import { act, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import type { ChatId } from "~/ipc/bindings";
import { openWindow } from "~/test/window";
import { shell, useShell } from "./shell";

const MARA = 1 as ChatId;

test.each([
  ["rename", "rename-save", "rename_contact"],
  ["block", "confirm", "block_contact"],
] as const)(
  "a %s that ends late leaves the dialog alone that came instead",
  async (kind, button, command) => {
    const { engine, user } = await openWindow();
    const invoke = engine.invoke.bind(engine);
    let end = (): void => undefined;
    engine.invoke = async (called, args) => {
      if (called === command) await new Promise<void>((resolve) => (end = resolve));
      return invoke(called, args);
    };
    act(() => shell.open({ kind, chat: MARA }));
    await user.click(await screen.findByTestId(button));
    await user.keyboard("{Escape}");
    act(() => shell.open({ kind: "people" }));
    await screen.findByRole("dialog", { name: "People at your relays" });
    await act(async () => {
      end();
      // All that follows from it is done when the next turn begins.
      await new Promise((turn) => setTimeout(turn));
    });
    expect(useShell.getState().overlay).toEqual({ kind: "people" });
  },
);
