/** Links and pictures from outside: what they ask waits, and nothing answers it by accident. */
import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { ChatId } from "~/ipc/bindings";
import { linkOf } from "~/ipc/fake/links";
import { accountIdOf, withContact } from "~/ipc/fake/material";
import { openChatOf, openWindow, type TestWindow } from "~/test/window";
import { shell } from "./shell";

const MARA = 1 as ChatId;
const ANOUK = linkOf("invite", "anouk");
const BILAL = linkOf("card", "bilal");

/** The moment in which a question takes no answer ends when the test says so. */
const moment = vi.hoisted(() => ({ end: (): void => undefined }));
vi.mock("~/state/useSettled", async () => {
  const { create } = await import("zustand");
  const useSeen = create<object | null>(() => null);
  return {
    useSettled: (shown: object | null): boolean => {
      const seen = useSeen();
      if (shown !== null) moment.end = () => useSeen.setState(shown, true);
      return shown === null || seen === shown;
    },
  };
});

const outside = ({ engine }: TestWindow, link: string) =>
  act(() => engine.openFromOutside({ link }));

async function askedAbout(who: string): Promise<void> {
  await waitFor(() =>
    expect(screen.getByTestId("link-account-id").textContent).toBe(accountIdOf(who)),
  );
}

/** The question has been there for a moment, and all that goes by itself is done. */
const later = () =>
  act(async () => {
    moment.end();
    await new Promise((turn) => setTimeout(turn));
  });

describe("a link from outside", () => {
  it("is not answered by what is being typed, and takes none of it for a name", async () => {
    const window = await openWindow();
    await openChatOf(window, "Mara");
    await window.user.type(await screen.findByTestId("composer"), "See you at");
    outside(window, ANOUK);
    await askedAbout("anouk");
    await waitFor(() =>
      expect(document.activeElement?.getAttribute("aria-label")).toBe("Add this person?"),
    );
    await window.user.keyboard("eight{Enter} ");
    await later();
    await window.user.keyboard("or nine{Enter} ");
    expect(screen.getByTestId<HTMLInputElement>("link-name").value).toBe("");
    expect(window.calls("add_by_link")).toEqual([]);
    expect(screen.queryByTestId("link-confirm")).not.toBe(null);
  });

  it("takes no answer in the moment in which it comes", async () => {
    const window = await openWindow();
    outside(window, ANOUK);
    await askedAbout("anouk");
    const add = screen.getByTestId("link-add");
    expect(add.getAttribute("aria-disabled")).toBe("true");
    await window.user.click(add);
    await window.user.type(screen.getByTestId("link-name"), "A{Enter}");
    expect(window.calls("add_by_link")).toEqual([]);
    await later();
    expect(add.getAttribute("aria-disabled")).toBe(null);
    await window.user.click(add);
    await screen.findByTestId("add-contact-result");
    expect(window.calls("add_by_link")).toEqual([
      { link: ANOUK, name: "A", allowPrivate: false, byCamera: false },
    ]);
  });

  it("of somebody known opens no chat in that moment either", async () => {
    const window = await openWindow("secure", (world) => {
      world.chats = world.chats.map((row) =>
        withContact(row, { accountId: accountIdOf(row.id === MARA ? "mara" : `${row.id}`) }),
      );
    });
    outside(window, linkOf("card", "mara"));
    await screen.findByTestId("link-known");
    const button = screen.getByTestId("link-open-known");
    expect(document.activeElement).not.toBe(button);
    expect(button.getAttribute("aria-disabled")).toBe("true");
    act(() => button.click());
    expect(screen.queryByTestId("link-known")).not.toBe(null);
  });

  it("waits until the one before it is decided, and takes no answer then", async () => {
    const window = await openWindow();
    outside(window, ANOUK);
    await askedAbout("anouk");
    await later();
    outside(window, BILAL);
    outside(window, linkOf("card", "carla"));
    await later();
    expect(screen.getByTestId("link-account-id").textContent).toBe(accountIdOf("anouk"));
    await window.user.click(screen.getByTestId("link-cancel"));
    await askedAbout("bilal");
    expect(screen.getByTestId("link-add").getAttribute("aria-disabled")).toBe("true");
    await window.user.click(screen.getByTestId("link-cancel"));
    await askedAbout("carla");
    await window.user.click(screen.getByTestId("link-cancel"));
    await waitFor(() => expect(screen.queryByTestId("add-contact-dialog")).toBe(null));
    expect(window.calls("add_by_link")).toEqual([]);
  });

  it("waits while a contact that was added is shown", async () => {
    const window = await openWindow();
    outside(window, ANOUK);
    await askedAbout("anouk");
    await later();
    await window.user.click(screen.getByTestId("link-add"));
    await screen.findByTestId("add-contact-result");
    outside(window, BILAL);
    await later();
    expect(screen.queryByTestId("add-contact-result")).not.toBe(null);
    await window.user.click(screen.getByTestId("add-contact-another"));
    await askedAbout("bilal");
  });

  it("is one question, however often it is pressed", async () => {
    const window = await openWindow();
    outside(window, ANOUK);
    await askedAbout("anouk");
    outside(window, ANOUK);
    await later();
    await window.user.click(screen.getByTestId("link-cancel"));
    await waitFor(() => expect(screen.queryByTestId("add-contact-dialog")).toBe(null));
    await later();
    expect(screen.queryByTestId("add-contact-dialog")).toBe(null);
    outside(window, ANOUK);
    await askedAbout("anouk");
  });

  it("waits until another dialog is closed", async () => {
    const window = await openWindow();
    act(() => shell.open({ kind: "rename", chat: MARA }));
    await screen.findByTestId("rename-dialog");
    outside(window, ANOUK);
    await later();
    expect(screen.queryByTestId("add-contact-dialog")).toBe(null);
    await window.user.keyboard("{Escape}");
    await askedAbout("anouk");
  });

  it("waits while a question stands before one's invites", async () => {
    const window = await openWindow("secure");
    act(() => shell.open({ kind: "add-contact" }));
    await window.user.click(await screen.findByTestId("invites"));
    await window.user.click(screen.getAllByTestId("invite-revoke")[0] ?? document.body);
    const question = await screen.findByTestId("revoke-dialog");
    outside(window, ANOUK);
    await later();
    expect(screen.queryByTestId("link-confirm")).toBe(null);
    await window.user.click(within(question).getByRole("button", { name: "Cancel" }));
    await askedAbout("anouk");
  });

  it("goes back to the form that it came upon", async () => {
    const window = await openWindow();
    act(() => shell.open({ kind: "add-contact" }));
    await window.user.click(await screen.findByTestId("add-way-key"));
    await window.user.type(screen.getByTestId("add-contact-id"), "anna");
    outside(window, ANOUK);
    await askedAbout("anouk");
    await window.user.click(screen.getByTestId("link-cancel"));
    const field = await screen.findByTestId<HTMLInputElement>("add-contact-id");
    expect(field.value).toBe("anna");
    await waitFor(() => expect(document.activeElement).toBe(field));
  });
});

describe("the form that a link from outside comes upon", () => {
  it("keeps its text, and the name of one person is not that of the next", async () => {
    const window = await openWindow();
    act(() => shell.open({ kind: "add-contact" }));
    await window.user.click(await screen.findByTestId("add-way-link"));
    await window.user.type(screen.getByTestId("link-field"), "hello");
    outside(window, ANOUK);
    await askedAbout("anouk");
    await window.user.type(screen.getByTestId("link-name"), "Anouk");
    await window.user.click(screen.getByTestId("link-cancel"));
    const field = await screen.findByTestId<HTMLInputElement>("link-field");
    expect(field.value).toBe("hello");
    outside(window, BILAL);
    await askedAbout("bilal");
    expect(screen.getByTestId<HTMLInputElement>("link-name").value).toBe("");
  });

  it("shows a link of which nothing can be made, and why", async () => {
    const window = await openWindow();
    outside(window, linkOf("invite", "expired"));
    expect(await screen.findByText(/This invite has expired/)).toBeTruthy();
    expect(screen.getByTestId<HTMLInputElement>("link-field").value).toBe(
      linkOf("invite", "expired"),
    );
    expect(document.activeElement).not.toBe(screen.getByTestId("link-field"));
  });
});

describe("a picture that was dropped", () => {
  it("says each time why it is of no use", async () => {
    const window = await openWindow();
    act(() => window.engine.openFromOutside({ code: "no_code" }));
    expect(await screen.findByText(/There is no code in this picture/)).toBeTruthy();
    await window.user.type(screen.getByTestId("link-field"), "x");
    expect(screen.queryByText(/There is no code in this picture/)).toBe(null);
    act(() => window.engine.openFromOutside({ code: "no_code" }));
    expect(await screen.findByText(/There is no code in this picture/)).toBeTruthy();
  });
});

describe("a picture dropped onto the window", () => {
  it("is said to be read only where that takes a while", async () => {
    const { engine } = await openWindow();
    vi.useFakeTimers();
    try {
      act(() => engine.dropPicture());
      await act(() => vi.advanceTimersByTimeAsync(300));
      act(() => engine.openFromOutside({ code: "no_code" }));
      await act(() => vi.advanceTimersByTimeAsync(1_000));
      expect(screen.queryByText("Reading the picture")).toBe(null);
      act(() => engine.dropPicture());
      await act(() => vi.advanceTimersByTimeAsync(1_000));
      expect(screen.getByText("Reading the picture")).toBeTruthy();
    } finally {
      vi.useRealTimers();
    }
  });
});
