import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ChatId, MessageId } from "~/ipc/bindings";
import { ipc, useTransport as putTransport } from "~/ipc/client";
import { FakeEngine } from "~/ipc/fake";
import { textMessage } from "~/ipc/fake/material";
import { RELAY_STATES } from "~/ipc/fake/scenarios";
import { connectionOf, sortedChats } from "./selectors";
import { initialState, MOST_ROWS, PAGE_ROWS, TRIMMED_ROWS } from "./state";
import { actions, reread, startStore, store, useStore } from "./store";

const LONG = 1 as ChatId;
const NOW = 1_700_000_000_000;
let engine: FakeEngine;
let stop: () => void;

/** A chat of a thousand messages with the ids 1001 to 2000. */
function withLongChat(): FakeEngine {
  const made = new FakeEngine("demo");
  made.world.messages.set(
    LONG,
    Array.from({ length: 1000 }, (_, index) =>
      textMessage(1001 + index, LONG, index % 2 ? "in" : "out", `text ${index}`, NOW + index),
    ),
  );
  return made;
}

beforeEach(async () => {
  useStore.setState(initialState, true);
  engine = withLongChat();
  putTransport(engine);
  stop = startStore();
  await vi.waitFor(() => expect(store.getState().chats.size).toBeGreaterThan(0));
});
afterEach(() => stop());

const open = () => store.getState().open;
const span = () => [open()?.messages[0]?.id, open()?.messages.at(-1)?.id];
const settled = () => vi.waitFor(() => expect(open()?.loading).toBeNull());

describe("the open chat", () => {
  test("begins with the newest page", async () => {
    actions.openChat(LONG);
    expect(open()?.loading).toBe("first");
    await settled();
    expect(span()).toEqual([2001 - PAGE_ROWS, 2000]);
    expect(open()).toMatchObject({ hasOlder: true, hasNewer: false });
  });

  test("grows upwards page by page and never beyond its limit", async () => {
    actions.openChat(LONG);
    await settled();
    for (let page = 0; page < 7; page += 1) {
      actions.loadOlder();
      await settled();
    }
    expect(open()?.messages).toHaveLength(MOST_ROWS);
    expect(open()).toMatchObject({ hasOlder: true, hasNewer: true });
    const loaded = open()?.messages.map(({ id }) => id) ?? [];
    expect(loaded).toEqual([...loaded].sort((a, b) => a - b));
    expect(new Set(loaded).size).toBe(loaded.length);
  });

  test("loads one page at a time", async () => {
    actions.openChat(LONG);
    await settled();
    actions.loadOlder();
    actions.loadOlder();
    await settled();
    expect(open()?.messages).toHaveLength(2 * PAGE_ROWS);
  });

  test("is cut at the end that is out of sight", async () => {
    actions.openChat(LONG);
    await settled();
    for (let page = 0; page < 4; page += 1) {
      actions.loadOlder();
      await settled();
    }
    actions.trim("oldest");
    expect(open()?.messages).toHaveLength(TRIMMED_ROWS);
    expect(open()?.hasNewer).toBe(true);
    actions.loadNewer();
    await settled();
    expect(open()?.messages).toHaveLength(TRIMMED_ROWS + PAGE_ROWS);
  });

  test("jumps to a message that is not loaded, and back to the newest", async () => {
    actions.openChat(LONG);
    await settled();
    actions.jumpTo(1500 as MessageId);
    await vi.waitFor(() => expect(open()?.target?.message).toBe(1500));
    expect(open()).toMatchObject({ hasOlder: true, hasNewer: true });
    actions.jumpToNewest();
    await settled();
    expect(span()[1]).toBe(2000);
    expect(open()?.target).toBeNull();
  });

  test("tells a jump to a deleted message as failed", async () => {
    actions.openChat(LONG);
    await settled();
    actions.jumpTo(5 as MessageId);
    await vi.waitFor(() => expect(open()?.failed).toBe("unknown_message"));
    expect(open()?.target).toBeNull();
  });

  test("opens where it was left", async () => {
    actions.openChat(LONG, 1500 as MessageId);
    await settled();
    expect(open()?.messages.some(({ id }) => id === 1500)).toBe(true);
    expect(open()?.hasNewer).toBe(true);
  });

  test("opens at the newest when the place where it was left is gone", async () => {
    vi.spyOn(engine, "invoke").mockRejectedValueOnce({ code: "unknown_message" });
    actions.openChat(LONG, 7 as MessageId);
    await vi.waitFor(() => expect(span()[1]).toBe(2000));
    expect(open()?.failed).toBeNull();
  });

  test("drops the answer for a chat that has been left", async () => {
    actions.openChat(LONG);
    actions.openChat(2 as ChatId);
    await settled();
    await Promise.resolve();
    expect(open()?.messages.every(({ chat }) => chat === 2)).toBe(true);
  });

  test("says why a page could not be loaded, and tries again", async () => {
    vi.spyOn(engine, "invoke").mockRejectedValueOnce({ code: "history" });
    actions.openChat(LONG);
    await vi.waitFor(() => expect(open()?.failed).toBe("history"));
    actions.retryLoad();
    await vi.waitFor(() => expect(open()?.messages).toHaveLength(PAGE_ROWS));
    expect(open()?.failed).toBeNull();
  });

  test("is loaded anew after a gap", async () => {
    actions.openChat(LONG);
    await settled();
    engine.skipUpdate();
    engine.receive(LONG, "missed");
    await vi.waitFor(() => expect(open()?.messages.at(-1)?.body).toMatchObject({ text: "missed" }));
  });
});

test("everything can be asked for anew", async () => {
  engine.world.chats = engine.world.chats.slice(0, 1);
  reread();
  await vi.waitFor(() => expect(store.getState().chats.size).toBe(1));
});

describe("reading", () => {
  const unread = () => store.getState().chats.get(LONG)?.unread;
  const told = () => engine.calls.filter(({ command }) => command === "mark_read");

  test("is told to the engine only while the newest message is watched", async () => {
    actions.openChat(LONG);
    await settled();
    const first = engine.receive(LONG, "one");
    expect(unread()).toBe(1);
    expect(told()).toHaveLength(0);
    actions.setWatching(true);
    await vi.waitFor(() => expect(unread()).toBe(0));
    expect(told()[0]?.args).toEqual({ chat: LONG, upTo: first.id });
    engine.receive(LONG, "two");
    await vi.waitFor(() => expect(unread()).toBe(0));
    expect(open()?.unreadLine).toBe(first.id);
  });

  test("keeps the line above the first unread message of the page", async () => {
    engine.receive(LONG, "one");
    const chat = store.getState().chats.get(LONG);
    expect(chat?.unread).toBe(1);
    actions.openChat(LONG);
    actions.setWatching(true);
    await vi.waitFor(() => expect(unread()).toBe(0));
    expect(open()?.unreadLine).toBe(open()?.messages.at(-1)?.id);
  });
});

describe("what is derived", () => {
  test("chats are sorted by their newest activity", () => {
    const sorted = sortedChats(store.getState().chats);
    const times = sorted.map(({ activityAt }) => activityAt);
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });

  test.each([
    ["none", "none"],
    ["connecting", "connecting"],
    ["waiting", "waiting"],
    ["offline", "offline"],
    ["mixed", "connected"],
  ] as const)("relays %s give %s", (relays, kind) => {
    expect(connectionOf(RELAY_STATES[relays](NOW)).kind).toBe(kind);
  });

  test("the next try is the soonest one of a relay that could be reached", () => {
    expect(connectionOf(RELAY_STATES.waiting(NOW))).toEqual({
      kind: "waiting",
      retryAt: NOW + 12_000,
      problem: "unreachable",
    });
    const offline = RELAY_STATES.offline(NOW);
    const later = RELAY_STATES.waiting(NOW + 60_000);
    expect(connectionOf([...offline, ...later])).toMatchObject({ retryAt: NOW + 72_000 });
  });
});

test("a message that waits for its recipient stays queued in the fake, one who is there gets it", async () => {
  const away = await ipc.sendText(4 as ChatId, "hello");
  const there = await ipc.sendText(LONG, "hello");
  const state = (chat: ChatId, id: MessageId) =>
    engine.world.messages.get(chat)?.find((row) => row.id === id)?.state;
  await vi.waitFor(() => expect(state(LONG, there)).toBe("handed"));
  expect(state(4 as ChatId, away)).toBe("queued");
});
