import { beforeEach, describe, expect, test, vi } from "vitest";
import type { ChatId, Update } from "./bindings";
import { codeOf, IpcError, ipc, useTransport as putTransport } from "./client";
import { FakeEngine } from "./fake";

let engine: FakeEngine;
let updates: Update[];

beforeEach(() => {
  engine = new FakeEngine("empty");
  updates = [];
  putTransport(engine);
});

const kinds = () => updates.map(({ event }) => event.kind);

describe("subscribing", () => {
  test("begins with the phase and everything", async () => {
    ipc.subscribe((update) => updates.push(update));
    await vi.waitFor(() => expect(kinds()).toEqual(["phase", "snapshot"]));
  });

  test("asks anew after a gap and drops what follows it", async () => {
    ipc.subscribe((update) => updates.push(update));
    await vi.waitFor(() => expect(updates).toHaveLength(2));
    engine.skipUpdate();
    engine.emit({ kind: "history_trouble", trouble: "disk_full" });
    await vi.waitFor(() => expect(kinds()).toEqual(["phase", "snapshot", "phase", "snapshot"]));
    engine.emit({ kind: "history_trouble", trouble: "disk_full" });
    expect(kinds().at(-1)).toBe("history_trouble");
  });

  test("ends when it is stopped", async () => {
    const stop = ipc.subscribe((update) => updates.push(update));
    await vi.waitFor(() => expect(updates).toHaveLength(2));
    stop();
    engine.emit({ kind: "history_trouble", trouble: "disk_full" });
    expect(updates).toHaveLength(2);
  });

  test("is tried again when the engine refuses", async () => {
    vi.useFakeTimers();
    try {
      const subscribe = vi.spyOn(engine, "subscribe").mockRejectedValueOnce({ code: "internal" });
      ipc.subscribe((update) => updates.push(update));
      await vi.advanceTimersByTimeAsync(1000);
      expect(subscribe).toHaveBeenCalledTimes(2);
      expect(kinds()).toEqual(["phase", "snapshot"]);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("a refused command", () => {
  test("carries the code of the engine", async () => {
    const error = await ipc.sendText(99 as ChatId, "hello").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(IpcError);
    expect(codeOf(error)).toBe("unknown_contact");
  });

  test("without a code is a fault of the program", async () => {
    vi.spyOn(engine, "invoke").mockRejectedValueOnce("panic");
    const error = await ipc.reconnectNow().catch((thrown: unknown) => thrown);
    expect(codeOf(error)).toBe("internal");
  });
});

test("a clicked notification is told until nobody listens, and its chat is given once", async () => {
  const told = vi.fn();
  const stop = ipc.onPlaceWanted(told);
  // One that was clicked before the window was there is told, too.
  await vi.waitFor(() => expect(told).toHaveBeenCalledOnce());
  engine.clickNotification(3 as ChatId);
  expect(told).toHaveBeenCalledTimes(2);
  stop();
  engine.clickNotification("requests");
  expect(told).toHaveBeenCalledTimes(2);
  expect(await ipc.takePlace()).toEqual({ kind: "requests" });
  expect(await ipc.takePlace()).toBeNull();
});

test("an opened link is told until nobody listens, and given once", async () => {
  const told = vi.fn();
  const stop = ipc.onLinkOpened(told);
  await vi.waitFor(() => expect(told).toHaveBeenCalledOnce());
  engine.openFromOutside({ link: "sotto:add#invite-anouk" });
  expect(told).toHaveBeenCalledTimes(2);
  stop();
  engine.openFromOutside({ link: "sotto:add#invite-anouk" });
  expect(told).toHaveBeenCalledTimes(2);
  expect(await ipc.takeOpenedLink()).toBe("sotto:add#invite-anouk");
  expect(await ipc.takeOpenedLink()).toBeNull();
});
