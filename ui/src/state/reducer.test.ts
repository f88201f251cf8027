import { describe, expect, test } from "vitest";
import type {
  ChatId,
  ChatView,
  Event,
  MessageId,
  MessageView,
  RelayId,
  RelayView,
  RequestId,
} from "~/ipc/bindings";
import { contact, emptyChat, invite, person, textMessage } from "~/ipc/fake/material";
import { PROFILE, relay, request, SETTINGS } from "~/ipc/fake/scenarios";
import { opening } from "./pages";
import { reduce } from "./reducer";
import { initialState, MOST_ROWS, type OpenChat, type State, TRIMMED_ROWS } from "./state";

const NOW = 1_000_000;
const ONE = 1 as ChatId;
const TWO = 2 as ChatId;

const chat = (id: ChatId, over: Partial<ChatView> = {}): ChatView =>
  emptyChat(id, contact(`Chat ${id}`, NOW), { activityAt: NOW, ...over });

const message = (id: number, over: Partial<MessageView> = {}): MessageView =>
  textMessage(id, ONE, "in", `text ${id}`, NOW + id, over);

function openWith(over: Partial<OpenChat>): State {
  return {
    ...initialState,
    chats: new Map([[ONE, chat(ONE)]]),
    open: { ...opening(ONE), loading: null, ...over },
  };
}

const ids = (state: State) => state.open?.messages.map(({ id }) => id);
const rows = (count: number) => Array.from({ length: count }, (_, index) => message(index + 1));

const plainEvents: readonly (readonly [name: string, event: Event, expected: Partial<State>])[] = [
  ["a phase", { kind: "phase", phase: { kind: "ready" } }, { phase: { kind: "ready" } }],
  ["a profile", { kind: "profile_changed", profile: PROFILE }, { profile: PROFILE }],
  [
    "settings",
    { kind: "settings_changed", settings: { ...SETTINGS, textSize: 18 } },
    { settings: { ...SETTINGS, textSize: 18 } },
  ],
  [
    "invites",
    { kind: "invites_changed", invites: [invite(2, NOW, { shared: true })] },
    { invites: [invite(2, NOW, { shared: true })] },
  ],
  [
    "people",
    { kind: "people_changed", people: [person("ravi", [1 as RelayId])] },
    { people: [person("ravi", [1 as RelayId])] },
  ],
  ["a full disk", { kind: "history_trouble", trouble: "disk_full" }, { diskFull: true }],
  [
    "an unusable history",
    { kind: "history_trouble", trouble: "unusable" },
    { historyUnusable: true },
  ],
  ["a held up message", { kind: "sending_held", held: true }, { sendingHeld: true }],
  ["a new chat", { kind: "chat_changed", chat: chat(TWO) }, { chats: new Map([[TWO, chat(TWO)]]) }],
  [
    "a new request",
    { kind: "request_changed", request: request(1, "ravi", NOW, ["hi"]) },
    { requests: [request(1, "ravi", NOW, ["hi"])] },
  ],
];

describe("an event", () => {
  test.each(plainEvents)("of %s is taken over", (_, event, expected) => {
    expect(reduce(initialState, event, NOW)).toMatchObject(expected);
  });

  test("never changes the state that it is given", () => {
    const before = openWith({ messages: rows(3) });
    const copy = structuredClone({ ...before, chats: [...before.chats] });
    for (const [, event] of plainEvents) reduce(before, event, NOW);
    reduce(before, { kind: "message_added", message: message(4) }, NOW);
    expect({ ...before, chats: [...before.chats] }).toEqual(copy);
  });

  test("of an unknown kind changes nothing", () => {
    const event = { kind: "of the future" } as unknown as Event;
    expect(reduce(initialState, event, NOW)).toBe(initialState);
  });
});

describe("requests", () => {
  test("are replaced by id and removed by id", () => {
    const first = reduce(
      initialState,
      { kind: "request_changed", request: request(1, "ravi", NOW, ["a"]) },
      NOW,
    );
    const more = request(1, "ravi", NOW, ["a", "b"]);
    const second = reduce(first, { kind: "request_changed", request: more }, NOW);
    expect(second.requests).toEqual([more]);
    const gone = reduce(second, { kind: "request_removed", request: 1 as RequestId }, NOW);
    expect(gone.requests).toEqual([]);
  });
});

describe("a snapshot", () => {
  const snapshot: Event = {
    kind: "snapshot",
    snapshot: {
      profile: PROFILE,
      settings: SETTINGS,
      chats: [chat(ONE)],
      requests: [],
      invites: [invite(1, NOW)],
      relays: [relay(1, NOW)],
      people: [],
    },
  };

  test("replaces everything that was known", () => {
    const before: State = { ...initialState, chats: new Map([[TWO, chat(TWO)]]) };
    const after = reduce(before, snapshot, NOW);
    expect([...after.chats.keys()]).toEqual([ONE]);
    expect(after.relays).toHaveLength(1);
    expect(after.invites).toEqual([invite(1, NOW)]);
  });

  test("keeps the open chat that is still there, and closes one that is not", () => {
    expect(reduce(openWith({ messages: rows(2) }), snapshot, NOW).open?.chat).toBe(ONE);
    const other: State = { ...openWith({}), open: opening(TWO) };
    expect(reduce(other, snapshot, NOW).open).toBeNull();
  });
});

describe("the time without a relay", () => {
  const waiting: RelayView = relay(1, NOW, {
    state: { kind: "waiting", retry_at: NOW, problem: "unreachable" },
  });

  test("runs from the first moment without one and ends with a connection", () => {
    const lost = reduce(initialState, { kind: "relay_changed", relay: waiting }, 100);
    expect(lost.disconnectedSince).toBe(100);
    const still = reduce(lost, { kind: "relay_changed", relay: waiting }, 200);
    expect(still.disconnectedSince).toBe(100);
    const back = reduce(still, { kind: "relay_changed", relay: relay(1, NOW) }, 300);
    expect(back.disconnectedSince).toBeNull();
    const gone = reduce(back, { kind: "relay_removed", relay: 1 as RelayId }, 400);
    expect(gone.disconnectedSince).toBe(400);
  });
});

describe("a message of the open chat", () => {
  test("joins at the end, once", () => {
    const event: Event = { kind: "message_added", message: message(3) };
    const once = reduce(openWith({ messages: rows(2) }), event, NOW);
    expect(ids(once)).toEqual([1, 2, 3]);
    expect(ids(reduce(once, event, NOW))).toEqual([1, 2, 3]);
  });

  test("is left to a page while the end of the chat is not loaded", () => {
    const event: Event = { kind: "message_added", message: message(9) };
    expect(ids(reduce(openWith({ messages: rows(2), hasNewer: true }), event, NOW))).toEqual([
      1, 2,
    ]);
    expect(ids(reduce(openWith({ loading: "first" }), event, NOW))).toEqual([]);
  });

  test("of another chat changes nothing here", () => {
    const other = { ...message(9), chat: TWO };
    const before = openWith({ messages: rows(1) });
    expect(reduce(before, { kind: "message_added", message: other }, NOW)).toBe(before);
  });

  test("pushes the oldest out when too many are held and the end is watched", () => {
    const full = openWith({ messages: rows(MOST_ROWS), watching: true });
    const after = reduce(full, { kind: "message_added", message: message(MOST_ROWS + 1) }, NOW);
    expect(after.open?.messages).toHaveLength(TRIMMED_ROWS);
    expect(after.open?.messages.at(-1)?.id).toBe(MOST_ROWS + 1);
    expect(after.open?.hasOlder).toBe(true);
  });

  test("moves nothing when too many are held and older ones are being read", () => {
    const full = openWith({ messages: rows(MOST_ROWS), watching: false });
    const after = reduce(full, { kind: "message_added", message: message(MOST_ROWS + 1) }, NOW);
    expect(after.open?.messages).toHaveLength(MOST_ROWS);
    expect(after.open?.hasNewer).toBe(true);
  });

  test("is replaced and removed by id", () => {
    const failed = message(2, { state: "failed", failure: "too_large" });
    const changed = reduce(
      openWith({ messages: rows(3) }),
      { kind: "message_changed", message: failed },
      NOW,
    );
    expect(changed.open?.messages[1]).toEqual(failed);
    const removed = reduce(
      changed,
      { kind: "message_removed", chat: ONE, message: 2 as MessageId },
      NOW,
    );
    expect(ids(removed)).toEqual([1, 3]);
  });

  test("disappears with all others when the chat is cleared", () => {
    const before = openWith({ messages: rows(3), hasOlder: true, unreadLine: 2 as MessageId });
    const { open } = reduce(before, { kind: "chat_cleared", chat: ONE }, NOW);
    expect(open).toMatchObject({ messages: [], hasOlder: false, unreadLine: null });
  });
});

describe("the line above unread messages", () => {
  const added = (state: State, id: number, over: Partial<MessageView> = {}) =>
    reduce(state, { kind: "message_added", message: message(id, over) }, NOW).open?.unreadLine;

  test("stands above the first message that came while nobody watched", () => {
    expect(added(openWith({ messages: rows(2) }), 3)).toBe(3);
    expect(added(openWith({ messages: rows(3), unreadLine: 3 as MessageId }), 4)).toBe(3);
  });

  test("does not appear while the chat is watched, nor for a line of the program", () => {
    expect(added(openWith({ messages: rows(2), watching: true }), 3)).toBeNull();
    expect(added(openWith({ messages: rows(2) }), 3, { direction: "system" })).toBeNull();
  });

  test("goes when the person answers", () => {
    const before = openWith({ messages: rows(2), unreadLine: 2 as MessageId });
    expect(added(before, 3, { direction: "out" })).toBeNull();
  });

  test("moves down when the message under it is deleted", () => {
    const before = openWith({ messages: rows(3), unreadLine: 2 as MessageId });
    const event: Event = { kind: "message_removed", chat: ONE, message: 2 as MessageId };
    expect(reduce(before, event, NOW).open?.unreadLine).toBe(3);
  });
});

test("a removed chat is closed", () => {
  const { open, chats } = reduce(openWith({}), { kind: "chat_removed", chat: ONE }, NOW);
  expect(open).toBeNull();
  expect(chats.size).toBe(0);
});

test("a draft that is saved leaves the contact the same value, and anything of it another one", () => {
  const state = openWith({});
  const before = state.chats.get(ONE);
  const copy = JSON.parse(JSON.stringify(before)) as ChatView;
  const saved = reduce(state, { kind: "chat_changed", chat: { ...copy, draft: "so" } }, NOW);
  expect(saved.chats.get(ONE)?.draft).toBe("so");
  expect(saved.chats.get(ONE)?.kind).toBe(before?.kind);
  const renamed = { ...copy, kind: { ...copy.kind, contact: contact("Other", NOW) } };
  const after = reduce(saved, { kind: "chat_changed", chat: renamed }, NOW);
  expect(after.chats.get(ONE)?.kind).toEqual(renamed.kind);
});
