import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { keyOf, withContact } from "~/ipc/fake/material";
import { openWindow } from "~/test/window";

const rows = () => screen.getAllByTestId("chat-row");

describe("the chat list", () => {
  it("is one stop of Tab and is walked by arrows", async () => {
    const { user } = await openWindow();
    expect(rows().filter((row) => row.tabIndex === 0)).toHaveLength(1);
    rows()[0]?.focus();
    await user.keyboard("{ArrowDown}");
    await waitFor(() => expect(document.activeElement).toBe(rows()[1]));
    await user.keyboard("{End}");
    await waitFor(() => expect(document.activeElement).toBe(rows().at(-1)));
    await user.keyboard("{Home}");
    await waitFor(() => expect(document.activeElement).toBe(rows()[0]));
    await user.keyboard("{Enter}");
    expect(await screen.findByRole("main", { name: "Chat with Mara Lindqvist" })).toBeTruthy();
    expect(rows()[0]?.getAttribute("aria-current")).toBe("true");
  });

  it("speaks a row as one sentence", async () => {
    await openWindow();
    expect(
      screen.getByRole("button", { name: /^Jonas Weber, 4 unread, Thanks, that key works, \S+$/ }),
    ).toBeTruthy();
    expect(
      screen.getByRole("button", { name: /^Priya Raman, Another key uses this name/ }),
    ).toBeTruthy();
  });

  it("grows with each contact that is added", async () => {
    const { engine } = await openWindow("empty");
    for (const [count, userId] of ["bo", "cleo", "dan"].entries()) {
      const publicKey = keyOf(userId);
      await act(() => engine.invoke("add_contact", { contact: { userId, publicKey, name: "" } }));
      expect(rows()).toHaveLength(count + 1);
    }
  });

  it("shows only unread chats on demand", async () => {
    const { user } = await openWindow();
    await user.click(screen.getByRole("button", { name: "Unread 2" }));
    expect(rows().map((row) => row.dataset.name)).toEqual(["Jonas Weber", "Laptop backup"]);
  });

  it("opens the menu of a row by key and renames from it", async () => {
    const { user } = await openWindow();
    rows()[1]?.focus();
    await user.keyboard("{Shift>}{F10}{/Shift}");
    const menu = await screen.findByRole("menu");
    await user.click(within(menu).getByRole("menuitem", { name: "Rename" }));
    expect(await screen.findByRole("dialog", { name: /Jonas/ })).toBeTruthy();
  });

  it("marks a chat read from its menu", async () => {
    const { user, calls } = await openWindow();
    await user.pointer({ target: rows()[1] ?? document.body, keys: "[MouseRight]" });
    await user.click(await screen.findByRole("menuitem", { name: "Mark as read" }));
    await waitFor(() => expect(calls("mark_read")).toHaveLength(1));
    await waitFor(() => expect(rows()[1]?.dataset.unread).toBe("0"));
  });

  it("names of others stay text", async () => {
    const hostile = '<img src=x onerror="alert(1)">\u202Egnp.exe ✔ Verified';
    await openWindow("demo", (world) => {
      const first = world.chats[0];
      if (first) world.chats[0] = withContact(first, { name: hostile });
    });
    expect(document.querySelector("img")).toBe(null);
    expect(screen.getAllByText(hostile)[0]?.closest("[dir=auto]")).not.toBe(null);
  });
});

describe("search", () => {
  it("looks like a field and opens what finds everything", async () => {
    const { user } = await openWindow();
    await user.click(screen.getByTestId("search"));
    const field = await screen.findByTestId("palette-field");
    await waitFor(() => expect(document.activeElement).toBe(field));
  });
});
