/** What the transport of the real window does with Tauri's own events. */
import { expect, test, vi } from "vitest";
import { ipc } from "./client";

const tauri = vi.hoisted(() => ({ listen: vi.fn() }));
vi.mock("@tauri-apps/api/event", () => ({ listen: tauri.listen }));

test("a link that was opened before the window listened is told when it does", async () => {
  const unlisten = vi.fn();
  let heard = (): void => undefined;
  let listen = (_: () => void): void => undefined;
  tauri.listen.mockImplementation((_, callback: () => void) => {
    heard = callback;
    return new Promise<() => void>((resolve) => (listen = resolve));
  });
  const told = vi.fn();
  const stop = ipc.onLinkOpened(told);
  expect(told).not.toHaveBeenCalled();
  listen(unlisten);
  await vi.waitFor(() => expect(told).toHaveBeenCalledTimes(1));
  heard();
  expect(told).toHaveBeenCalledTimes(2);
  stop();
  heard();
  expect(told).toHaveBeenCalledTimes(2);
  await vi.waitFor(() => expect(unlisten).toHaveBeenCalledOnce());
});

test("it is told where listening is refused, and never once nobody wants it", async () => {
  tauri.listen.mockRejectedValue("not allowed");
  const told = vi.fn();
  ipc.onLinkOpened(told);
  await vi.waitFor(() => expect(told).toHaveBeenCalledOnce());
  const late = vi.fn();
  ipc.onLinkOpened(late)();
  // Both refusals are told by the next turn.
  await new Promise((turn) => setTimeout(turn));
  expect(late).not.toHaveBeenCalled();
});
