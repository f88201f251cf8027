import { act, cleanup, render, screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { ChatId } from "~/ipc/bindings";
import { useTransport } from "~/ipc/client";
import { FakeEngine } from "~/ipc/fake";
import { linkOf } from "~/ipc/fake/links";
import { accountIdOf } from "~/ipc/fake/material";
import { PROFILE } from "~/ipc/fake/scenarios";
import { chatName } from "~/state/chatKind";
import { initialState } from "~/state/state";
import { useStore } from "~/state/store";
import { expectNoAxeFaults } from "~/test/axe";
import { openChatOf, openWindow } from "~/test/window";
import { App } from "./App";
import { ONE_PANE } from "./breakpoints";

const messages = () => screen.findAllByRole("article");

describe("the main window", () => {
  it("has its landmarks and no axe fault, with a chat and its details open", async () => {
    const window = await openWindow();
    await openChatOf(window, "Mara");
    await messages();
    expect(screen.getByRole("navigation", { name: "Chats" })).toBeTruthy();
    expect(screen.getByRole("complementary", { name: "Details" })).toBeTruthy();
    expect(screen.getAllByText("No forward secrecy").length).toBe(2);
    await expectNoAxeFaults(document.documentElement);
  });

  it("opens the chat of the last time, unless that was left or deleted", async () => {
    const main = () => document.querySelector("main")?.getAttribute("aria-label");
    await openChatOf(await openWindow(), "Mara");
    cleanup();
    const again = await openWindow();
    await waitFor(() => expect(main()).toMatch(/^Chat with Mara/));
    act(() => again.engine.emit({ kind: "chat_removed", chat: 1 as ChatId }));
    expect(main()).toBe("Choose a chat");
    cleanup();
    await openChatOf(await openWindow(), "Mara");
    cleanup();
    await openWindow("demo", (world) => {
      world.chats = world.chats.filter(({ id }) => id !== 1);
    });
    await screen.findAllByTestId("chat-row");
    expect(main()).toBe("Choose a chat");
  });

  it("says a full disk with no chat open, in the requests and over a changed key, once", async () => {
    const { engine, user } = await openWindow();
    const said = () => screen.getAllByRole("alert").map((alert) => alert.dataset.testid);
    act(() => engine.emit({ kind: "history_trouble", trouble: "disk_full" }));
    expect(said()).toEqual(["banner-disk-full"]);
    await user.click(screen.getByTestId("requests-row"));
    await screen.findByTestId("requests-pane");
    expect(screen.getByTestId("banner-disk-full")).toBeTruthy();
    await openChatOf({ engine, user, calls: () => [] }, "Priya");
    await messages();
    expect(screen.getByTestId("banner-disk-full")).toBeTruthy();
    expect(screen.queryByTestId("key-banner")).toBe(null);
    act(() => engine.emit({ kind: "history_trouble", trouble: null }));
    expect(await screen.findByTestId("key-banner")).toBeTruthy();
    expect(screen.queryByTestId("banner-disk-full")).toBe(null);
    await expectNoAxeFaults();
  });

  it("says a full disk over the list of chats where that is all there is room for", async () => {
    const { matchMedia } = window;
    const narrow = vi.spyOn(window, "matchMedia").mockImplementation((query) => {
      const media = matchMedia(query);
      return query === ONE_PANE ? Object.assign(media, { matches: true }) : media;
    });
    const { engine } = await openWindow();
    act(() => engine.emit({ kind: "history_trouble", trouble: "disk_full" }));
    expect(screen.getByTestId("banner-disk-full")).toBeTruthy();
    expect(screen.queryByRole("main")).toBe(null);
    expect(screen.getByRole("navigation", { name: "Chats" })).toBeTruthy();
    narrow.mockRestore();
  });

  it("says a changed key before a minute without a relay", async () => {
    const window = await openWindow("demo");
    await openChatOf(window, "Mara");
    const relays = window.engine.world.relays.map((relay) => ({
      ...relay,
      state: { kind: "waiting", retry_at: Date.now() + 9e6, problem: "unreachable" } as const,
    }));
    act(() => {
      for (const relay of relays) window.engine.emit({ kind: "relay_changed", relay });
      useStore.setState({ disconnectedSince: Date.now() - 61_000 });
    });
    expect(await screen.findByTestId("banner-disconnected")).toBeTruthy();
    await openChatOf(window, "Priya");
    expect(await screen.findByTestId("key-banner")).toBeTruthy();
    expect(screen.queryByTestId("banner-disconnected")).toBe(null);
    // One line for all of them, until somebody wants to see the others.
    const more = screen.getByRole("button", { name: "and 1 more" });
    await window.user.click(more);
    expect(screen.getByTestId("banner-disconnected")).toBeTruthy();
    expect(more.getAttribute("aria-expanded")).toBe("true");
    await expectNoAxeFaults();
    await window.user.click(more);
    expect(screen.queryByTestId("banner-disconnected")).toBe(null);
  });

  it("is not drawn without chats before the engine said which there are", () => {
    const silent = Object.assign(new FakeEngine("demo"), { subscribe: async () => undefined });
    useTransport(silent);
    useStore.setState({ ...initialState, phase: { kind: "ready" } }, true);
    render(<App />);
    expect(screen.getByTestId("starting-screen")).toBeTruthy();
    expect(screen.queryByText("Add someone to start")).toBe(null);
    act(() => useStore.setState({ profile: PROFILE }));
    expect(screen.getByTestId("main-window")).toBeTruthy();
  });

  it("says how to begin when there is nobody yet", async () => {
    const { user } = await openWindow("empty");
    expect(screen.getByText("Add someone to start")).toBeTruthy();
    await user.click(screen.getByTestId("empty-add-contact"));
    expect(await screen.findByRole("dialog")).toBeTruthy();
  });

  it("opens the chat of a notification that was clicked", async () => {
    const { engine } = await openWindow();
    engine.clickNotification(engine.world.chats[1]?.id ?? (0 as never));
    expect(await screen.findByRole("main", { name: "Chat with Jonas Weber" })).toBeTruthy();
  });

  it("opens the requests when a notification of one was clicked", async () => {
    const { engine } = await openWindow();
    engine.clickNotification("requests");
    expect(await screen.findByRole("main", { name: "Requests" })).toBeTruthy();
  });

  it("shows what a link is that the system opened, before and while it runs, and adds nobody", async () => {
    const window = await openWindow("demo", () => undefined, linkOf("invite", "anouk"));
    expect(await screen.findByTestId("link-confirm")).toBeTruthy();
    expect(screen.getByTestId("link-account-id").textContent).toBe(accountIdOf("anouk"));
    act(() => window.engine.openFromOutside({ link: linkOf("card", "bilal") }));
    await window.user.click(screen.getByTestId("link-cancel"));
    await waitFor(() =>
      expect(screen.getByTestId("link-account-id").textContent).toBe(accountIdOf("bilal")),
    );
    await window.user.click(screen.getByTestId("link-cancel"));
    await waitFor(() => expect(screen.queryByTestId("add-contact-dialog")).toBe(null));
    expect(window.calls("add_by_link")).toEqual([]);
  });

  it("says why a picture that was dropped is of no use", async () => {
    const { engine } = await openWindow();
    act(() => engine.openFromOutside({ code: "no_code" }));
    const field = await screen.findByTestId("link-field");
    expect(field.getAttribute("aria-invalid")).toBe("true");
    expect(screen.getByText(/There is no code in this picture/)).toBeTruthy();
  });

  it("tells the engine which chat is looked at, and marks it read", async () => {
    const window = await openWindow();
    await openChatOf(window, "Jonas");
    await messages();
    await waitFor(() => expect(window.calls("mark_read")).toHaveLength(1));
    expect(window.calls("set_active_chat").at(-1)).toEqual({ chat: 2 });
    // The line stays until the chat is left, although it is read now.
    expect(screen.getByTestId("unread-line")).toBeTruthy();
  });

  it("marks nothing read while the person is elsewhere", async () => {
    const window = await openWindow();
    vi.mocked(document.hasFocus).mockReturnValue(false);
    await openChatOf(window, "Jonas");
    await messages();
    expect(window.calls("mark_read")).toHaveLength(0);
    expect(window.calls("set_active_chat").every(({ chat }) => chat === null)).toBe(true);
  });

  it("marks nothing read while the requests hide the chat", async () => {
    const window = await openWindow();
    await openChatOf(window, "Mara");
    await messages();
    await window.user.click(screen.getByTestId("requests-row"));
    await waitFor(() => expect(screen.queryByTestId("composer")).toBe(null));
    act(() => void window.engine.receive(1 as ChatId, "Are you there?"));
    await waitFor(() => expect(screen.getAllByText("Are you there?").length).toBeGreaterThan(0));
    expect(window.calls("mark_read")).toHaveLength(0);
    await window.user.keyboard("{Escape}");
    await waitFor(() => expect(window.calls("mark_read")).toHaveLength(1));
  });

  it("goes to the first unread message, however far back it is", async () => {
    const window = await openWindow("long", (world) => {
      world.chats = world.chats.map((chat) =>
        chatName(chat).startsWith("Archive") ? { ...chat, unread: 900 } : chat,
      );
    });
    await openChatOf(window, "Archive");
    expect(await screen.findByTestId("unread-line")).toBeTruthy();
    expect(window.calls("list_messages").map(({ query }) => query.anchor.kind)).toContain("around");
    expect(window.calls("mark_read")).toHaveLength(0);
  });

  it("shows the requests in place of the chat, and Escape brings it back", async () => {
    const window = await openWindow();
    await openChatOf(window, "Mara");
    await window.user.click(screen.getByTestId("requests-row"));
    await waitFor(() => expect(screen.queryByTestId("composer")).toBe(null));
    expect(screen.getByRole("main", { name: "Requests" })).toBeTruthy();
    // One place at a time is where the person is.
    const here = () => [...document.querySelectorAll("nav [aria-current]")];
    expect(here()).toEqual([screen.getByTestId("requests-row")]);
    await window.user.keyboard("{Escape}");
    expect(await screen.findByTestId("composer")).toBeTruthy();
    expect(here().map((row) => row.getAttribute("data-name"))).toEqual(["Mara Lindqvist"]);
  });
});

describe("keys", () => {
  it("Alt and arrows go through the chats, with Shift only to unread ones", async () => {
    const window = await openWindow();
    const { user } = window;
    await openChatOf(window, "Mara");
    await user.keyboard("{Alt>}{ArrowDown}{/Alt}");
    expect(await screen.findByRole("main", { name: "Chat with Jonas Weber" })).toBeTruthy();
    await user.keyboard("{Alt>}{Shift>}{ArrowDown}{/Shift}{/Alt}");
    expect(await screen.findByRole("main", { name: "Chat with Laptop backup" })).toBeTruthy();
  });

  it("F6 goes round search, chats, messages, composer and details", async () => {
    const window = await openWindow();
    await openChatOf(window, "Mara");
    await messages();
    const places: (string | null)[] = [];
    for (let step = 0; step < 5; step += 1) {
      await window.user.keyboard("{F6}");
      const { activeElement } = document;
      places.push(
        activeElement?.getAttribute("data-testid") ??
          activeElement?.getAttribute("aria-label") ??
          "",
      );
    }
    expect(places).toEqual(["Close", "search", "chat-row", "message", "composer"]);
  });

  it("Ctrl I hides and shows the details", async () => {
    const window = await openWindow();
    await openChatOf(window, "Mara");
    await window.user.keyboard("{Control>}i{/Control}");
    expect(screen.queryByRole("complementary")).toBe(null);
    await window.user.keyboard("{Control>}i{/Control}");
    expect(screen.queryByRole("complementary")).not.toBe(null);
  });

  it("Ctrl W closes the window, but not from within a dialog", async () => {
    const { user, calls } = await openWindow();
    await user.keyboard("{Control>}n{/Control}");
    await screen.findByTestId("add-contact-dialog");
    await user.keyboard("{Control>}w{/Control}");
    expect(calls("ask_close")).toHaveLength(0);
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByTestId("add-contact-dialog")).toBe(null));
    await user.keyboard("{Control>}w{/Control}");
    expect(calls("ask_close")).toHaveLength(1);
  });

  it("Ctrl Q quits", async () => {
    const { user, calls } = await openWindow();
    await user.keyboard("{Control>}q{/Control}");
    expect(calls("quit")).toHaveLength(1);
  });
});

describe("the width of the list", () => {
  it("is changed by arrows within its bounds", async () => {
    const { user } = await openWindow();
    const edge = screen.getByRole("separator", { name: "Width of the chat list" });
    edge.focus();
    await user.keyboard("{ArrowRight}");
    expect(edge.getAttribute("aria-valuenow")).toBe("340");
    await user.keyboard("{ArrowRight>9/}");
    expect(edge.getAttribute("aria-valuenow")).toBe("420");
    expect(JSON.parse(localStorage.getItem("sotto.window") ?? "")).toMatchObject({
      sidebarWidth: 420,
    });
    await user.dblClick(edge);
    expect(edge.getAttribute("aria-valuenow")).toBe("320");
  });
});
