/** The main window over the fake engine, as a test sees it. */

import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, vi } from "vitest";
import { App } from "~/app/App";
import { useShell } from "~/app/shell";
import type { ContactView } from "~/ipc/bindings";
import { useTransport } from "~/ipc/client";
import type { CommandName, Commands } from "~/ipc/commands";
import { FakeEngine, type ScenarioName } from "~/ipc/fake";
import type { World } from "~/ipc/fake/scenarios";
import { useWaiting } from "~/parts/outside";
import { contactOf } from "~/state/chatKind";
import { initialState } from "~/state/state";
import { useStore } from "~/state/store";

const shellAtStart = useShell.getState();

export interface TestWindow {
  engine: FakeEngine;
  user: ReturnType<typeof userEvent.setup>;
  /** The arguments of every call of a command, in order. */
  calls: <C extends CommandName>(command: C) => Commands[C]["args"][];
}

/** Opens the window with the focus in it and waits for its chats. */
export async function openWindow(
  scenario: ScenarioName = "demo",
  change: (world: World) => void = () => undefined,
  /** With which the system starts the program. */
  opened?: string,
): Promise<TestWindow> {
  useStore.setState(initialState, true);
  useShell.setState(shellAtStart, true);
  useWaiting.setState([], true);
  vi.spyOn(document, "hasFocus").mockReturnValue(true);
  const engine = new FakeEngine(scenario);
  change(engine.world);
  if (opened !== undefined) engine.openFromOutside({ link: opened });
  // biome-ignore lint/correctness/useHookAtTopLevel: not a hook, whatever its name
  useTransport(engine);
  render(<App />);
  await screen.findByTestId("main-window");
  return {
    engine,
    user: userEvent.setup(),
    calls: (command) =>
      engine.calls.flatMap((call) => (call.command === command ? [call.args as never] : [])),
  };
}

/** The contact of a chat as the engine has it. */
export function contactIn({ engine }: TestWindow, chat: number): ContactView | undefined {
  const found = engine.world.chats.find(({ id }) => id === chat);
  return found && contactOf(found);
}

/** Opens a chat by the beginning of its contact's name and waits for its messages. */
export async function openChatOf({ user }: TestWindow, name: string): Promise<void> {
  const rows = await screen.findAllByTestId("chat-row");
  const row = rows.find(({ dataset }) => dataset.name?.startsWith(name));
  if (!row) throw new Error(`no chat of ${name}`);
  await user.click(row);
  await waitFor(() =>
    expect(document.querySelector("main")?.getAttribute("aria-label")).toMatch(
      new RegExp(`^Chat with ${name}`),
    ),
  );
}
