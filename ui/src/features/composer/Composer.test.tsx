import { fireEvent, screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { contactIdOf, withContact } from "~/ipc/fake/material";
import { openChatOf, openWindow } from "~/test/window";

const field = () => screen.getByTestId<HTMLTextAreaElement>("composer");

async function openMara() {
  const window = await openWindow();
  await openChatOf(window, "Mara");
  await screen.findAllByRole("article");
  return window;
}

describe("the composer", () => {
  it("has the keys when a chat opens, and sends by Enter", async () => {
    const { user, calls } = await openMara();
    expect(document.activeElement).toBe(field());
    await user.keyboard("Hello{Shift>}{Enter}{/Shift}there{Enter}");
    expect(calls("send_text")).toEqual([{ chat: 1, text: "Hello\nthere" }]);
    expect(field().value).toBe("");
    expect(await screen.findByText(/^Hello\sthere$/, { selector: "article span" })).toBeTruthy();
  });

  it("does not send while letters are being composed", async () => {
    const { calls } = await openMara();
    fireEvent.change(field(), { target: { value: "にほん" } });
    fireEvent.keyDown(field(), { key: "Enter", isComposing: true });
    fireEvent.keyDown(field(), { key: "Enter", keyCode: 229 });
    expect(calls("send_text")).toHaveLength(0);
    fireEvent.keyDown(field(), { key: "Enter", keyCode: 13 });
    expect(calls("send_text")).toHaveLength(1);
  });

  it("gives the text back and says why when it is refused", async () => {
    const { user, engine } = await openMara();
    const send = engine.invoke.bind(engine);
    engine.invoke = (command, args) =>
      command === "send_text" ? Promise.reject({ code: "disk_full" }) : send(command, args);
    await user.keyboard("Precious{Enter}");
    await waitFor(() => expect(field().value).toBe("Precious"));
    expect(screen.getByText(/The message was not taken/)).toBeTruthy();
  });

  it("sends nothing of spaces", async () => {
    const { user, calls } = await openMara();
    await user.keyboard("   {Enter}");
    expect(calls("send_text")).toHaveLength(0);
  });

  it("counts near the limit and refuses beyond it", async () => {
    const { user, calls } = await openMara();
    fireEvent.change(field(), { target: { value: "a".repeat(61_440) } });
    expect(screen.getByTestId("composer-room").textContent).toBe("0 bytes left");
    fireEvent.change(field(), { target: { value: "a".repeat(61_441) } });
    expect(screen.getByTestId("composer-room").textContent).toBe("1 byte too long");
    await user.click(screen.getByTestId("send"));
    expect(calls("send_text")).toHaveLength(0);
  });

  it("keeps a draft for each chat, at once when the chat is left", async () => {
    const window = await openMara();
    await window.user.keyboard("Half a thou");
    await openChatOf(window, "Jonas");
    expect(window.calls("save_draft").at(-1)).toEqual({ chat: 1, text: "Half a thou" });
    expect(field().value).toBe("");
    await openChatOf(window, "Mara");
    expect(field().value).toBe("Half a thou");
  });

  it("saves a draft a moment after the last key, and when the window is left", async () => {
    const { user, calls } = await openMara();
    await user.keyboard("Half");
    expect(calls("save_draft")).toHaveLength(0);
    await waitFor(() => expect(calls("save_draft")).toEqual([{ chat: 1, text: "Half" }]));
    await user.keyboard(" a");
    fireEvent.blur(window);
    expect(calls("save_draft").at(-1)).toEqual({ chat: 1, text: "Half a" });
  });

  it("Ctrl Enter sends where Enter makes a line", async () => {
    const window = await openWindow("demo", (world) => {
      world.settings = { ...world.settings, enterSends: false };
    });
    await openChatOf(window, "Mara");
    await window.user.keyboard("One{Enter}two");
    expect(window.calls("send_text")).toHaveLength(0);
    await window.user.keyboard("{Control>}{Enter}{/Control}");
    expect(window.calls("send_text")).toEqual([{ chat: 1, text: "One\ntwo" }]);
  });

  it("gives way to the reason once the identity moved to another computer", async () => {
    const window = await openWindow("relays-stopped");
    await openChatOf(window, "Mara");
    expect(screen.queryByTestId("composer")).toBe(null);
    expect(screen.getByTestId("composer-moved").textContent).toContain("Here you can only read.");
    expect(screen.getByTestId("banner-moved").getAttribute("role")).toBe("alert");
  });

  it("makes room for Unblock when the contact is blocked", async () => {
    const window = await openWindow("demo", (world) => {
      const mara = world.chats[0];
      if (mara) world.chats[0] = withContact(mara, { blocked: true });
    });
    await openChatOf(window, "Mara");
    expect(screen.queryByTestId("composer")).toBe(null);
    await window.user.click(screen.getByTestId("unblock"));
    expect(await screen.findByTestId("composer")).toBeTruthy();
    expect(window.calls("block_contact")).toEqual([{ contact: contactIdOf(1), blocked: false }]);
  });
});
