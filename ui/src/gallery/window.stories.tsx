/** The whole window in the states that a person meets. */
import { App } from "~/app/App";
import { openChat } from "~/app/navigate";
import { shell } from "~/app/shell";
import type { ChatId } from "~/ipc/bindings";
import { textMessage, withContact } from "~/ipc/fake/material";
import { freshMessageId, type World, worldOf } from "~/ipc/fake/scenarios";
import { useStore } from "~/state/store";
import { found, press, seen, type } from "./hands";
import { SMALL, type Story, WINDOW } from "./story";

const WIDE = [1280, 760] as const;
const RAIL = [760, 600] as const;
const ALL = [WINDOW, WIDE, RAIL, SMALL] as const;

const app = () => <App />;
const MARA = 1 as ChatId;
const JONAS = 2 as ChatId;

/** Opens a chat and waits for its messages. */
const chat = (id: number) => async (): Promise<void> => {
  await seen("main-window");
  openChat(id as ChatId);
  await found('[data-testid="message"], [data-testid="messages"]');
};

const story = (id: string, over: Partial<Story> = {}): Story => ({
  id: `window-${id}`,
  whole: true,
  render: app,
  play: () => seen("main-window").then(() => undefined),
  ...over,
});

/** The demo with the settings or chats changed. */
const changed =
  (change: (world: World, now: number) => void) =>
  (now: number): World => {
    const world = worldOf("demo", now);
    change(world, now);
    return world;
  };

export const stories: readonly Story[] = [
  story("empty", { scenario: "empty", sizes: ALL, languages: true }),
  story("no-chat", { sizes: ALL, languages: true }),
  story("chat", { sizes: ALL, languages: true, play: chat(1) }),
  story("chat-guide", { play: chat(2), sizes: [WIDE] }),
  story("chat-other-key", { play: chat(3), sizes: [WIDE, SMALL], languages: true }),
  story("secure-verified", {
    scenario: "secure",
    play: chat(1),
    sizes: [WIDE, WINDOW, SMALL],
    languages: true,
  }),
  story("secure-by-link", {
    scenario: "secure",
    play: chat(2),
    sizes: [WIDE, SMALL],
    languages: true,
  }),
  story("secure-put-off", {
    scenario: "secure",
    sizes: [WIDE],
    play: async () => {
      await chat(2)();
      await press("mark-later");
    },
  }),
  story("secure-key-changed", {
    scenario: "secure",
    play: chat(3),
    sizes: [WIDE, WINDOW, SMALL],
    languages: true,
  }),
  story("secure-waiting", { scenario: "secure", play: chat(4), sizes: [WIDE, SMALL] }),
  story("secure-unverified", { scenario: "secure", play: chat(5), sizes: [WIDE] }),
  story("secure-loud-lines", {
    scenario: "secure",
    play: chat(6),
    sizes: [WIDE, SMALL],
    languages: true,
  }),
  story("secure-names", {
    scenario: (now) => {
      const world = worldOf("names", now);
      world.chats = world.chats.map((row) =>
        withContact(row, {
          protection: "pq",
          session: "ready",
          trust: { kind: "verified", how: "affirmed", by: "me", at: now },
        }),
      );
      return world;
    },
    play: chat(20),
    sizes: [WIDE, RAIL, SMALL],
  }),
  story("secure-link-names", {
    scenario: (now) => {
      const world = worldOf("names", now);
      world.chats = world.chats.map((row) =>
        withContact(row, {
          protection: "pq",
          session: "waiting",
          trust: { kind: "by_link", inviter: "me" },
        }),
      );
      return world;
    },
    play: chat(21),
    sizes: [WIDE, SMALL],
  }),
  story("message-info-secure", {
    scenario: "secure",
    play: async () => {
      await chat(1)();
      const row = await found('[data-state="delivered"] [data-act="menu"]');
      row.click();
      await press("message-info-open");
      await seen("info-id");
    },
  }),
  story("message-info-several", {
    scenario: changed((world) => {
      const rows = world.messages.get(JONAS) ?? [];
      world.messages.set(
        JONAS,
        rows.map((row) => (row.state ? { ...row, deliveredTo: 2, recipients: 3 } : row)),
      );
    }),
    play: async () => {
      await chat(JONAS)();
      (await found('[data-state="handed"] [data-act="menu"]')).click();
      await press("message-info-open");
      await seen("info-recipient");
    },
  }),
  story("chat-draft", { play: chat(4) }),
  story("chat-blocked", {
    play: chat(1),
    scenario: changed((world) => {
      world.chats = world.chats.map((row) =>
        row.id === MARA ? withContact(row, { blocked: true }) : row,
      );
    }),
  }),
  story("chat-failed", {
    play: chat(5),
    scenario: changed((world, now) => {
      const rows = world.messages.get(5 as ChatId) ?? [];
      const failures = {
        "A text that is far too long": "too_large",
        "A text without a session": "not_encrypted",
        "A text of another version": "unknown",
      } as const;
      for (const [text, failure] of Object.entries(failures)) {
        const over = { state: "failed", failure } as const;
        rows.push(textMessage(freshMessageId(), 5 as ChatId, "out", text, now, over));
      }
    }),
  }),
  story("chat-unread", { play: chat(6) }),
  story("chat-compact-large", {
    play: chat(1),
    scenario: changed((world) => {
      world.settings = { ...world.settings, density: "compact", textSize: 18 };
    }),
  }),
  story("many", { scenario: "many", sizes: [WINDOW, RAIL] }),
  story("long", { scenario: "long", play: chat(8) }),
  story("names", { scenario: "names", play: chat(21), sizes: [WIDE, SMALL], languages: true }),
  story("names-long", { scenario: "names", play: chat(20), sizes: [WIDE, RAIL] }),
  story("search", {
    languages: true,
    sizes: [WINDOW, SMALL],
    play: async () => {
      await seen("main-window");
      await press("search");
      await type("palette-field", "the");
      await seen("search-hit");
    },
  }),
  story("search-nothing", {
    play: async () => {
      await seen("main-window");
      await press("search");
      await type("palette-field", "xyz");
      await found('[data-testid="palette"] h2');
    },
  }),
  story("search-in-chat", {
    languages: true,
    sizes: [WINDOW, SMALL],
    play: async () => {
      await chat(1)();
      await press("find");
      await type("find-field", "the");
      await found("article mark");
    },
  }),
  story("palette", {
    languages: true,
    play: async () => {
      await seen("main-window");
      shell.open({ kind: "palette" });
      await seen("palette");
    },
  }),
  story("settings", {
    play: async () => {
      await seen("main-window");
      await press("open-settings");
      await seen("settings-dialog");
    },
  }),
  story("requests", {
    sizes: ALL,
    play: async () => {
      await seen("main-window");
      await press("requests-row");
      await seen("requests-pane");
    },
  }),
  story("offline", { scenario: "relays-offline", play: chat(1), sizes: [WINDOW, RAIL] }),
  story("disconnected", {
    scenario: "relays-waiting",
    sizes: [WINDOW, SMALL],
    play: async () => {
      await chat(1)();
      useStore.setState({ disconnectedSince: Date.now() - 180_000 });
    },
  }),
  story("moved", {
    scenario: "relays-stopped",
    sizes: [WINDOW, SMALL],
    play: chat(1),
  }),
  story("history-unusable", {
    sizes: [WINDOW, SMALL],
    play: async (engine) => {
      await chat(1)();
      engine.emit({ kind: "history_trouble", trouble: "unusable" });
    },
  }),
  story("sending-held", {
    sizes: [WINDOW, SMALL],
    play: async (engine) => {
      await chat(1)();
      engine.emit({ kind: "sending_held", held: true });
    },
  }),
  story("wrong-clock", {
    sizes: [WINDOW, SMALL],
    play: async (engine) => {
      await chat(1)();
      for (const relay of engine.world.relays) {
        engine.emit({ kind: "relay_changed", relay: { ...relay, clockAheadMs: 3 * 3_600_000 } });
      }
      await seen("banner-wrong-clock");
    },
  }),
  story("disk-full", {
    play: async (engine) => {
      await chat(1)();
      engine.emit({ kind: "history_trouble", trouble: "disk_full" });
    },
  }),
];
