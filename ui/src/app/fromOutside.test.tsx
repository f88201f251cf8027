/** Whatever others send, the window draws something: nothing of theirs may throw. */
import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Body } from "~/ipc/bindings";
import { contact, emptyChat, textMessage } from "~/ipc/fake/material";
import { chatName } from "~/state/chatKind";
import { NASTY_MOMENTS, NASTY_TEXTS } from "~/test/nasty";
import { openChatOf, openWindow } from "~/test/window";

const bodyOf = (text: string): Body => ({
  kind: "text",
  text,
  spans: [
    { kind: "text", text },
    { kind: "link", text, url: text },
  ],
});

describe("what comes from outside", () => {
  it("as names, drafts and texts leaves the window as it is", async () => {
    const window = await openWindow("demo", (world) => {
      const of = world.chats[0]?.id;
      if (of === undefined) throw new Error("no chat");
      world.messages.set(
        of,
        NASTY_TEXTS.map((text, index) => ({
          ...textMessage(90_000 + index, of, "in", text, Date.now()),
          body: bodyOf(text),
        })),
      );
      world.chats.push(
        ...NASTY_TEXTS.map((name, index) =>
          emptyChat(500 + index, contact(name, Date.now(), { userId: name }), { draft: name }),
        ),
      );
    });
    const [first] = window.engine.world.chats;
    await openChatOf(window, first ? chatName(first) : "");
    expect((await screen.findAllByRole("article")).length).toBeGreaterThan(50);
    expect(screen.queryByTestId("crash")).toBe(null);
  });

  it("as times of a relay leaves the window as it is", async () => {
    const window = await openWindow("demo", (world) => {
      world.chats = world.chats.map((chat, index) => ({
        ...chat,
        activityAt: NASTY_MOMENTS[index % NASTY_MOMENTS.length] ?? 0,
      }));
      for (const { id } of world.chats) {
        world.messages.set(
          id,
          NASTY_MOMENTS.map((at, index) => textMessage(90_000 + index, id, "in", "when?", at)),
        );
      }
    });
    await openChatOf(window, "Mara");
    expect(await screen.findAllByRole("article")).toHaveLength(NASTY_MOMENTS.length);
    expect(screen.queryByTestId("crash")).toBe(null);
  });
});
