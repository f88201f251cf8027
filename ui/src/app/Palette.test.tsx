import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { ChatId } from "~/ipc/bindings";
import { keyOf, textMessage } from "~/ipc/fake/material";
import { freshMessageId, type World } from "~/ipc/fake/scenarios";
import { store } from "~/state/store";
import { expectNoAxeFaults } from "~/test/axe";
import { openChatOf, openWindow } from "~/test/window";

const MARA = 1 as ChatId;

async function openPalette(change?: (world: World) => void) {
  const window = await openWindow("demo", change);
  await window.user.keyboard("{Control>}k{/Control}");
  const field = await screen.findByRole<HTMLInputElement>("combobox");
  await waitFor(() => expect(document.activeElement).toBe(field));
  return { ...window, field };
}

const options = () => screen.queryAllByRole("option");
const chosen = () => options().find((one) => one.getAttribute("aria-selected") === "true");
const groups = () =>
  screen.queryAllByRole("group").flatMap((one) => {
    const label = document.getElementById(one.getAttribute("aria-labelledby") ?? "");
    return one.closest("[role=listbox]") && label ? [label.textContent] : [];
  });

describe("the palette", () => {
  it("goes to a chat", async () => {
    const { user } = await openPalette();
    await user.keyboard("tomas");
    expect(chosen()).toBe(options()[0]);
    await expectNoAxeFaults();
    await user.keyboard("{Enter}");
    expect(await screen.findByRole("main", { name: "Chat with Tomás Oliveira" })).toBeTruthy();
  });

  it("finds chats, commands, people and messages in groups, and says how many", async () => {
    const { user, field } = await openPalette((world) => {
      world.people = [
        {
          userId: "keyhole",
          publicKey: keyOf("keyhole"),
          fingerprint: "4".repeat(64),
          hue: 3,
          relays: [],
          chat: null,
          nameOfOther: null,
        },
      ];
      world.chats = world.chats.map((chat) =>
        chat.id === MARA
          ? {
              ...chat,
              kind: { kind: "contact", contact: { ...chat.kind.contact, name: "Key Kiosk" } },
            }
          : chat,
      );
    });
    await user.keyboard("key");
    expect((await screen.findByTestId("search-hit")).textContent).toContain("that key works");
    expect(groups()).toEqual(["Chats", "People at your relays", "Messages1"]);
    expect(screen.getByTestId("palette-count").textContent).toBe("3 results");
    const active = () => field.getAttribute("aria-activedescendant");
    expect(active()).toBe(options()[0]?.id);
    await expectNoAxeFaults();
    await user.keyboard("{ArrowUp}");
    expect(chosen()).toBe(options().at(-1));
    await user.keyboard("{ArrowDown}{ArrowDown}");
    expect(active()).toBe(options()[1]?.id);
    await user.keyboard("{Enter}");
    const people = await screen.findByTestId<HTMLInputElement>("people-search");
    expect(people.value).toBe("keyhole");
  });

  it("gives the focus back when nothing is chosen, and to the composer of the open chat", async () => {
    const window = await openWindow();
    await openChatOf(window, "Mara");
    const { user } = window;
    const row = screen.getAllByTestId("chat-row")[2];
    for (const [keys, expected] of [
      ["{Escape}", () => row],
      ["Mara{Enter}", () => screen.getByTestId("composer")],
    ] as const) {
      row?.focus();
      await user.keyboard("{Control>}k{/Control}");
      const field = await screen.findByTestId("palette-field");
      await waitFor(() => expect(document.activeElement).toBe(field));
      await user.keyboard(keys);
      await waitFor(() => expect(document.activeElement).toBe(expected()));
    }
  });

  it("does a command", async () => {
    const { user, calls } = await openPalette();
    await user.keyboard("dark");
    await waitFor(() => expect(chosen()?.textContent).toBe("Dark colours"));
    await user.keyboard("{Enter}");
    await waitFor(() =>
      expect(calls("update_settings").at(-1)).toEqual({ patch: { theme: "dark" } }),
    );
    await waitFor(() => expect(screen.queryByTestId("palette")).toBe(null));
  });

  it("opens a message in its chat, with the words marked", async () => {
    const { user, calls } = await openPalette();
    await user.keyboard("key works");
    const hit = await screen.findByTestId("search-hit");
    expect([...hit.querySelectorAll("mark")].map((mark) => mark.textContent)).toContain("key");
    await waitFor(() =>
      expect(calls("search").at(-1)).toMatchObject({ query: { text: "key works" } }),
    );
    await waitFor(() => expect(screen.getByTestId("palette-count").textContent).toBe("1 result"));
    await user.keyboard("{Enter}");
    expect(await screen.findByRole("main", { name: "Chat with Jonas Weber" })).toBeTruthy();
    await waitFor(() => expect(screen.getByTestId("find-count").textContent).toBe("1 of 1"));
    expect(document.activeElement).toBe(screen.getByTestId("find-field"));
    expect(store.getState().open?.target?.message).toBe(Number(hitRow()?.dataset.message));
    expect([...document.querySelectorAll("article mark")].map((one) => one.textContent)).toEqual([
      "key",
      "works",
    ]);
    await user.keyboard("{Escape}");
    expect(screen.queryByTestId("find-bar")).toBe(null);
    expect(document.querySelector("article mark")).toBe(null);
  });

  it("opens a message of the open chat, and another one after it", async () => {
    const window = await openWindow("demo", (world) => {
      const rows = world.messages.get(MARA) ?? [];
      const old = ["first zebra", "second zebra", "third zebra"].map((text, index) =>
        textMessage(freshMessageId(), MARA, "in", text, Date.now() + index),
      );
      world.messages.set(MARA, [...rows, ...old]);
    });
    await openChatOf(window, "Mara");
    const { user } = window;
    for (const [down, place] of [
      [2, "3 of 3"],
      [1, "2 of 3"],
    ] as const) {
      await user.keyboard("{Control>}k{/Control}");
      const field = await screen.findByTestId("palette-field");
      await waitFor(() => expect(document.activeElement).toBe(field));
      await user.keyboard("zebra");
      expect(await screen.findAllByTestId("search-hit")).toHaveLength(3);
      await user.keyboard(`{ArrowDown>${down}/}{Enter}`);
      await waitFor(() => expect(screen.getByTestId("find-count").textContent).toBe(place));
      await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId("find-field")));
    }
    await openChatOf(window, "Jonas");
    expect(screen.queryByTestId("find-bar")).toBe(null);
    await openChatOf(window, "Mara");
    expect(screen.queryByTestId("find-bar")).toBe(null);
  });

  it("says what to do when nothing is found", async () => {
    const { user, field } = await openPalette();
    await user.keyboard("zzz");
    expect(await screen.findByText(/Nothing found for/)).toBeTruthy();
    expect(field.getAttribute("aria-expanded")).toBe("false");
    expect(screen.getByTestId("palette-count").textContent).toBe("Nothing found");
    await expectNoAxeFaults();
    await user.keyboard("{Enter}{Control>}k{/Control}");
    await waitFor(() => expect(screen.queryByTestId("palette")).toBe(null));
  });

  it("says when the search of messages does not work", async () => {
    const { user, engine } = await openPalette();
    const invoke = engine.invoke.bind(engine);
    engine.invoke = (command, args) =>
      command === "search" ? Promise.reject({ code: "internal" }) : invoke(command, args);
    await user.keyboard("lunch");
    expect((await screen.findByRole("alert")).textContent).toBe("The search did not work.");
  });

  it("shows more of many messages by keys", async () => {
    const { user } = await openPalette((world) => {
      const texts = Array.from({ length: 70 }, (_, index) =>
        textMessage(freshMessageId(), MARA, "in", `zebra ${index}`, index),
      );
      world.messages.set(MARA, texts);
    });
    await user.keyboard("zebra");
    expect(await screen.findAllByTestId("search-hit")).toHaveLength(30);
    expect(groups()).toEqual(["Messages70"]);
    await user.keyboard("{ArrowUp}");
    expect(chosen()?.textContent).toBe("Show more messages");
    await user.keyboard("{Enter}");
    await waitFor(() => expect(screen.getAllByTestId("search-hit")).toHaveLength(60));
    expect(chosen()).toBe(options()[30]);
  });
});

const hitRow = () => document.querySelector<HTMLElement>("article[class*=hit]");
