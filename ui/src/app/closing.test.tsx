import { act, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { useDraft } from "~/features/composer/useDraft";
import type { ChatId } from "~/ipc/bindings";
import { store } from "~/state/store";
import { expectNoAxeFaults } from "~/test/axe";
import { callsOf, startFake } from "~/test/engine";
import { ClosingDialog } from "./ClosingDialog";
import { useClosing } from "./useClosing";

const user = userEvent.setup();

function Window() {
  const { text, write } = useDraft(1 as ChatId, "");
  return (
    <>
      <textarea aria-label="draft" value={text} onChange={(e) => write(e.currentTarget.value)} />
      <ClosingDialog {...useClosing()} />
    </>
  );
}

async function open() {
  const engine = await startFake("demo");
  render(<Window />);
  return engine;
}

const names = (engine: Awaited<ReturnType<typeof startFake>>) =>
  engine.calls.map(({ command }) => command);

test("the first closing asks, says where Sotto is then, and is remembered", async () => {
  const engine = await open();
  act(() => engine.askClose(true));
  expect(await screen.findByText(/goes on in the tray/)).toBeDefined();
  expect(names(engine)).toContain("hear_close");
  expect(names(engine)).not.toContain("close_window");
  await expectNoAxeFaults();
  await user.click(screen.getByTestId("closing-background"));
  await waitFor(() => expect(callsOf(engine, "close_window")).toHaveLength(1));
  expect(store.getState().settings.closing).toBe("background");
  act(() => engine.askClose(true));
  await waitFor(() => expect(callsOf(engine, "close_window")).toHaveLength(2));
});

test("without a tray it says so, and quitting is remembered, too", async () => {
  const engine = await open();
  act(() => engine.askClose(false));
  expect(await screen.findByText(/has no tray/)).toBeDefined();
  await user.click(screen.getByTestId("closing-quit"));
  await waitFor(() => expect(callsOf(engine, "quit")).toHaveLength(1));
  expect(store.getState().settings.closing).toBe("quit");
});

test("the question can be left, and nothing is remembered", async () => {
  const engine = await open();
  act(() => engine.askClose(true));
  const keep = await screen.findByTestId("closing-background");
  await waitFor(() => expect(document.activeElement).toBe(keep));
  await user.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByTestId("closing-dialog")).toBeNull());
  expect(names(engine)).not.toContain("close_window");
  expect(names(engine)).not.toContain("quit");
  expect(store.getState().settings.closing).toBe("ask");
});

test("what was typed a moment ago is kept before the window goes", async () => {
  const engine = await open();
  engine.world.settings = { ...engine.world.settings, closing: "background" };
  const kept = vi.fn();
  const invoke = engine.invoke.bind(engine);
  vi.spyOn(engine, "invoke").mockImplementation(async (command, args) => {
    if (command === "save_draft") {
      await new Promise((over) => setTimeout(over, 20));
      kept();
    }
    if (command === "close_window") expect(kept).toHaveBeenCalled();
    return invoke(command, args);
  });
  await user.type(screen.getByLabelText("draft"), "half a thought");
  act(() => engine.askClose(true));
  await waitFor(() => expect(callsOf(engine, "close_window")).toHaveLength(1));
  expect(callsOf(engine, "save_draft").at(-1)).toEqual({ chat: 1, text: "half a thought" });
});
