import { act, cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { ChatId, ChatView, InviteId } from "~/ipc/bindings";
import { type FakeEngine, SPARE_KEY } from "~/ipc/fake";
import { linkOf } from "~/ipc/fake/links";
import { accountIdOf, keyOf, withContact } from "~/ipc/fake/material";
import { PROFILE, relay, type World, worldOf } from "~/ipc/fake/scenarios";
import { contactOf } from "~/state/chatKind";
import { useChat } from "~/state/selectors";
import { store } from "~/state/store";
import { expectNoAxeFaults } from "~/test/axe";
import { plugIn } from "~/test/camera";
import { callsOf, startFake } from "~/test/engine";
import { AddContactDialog, type AddContactDialogProps } from "./AddContactDialog";
import { BlockDialog, ClearChatDialog, DeleteContactDialog, RenameDialog } from "./ContactDialogs";

const user = userEvent.setup();
const MARA = 1 as ChatId;

function show(over: Partial<AddContactDialogProps> = {}) {
  const onClose = vi.fn();
  const onOpenChat = vi.fn();
  render(<AddContactDialog open onClose={onClose} onOpenChat={onOpenChat} {...over} />);
  return { onClose, onOpenChat };
}

/** Presses Tab until the element has the focus: nothing may be out of reach of the keyboard. */
async function tabTo(element: HTMLElement): Promise<void> {
  for (let press = 0; press < 20; press += 1) {
    if (document.activeElement === element) return;
    await user.tab();
  }
  throw new Error(`${element.dataset.testid} is not reached by Tab`);
}

async function byKey(): Promise<void> {
  await user.click(screen.getByTestId("add-way-key"));
}

async function byLink(): Promise<void> {
  await user.click(screen.getByTestId("add-way-link"));
}

/** From the field to the question whose link it is. */
async function ask(link: string): Promise<void> {
  await byLink();
  await user.type(screen.getByTestId("link-field"), link);
  await user.click(screen.getByTestId("link-continue"));
  await screen.findByTestId("link-confirm");
}

const field = (name: "id" | "key" | "name") =>
  screen.getByTestId<HTMLInputElement>(`add-contact-${name}`);

async function add(id: string, key: string): Promise<void> {
  if (id !== "") await user.type(field("id"), id);
  if (key !== "") await user.type(field("key"), key);
  await user.click(screen.getByTestId("add-contact-submit"));
}

describe("adding a contact by id and key", () => {
  test("by keyboard alone ends with who was added and how little is known of them", async () => {
    const engine = await startFake();
    const { onOpenChat } = show();
    await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId("add-way-code")));
    await user.keyboard("{ArrowRight}{ArrowRight}{ArrowRight}{Enter}");
    await tabTo(await screen.findByTestId("add-contact-id"));
    await user.keyboard("anna");
    await user.tab();
    await user.keyboard(SPARE_KEY);
    await user.tab();
    await user.keyboard("Anna Berg");
    await tabTo(screen.getByTestId("add-contact-submit"));
    await user.keyboard("{Enter}");
    const result = await screen.findByTestId("add-contact-result");
    expect(result.textContent).toContain("Added by id and key: verify when you can");
    expect(screen.getByRole("dialog", { name: "Anna Berg is added" })).toBeDefined();
    expect(callsOf(engine, "add_contact")).toEqual([
      { contact: { userId: "anna", publicKey: SPARE_KEY, name: "Anna Berg" } },
    ]);
    await waitFor(() => expect(document.activeElement?.textContent).toBe("Open chat"));
    await user.keyboard("{Enter}");
    expect(onOpenChat).toHaveBeenCalledOnce();
  });

  test.each([
    ["no id", "", SPARE_KEY, "id", "Write their id."],
    ["no key", "anna", "", "key", "Paste their public key."],
    ["no key but words", "anna", "hello", "key", "This is not a public key."],
    ["one's own key", "anna", PROFILE.publicKey, "key", "This is your own key."],
    ["a known key", "anna", keyOf("jonas-weber"), "key", "You already added this key."],
    [
      "an id of another contact",
      "jonas-weber",
      SPARE_KEY,
      "id",
      "You already have a contact with this id",
    ],
    ["an id that is too long", "x".repeat(65), SPARE_KEY, "id", "This id cannot be used."],
  ] as const)("with %s says so at the field", async (_, id, key, at, words) => {
    await startFake();
    show();
    await byKey();
    await add(id, key);
    const input = field(at);
    await waitFor(() => expect(input.getAttribute("aria-invalid")).toBe("true"));
    const described = (input.getAttribute("aria-describedby") ?? "").split(" ");
    const text = described.map((part) => document.getElementById(part)?.textContent).join(" ");
    expect(text).toContain(words);
    expect(screen.queryByTestId("add-contact-result")).toBeNull();
  });

  test("forgets the fault of a field when it is corrected", async () => {
    await startFake();
    show();
    await byKey();
    await add("anna", "hello");
    await user.clear(field("key"));
    await user.type(field("key"), SPARE_KEY);
    expect(field("key").getAttribute("aria-invalid")).toBeNull();
  });

  test("that the engine refuses for another reason says so and keeps the fields", async () => {
    const engine = await startFake();
    show();
    await byKey();
    vi.spyOn(engine, "invoke").mockRejectedValueOnce({ code: "disk_full" });
    await add("anna", SPARE_KEY);
    expect((await screen.findByTestId("add-contact-fault")).textContent).toContain(
      "The disk is full.",
    );
    expect(field("id").value).toBe("anna");
  });

  test("fills both fields from a pasted id and key", async () => {
    await startFake();
    show();
    await byKey();
    await user.click(field("id"));
    await user.paste(JSON.stringify({ userId: "anna", publicKey: SPARE_KEY }));
    expect([field("id").value, field("key").value]).toEqual(["anna", SPARE_KEY]);
  });

  test("offers what the clipboard holds and never uses it by itself", async () => {
    await startFake();
    await user.click(document.body);
    await navigator.clipboard.writeText(JSON.stringify({ userId: "anna", publicKey: SPARE_KEY }));
    show();
    await byKey();
    await user.click(screen.getByTestId("add-contact-paste"));
    const offer = await screen.findByTestId("add-contact-offer");
    expect(offer.textContent).toContain("The clipboard holds the id and key of anna.");
    expect(field("id").value).toBe("");
    await user.click(screen.getByRole("button", { name: "Not now" }));
    expect(document.activeElement).toBe(screen.getByTestId("add-contact-paste"));
    await user.keyboard("{Enter}");
    await tabTo(await screen.findByTestId("add-contact-offer-use"));
    await user.keyboard("{Enter}");
    expect(field("id").value).toBe("anna");
    expect(document.activeElement).toBe(field("id"));
  });

  test("starts with what the list of people gave", async () => {
    await startFake();
    show({ prefill: { userId: "ravi", publicKey: keyOf("ravi") } });
    expect([field("id").value, field("key").value]).toEqual(["ravi", keyOf("ravi")]);
  });

  test("is a fresh form each time it opens", async () => {
    await startFake();
    const nothing = (): void => undefined;
    const dialog = (open: boolean) => (
      <AddContactDialog open={open} onClose={nothing} onOpenChat={nothing} />
    );
    const { rerender } = render(dialog(true));
    await byKey();
    await user.type(field("id"), "anna");
    rerender(dialog(false));
    rerender(dialog(true));
    await byKey();
    expect(field("id").value).toBe("");
  });

  test("has no axe faults, empty, refused or done", async () => {
    await startFake();
    show();
    await byKey();
    await expectNoAxeFaults();
    await add("anna", "hello");
    await expectNoAxeFaults();
    await user.clear(field("key"));
    await add("", SPARE_KEY);
    await screen.findByTestId("add-contact-result");
    await expectNoAxeFaults();
  });
});

describe("the question about a link", () => {
  test("says when it works only on its sender's computer", async () => {
    await startFake();
    show();
    await ask(linkOf("invite", "here"));
    expect(screen.getByTestId("link-only-there").textContent).toContain("only on the sender’s");
    await expectNoAxeFaults();
  });

  test("does not say so of one with a relay", async () => {
    await startFake();
    show();
    await ask(linkOf("invite", "anouk"));
    expect(screen.queryByTestId("link-only-there")).toBeNull();
  });
});

/** Nobody is known yet, and others can be reached. */
const reachable = (): World => ({
  ...worldOf("empty", Date.now()),
  relays: [relay(1, Date.now())],
});

describe("one's own code", () => {
  const shownCode = () => screen.findByRole("img", { name: "Your invite as a QR code" });

  test("is made when the dialog opens, and is a picture only", async () => {
    const engine = await startFake("empty");
    show();
    const code = await shownCode();
    expect(callsOf(engine, "create_invite")).toEqual([{ ttlSecs: null }]);
    expect(code.getAttribute("viewBox")).toBe("0 0 57 57");
    expect(Number(code.getAttribute("width"))).toBeGreaterThanOrEqual(220);
    expect(document.body.innerHTML).not.toContain("sotto:add#");
    expect(screen.getByText(/works for one person for 24\sh/)).toBeDefined();
    await expectNoAxeFaults();
  });

  test("is the one that was never given out, if there is one", async () => {
    const engine = await startFake("empty");
    const { unmount } = render(<AddContactDialog open onClose={vi.fn()} onOpenChat={vi.fn()} />);
    await shownCode();
    unmount();
    show();
    await shownCode();
    expect(callsOf(engine, "create_invite")).toHaveLength(1);
    expect(callsOf(engine, "show_invite")).toEqual([{ invite: 1 }]);
  });

  test("counts as given out once its link is copied, and another one is shown next time", async () => {
    const engine = await startFake(reachable());
    const { unmount } = render(<AddContactDialog open onClose={vi.fn()} onOpenChat={vi.fn()} />);
    await shownCode();
    expect(screen.getByTestId("invite-proof").textContent).toContain("verified at once");
    await user.click(screen.getByRole("button", { name: "Copy link" }));
    await waitFor(() =>
      expect(screen.getByTestId("invite-proof").textContent).toContain("which way it went"),
    );
    expect(await navigator.clipboard.readText()).toBe("sotto:add#invite-mine1");
    expect(document.body.innerHTML).not.toContain("sotto:add#");
    unmount();
    show();
    await shownCode();
    expect(callsOf(engine, "create_invite")).toHaveLength(2);
  });

  test("stays as it is when the person closes the dialog for saving", async () => {
    const engine = await startFake(reachable());
    engine.savingCancelled = true;
    show();
    await shownCode();
    await user.click(screen.getByTestId("invite-save"));
    await waitFor(() => expect(callsOf(engine, "save_invite")).toEqual([{ invite: 1 }]));
    expect(screen.getByTestId("invite-proof").textContent).toContain("verified at once");
    engine.savingCancelled = false;
    await user.click(screen.getByTestId("invite-save"));
    await waitFor(() =>
      expect(screen.getByTestId("invite-proof").textContent).toContain("which way it went"),
    );
  });

  test("says that it works here only where nobody else can be reached, and asks before it goes out", async () => {
    const engine = await startFake("empty");
    show();
    await shownCode();
    expect(screen.getByTestId("invite-only-here").textContent).toContain("this computer only");
    expect(screen.queryByText(/From afar/)).toBeNull();
    for (const way of ["copy", "save"] as const) {
      await user.click(screen.getByTestId(`invite-${way}`));
      await screen.findByTestId("invite-only-here-dialog");
      await user.click(screen.getByRole("button", { name: "Cancel" }));
      await waitFor(() => expect(screen.queryByTestId("invite-only-here-dialog")).toBeNull());
    }
    expect(callsOf(engine, "share_invite")).toEqual([]);
    expect(callsOf(engine, "save_invite")).toEqual([]);
    await user.click(screen.getByTestId("invite-copy"));
    await user.click(await screen.findByTestId("confirm"));
    await waitFor(() => expect(callsOf(engine, "share_invite")).toEqual([{ invite: 1 }]));
    await expectNoAxeFaults();
  });

  test("asks nothing where others can be reached", async () => {
    await startFake(reachable());
    show();
    await shownCode();
    expect(screen.queryByTestId("invite-only-here")).toBeNull();
    expect(screen.getByText(/From afar/)).toBeDefined();
  });

  test("says who used it, and opens their chat", async () => {
    const engine = await startFake("empty");
    const { onOpenChat } = show();
    await shownCode();
    const invite = store.getState().invites[0]?.id as InviteId;
    // The buttons go with the code, and the focus goes to what comes instead.
    act(() => screen.getByTestId("invite-copy").focus());
    act(() => void engine.joinBy(invite, "Anouk Berg"));
    expect((await screen.findByTestId("invite-used")).textContent).toContain(
      "Anouk Berg used this code",
    );
    expect(screen.queryByTestId("invite-code")).toBeNull();
    await expectNoAxeFaults();
    // Verified by the code alone: that can be taken back where it was not them.
    await user.tab();
    expect(document.activeElement).toBe(screen.getByTestId("invite-undo"));
    await user.tab();
    expect(document.activeElement).toBe(screen.getByTestId("invite-open-chat"));
    await user.click(screen.getByTestId("invite-open-chat"));
    expect(onOpenChat).toHaveBeenCalledWith(1);
  });

  test("that was used is said so on every tab, and no other one comes by itself", async () => {
    const engine = await startFake("empty");
    const { onOpenChat } = show();
    await shownCode();
    await byLink();
    act(() => void engine.joinBy(store.getState().invites[0]?.id as InviteId, "Anouk Berg"));
    for (const way of [byLink, byKey]) {
      await way();
      expect((await screen.findByTestId("code-was-used")).textContent).toBe(
        "Anouk Berg used this code",
      );
    }
    await expectNoAxeFaults();
    await user.click(screen.getByTestId("add-way-code"));
    expect((await screen.findByTestId("invite-used")).textContent).toContain("Anouk Berg");
    expect(screen.queryByTestId("code-was-used")).toBeNull();
    expect(callsOf(engine, "create_invite")).toHaveLength(1);
    await byLink();
    await user.click(await screen.findByTestId("code-user-open"));
    expect(onOpenChat).toHaveBeenCalledWith(1);
  });

  test("that is over is made anew, and the keys stay where it was", async () => {
    const engine = await startFake("empty");
    show();
    await shownCode();
    await engine.invoke("revoke_invite", { invite: 1 as InviteId });
    await screen.findByTestId("invite-over");
    await tabTo(screen.getByTestId("invite-new"));
    await user.keyboard("{Enter}");
    await shownCode();
    const part = screen.getByRole("group", { name: "My code" });
    await waitFor(() => expect(document.activeElement).toBe(part));
  });

  test("that cannot be made says why and is tried again", async () => {
    const engine = await startFake("empty");
    const invoke = engine.invoke.bind(engine);
    const spy = vi.spyOn(engine, "invoke");
    spy.mockImplementation(((command, args) => {
      if (command !== "create_invite") return invoke(command, args);
      spy.mockRestore();
      return Promise.reject({ code: "link_too_long" });
    }) as typeof engine.invoke);
    show();
    expect((await screen.findByTestId("invite-failed")).textContent).toContain(
      "The address of your relay is too long for a code.",
    );
    await user.click(screen.getByRole("button", { name: "Try again" }));
    await shownCode();
  });

  test("stands above the list of all, where an open one is revoked after a question", async () => {
    const engine = await startFake("secure");
    show();
    await shownCode();
    await user.click(screen.getByTestId("invites"));
    const rows = screen.getAllByTestId("invite-row").map(({ textContent }) => textContent);
    expect(rows.map((row) => /^[\w ,]+?(?=Made)/.exec(row ?? "")?.[0])).toEqual([
      "Can be used",
      "Can be used",
      "Used by Mara Lindqvist",
      "Used, by a contact that you deleted",
      "Revoked",
      "Expired",
    ]);
    expect(rows[1]).toContain("Link or picture given out");
    await expectNoAxeFaults();
    await user.click(screen.getAllByTestId("invite-revoke")[1] ?? document.body);
    expect(callsOf(engine, "revoke_invite")).toEqual([]);
    await user.click(await screen.findByTestId("confirm"));
    await waitFor(() => expect(callsOf(engine, "revoke_invite")).toEqual([{ invite: 5 }]));
    await waitFor(() => expect(screen.getAllByTestId("invite-revoke")).toHaveLength(1));
  });

  test("that cannot be revoked says so where it was asked", async () => {
    const engine = await startFake("secure");
    show();
    await shownCode();
    await user.click(screen.getByTestId("invites"));
    await user.click(screen.getAllByTestId("invite-revoke")[0] ?? document.body);
    const region = within(await screen.findByTestId("revoke-dialog")).getByRole("alert");
    vi.spyOn(engine, "invoke").mockRejectedValueOnce({ code: "disk_full" });
    await user.click(screen.getByTestId("confirm"));
    expect(await within(region).findByText(/The disk is full/)).toBeDefined();
  });

  test("that is revoked late leaves the question about another one open", async () => {
    const engine = await startFake("secure");
    show();
    await shownCode();
    await user.click(screen.getByTestId("invites"));
    const invoke = engine.invoke.bind(engine);
    let end = (): void => undefined;
    engine.invoke = async (command, args) => {
      if (command === "revoke_invite") await new Promise<void>((resolve) => (end = resolve));
      return invoke(command, args);
    };
    await user.click(screen.getAllByTestId("invite-revoke")[0] ?? document.body);
    await user.click(await screen.findByTestId("confirm"));
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByTestId("revoke-dialog")).toBeNull());
    await user.click(screen.getAllByTestId("invite-revoke")[1] ?? document.body);
    const question = await screen.findByTestId("revoke-dialog");
    act(end);
    await waitFor(() => expect(screen.getAllByTestId("invite-revoke")).toHaveLength(1));
    expect(question.dataset.closed).toBeUndefined();
    expect(screen.getByTestId("revoke-dialog")).toBe(question);
  });

  test("has a quieter sister: the contact card, asked for only when it is wanted", async () => {
    const engine = await startFake("empty");
    show();
    await shownCode();
    expect(callsOf(engine, "contact_card")).toEqual([]);
    await user.click(screen.getByTestId("contact-card"));
    expect(
      await screen.findByRole("img", { name: "Your contact card as a QR code" }),
    ).toBeDefined();
    expect(screen.getByText(/It proves nothing/)).toBeDefined();
    expect(screen.getByTestId("card-link").dataset.value).toBe("sotto:add#card-me");
    await user.click(screen.getByTestId("card-save"));
    await waitFor(() => expect(callsOf(engine, "save_card")).toHaveLength(1));
    await expectNoAxeFaults();
  });
});

describe("a link", () => {
  const nothing = () => "";
  const link = () => screen.getByTestId<HTMLInputElement>("link-field");

  test("is shown before anything is done with it, then added under a name", async () => {
    const engine = await startFake();
    const { onOpenChat } = show();
    await byLink();
    await user.click(link());
    await user.paste(`  here it is: ${linkOf("invite", "anouk")}`);
    await user.keyboard("{Enter}");
    const question = await screen.findByTestId("link-confirm");
    expect(screen.getByRole("dialog", { name: "Add this person?" })).toBeDefined();
    expect(question.textContent).toContain("wss://relay.example/in your settings");
    expect(question.textContent).toContain("wss://anouk.example/will be added");
    expect(screen.getByTestId("link-level0").textContent).toContain(
      "One relay is added to your settings with the contact. A relay of this kind sees names",
    );
    expect(callsOf(engine, "add_by_link")).toEqual([]);
    await expectNoAxeFaults();
    expect(document.activeElement).toBe(screen.getByTestId("link-name"));
    await user.keyboard("Anouk Berg{Enter}");
    const result = await screen.findByTestId("add-contact-result");
    expect(result.textContent).toContain("Added by link: verify when you can");
    expect(result.textContent).toContain("have both been connected at the same time once");
    expect(callsOf(engine, "add_by_link")).toEqual([
      { link: linkOf("invite", "anouk"), name: "Anouk Berg", allowPrivate: false, byCamera: false },
    ]);
    await expectNoAxeFaults();
    await waitFor(() => expect(document.activeElement?.textContent).toBe("Open chat"));
    await user.keyboard("{Enter}");
    expect(onOpenChat).toHaveBeenCalledOnce();
  });

  test("into one's own network is only followed once that was agreed to", async () => {
    const engine = await startFake();
    show();
    await byLink();
    await user.click(link());
    await user.paste(linkOf("card", "router"));
    await user.keyboard("{Enter}");
    const question = await screen.findByTestId("link-confirm");
    expect(question.textContent).toContain("ws://192.168.1.1/reboot?now=1");
    const agreed = screen.getByTestId<HTMLInputElement>("link-private");
    expect(agreed.checked).toBe(false);
    await expectNoAxeFaults();
    await user.click(screen.getByTestId("link-name"));
    await user.keyboard("R{Enter}");
    await waitFor(() =>
      expect(screen.getByTestId("link-fault").textContent).toContain("inside your network"),
    );
    await user.click(agreed);
    await user.click(screen.getByTestId("link-name"));
    await user.keyboard("{Enter}");
    await screen.findByTestId("add-contact-result");
    const asked = { link: linkOf("card", "router"), name: "R" };
    expect(callsOf(engine, "add_by_link")).toEqual([
      { ...asked, allowPrivate: false, byCamera: false },
      { ...asked, allowPrivate: true, byCamera: false },
    ]);
  });

  test.each([
    ["words", "Hello!", "This is not a Sotto link. Copy the whole link"],
    ["nothing", "", "Paste a link first, or choose a picture of a code."],
    ["one's own link", linkOf("invite", "me"), "This is your own key."],
    ["an old invite", linkOf("invite", "expired"), "This invite has expired. Ask for a new one"],
    ["a newer version", linkOf("card", "newer"), "made by a newer Sotto. Update this copy"],
  ])("that is %s says what to do", async (_, text, words) => {
    await startFake();
    show();
    await byLink();
    await user.click(link());
    if (text !== "") await user.paste(text);
    await user.click(screen.getByTestId("link-continue"));
    await waitFor(() => expect(link().getAttribute("aria-invalid")).toBe("true"));
    const described = (link().getAttribute("aria-describedby") ?? "").split(" ");
    const told = described.map((part) => document.getElementById(part)?.textContent).join(" ");
    expect(told).toContain(words);
    await expectNoAxeFaults();
  });

  test("of a contact that is known opens the chat instead", async () => {
    const engine = await startFake("secure");
    const world = engine.world;
    world.chats = world.chats.map((row) =>
      row.id === MARA ? withContact(row, { accountId: accountIdOf("mara") }) : row,
    );
    const { onOpenChat } = show();
    await ask(linkOf("card", "mara"));
    expect((await screen.findByTestId("link-known")).textContent).toContain(
      "You already have Mara Lindqvist",
    );
    expect(screen.queryByTestId("link-add")).toBeNull();
    await expectNoAxeFaults();
    // There is no field: reading begins with whose link it is.
    expect(document.activeElement?.textContent).toContain(accountIdOf("mara"));
    await user.click(screen.getByTestId("link-open-known"));
    expect(onOpenChat).toHaveBeenCalledWith(MARA);
  });

  test("goes back to the field with Cancel, and keeps it", async () => {
    const engine = await startFake();
    show();
    await byLink();
    await user.type(link(), linkOf("card", "anouk"));
    await user.click(screen.getByTestId("link-continue"));
    await screen.findByTestId("link-confirm");
    expect(screen.getByText(/anybody can have it/)).toBeDefined();
    await user.click(screen.getByTestId("link-cancel"));
    await waitFor(() => expect(document.activeElement).toBe(link()));
    expect(link().value).toBe(linkOf("card", "anouk"));
    expect(callsOf(engine, "add_by_link")).toEqual([]);
  });

  test("comes out of a picture that is chosen or pasted", async () => {
    const engine = await startFake();
    show();
    await byLink();
    engine.chosenPicture = null;
    await user.click(screen.getByTestId("link-picture"));
    await waitFor(() => expect(callsOf(engine, "choose_code_picture")).toHaveLength(1));
    expect(screen.queryByTestId("link-confirm")).toBeNull();
    const picture = new File([linkOf("invite", "anouk")], "code.png", { type: "image/png" });
    fireEvent.paste(link(), { clipboardData: { files: [picture], getData: nothing } });
    await screen.findByTestId("link-confirm");
    expect(callsOf(engine, "read_code_picture")).toHaveLength(1);
    await user.click(screen.getByTestId("link-cancel"));
    const other = new File(["a cat"], "cat.png", { type: "image/png" });
    fireEvent.paste(link(), { clipboardData: { files: [other], getData: nothing } });
    expect(await screen.findByText(/There is no code in this picture/)).toBeDefined();
  });

  test("comes out of a picture that the paste event does not bring", async () => {
    const engine = await startFake();
    const bytes = new TextEncoder().encode(linkOf("invite", "anouk"));
    engine.clipboardPicture = bytes.buffer;
    show();
    await byLink();
    fireEvent.paste(link(), {
      clipboardData: { files: [], types: ["text/plain"], getData: nothing },
    });
    expect(callsOf(engine, "clipboard_picture")).toHaveLength(0);
    fireEvent.paste(link(), { clipboardData: { files: [], types: [], getData: nothing } });
    await screen.findByTestId("link-confirm");
  });

  test("on the clipboard is used when it is asked for, and something else is not", async () => {
    await startFake();
    show();
    await byLink();
    await navigator.clipboard.writeText("good morning");
    await user.click(screen.getByTestId("link-paste"));
    expect(await screen.findByTestId("link-unpasted")).toBeDefined();
    await navigator.clipboard.writeText(linkOf("invite", "anouk"));
    await user.click(screen.getByTestId("link-paste"));
    expect(await screen.findByTestId("link-confirm")).toBeDefined();
  });

  test("that the engine refuses to add says so and keeps the name", async () => {
    const engine = await startFake();
    show();
    await ask(linkOf("invite", "anouk"));
    await user.type(await screen.findByTestId("link-name"), "Anouk");
    const invoke = engine.invoke.bind(engine);
    engine.invoke = (command, args) =>
      command === "add_by_link" ? Promise.reject({ code: "disk_full" }) : invoke(command, args);
    await user.click(screen.getByTestId("link-add"));
    expect((await screen.findByTestId("link-fault")).textContent).toContain("The disk is full.");
    expect(screen.getByTestId<HTMLInputElement>("link-name").value).toBe("Anouk");
  });

  test("that is pasted wins over a picture that comes with it", async () => {
    const engine = await startFake();
    const picture = new File([linkOf("invite", "bilal")], "code.png", { type: "image/png" });
    engine.clipboardPicture = await picture.arrayBuffer();
    show();
    await byLink();
    const getData = () => linkOf("invite", "anouk");
    const kept = fireEvent.paste(link(), { clipboardData: { files: [picture], getData } });
    expect(kept).toBe(true);
    await navigator.clipboard.writeText(linkOf("invite", "anouk"));
    await user.click(screen.getByTestId("link-paste"));
    await screen.findByTestId("link-confirm");
    expect(screen.getByTestId("link-account-id").textContent).toBe(accountIdOf("anouk"));
    expect(callsOf(engine, "read_code_picture")).toEqual([]);
  });

  describe("that the clipboard gives late", () => {
    async function pasteLate() {
      const engine = await startFake();
      const invoke = engine.invoke.bind(engine);
      let give = (): void => undefined;
      engine.invoke = async (command, args) => {
        if (command === "clipboard_text") await new Promise<void>((resolve) => (give = resolve));
        return invoke(command, args);
      };
      show();
      await byLink();
      await navigator.clipboard.writeText(linkOf("invite", "anouk"));
      await user.click(screen.getByTestId("link-paste"));
      const given = () =>
        act(async () => {
          give();
          // All that follows from it is done when the next turn begins.
          await new Promise((turn) => setTimeout(turn));
        });
      return { engine, given };
    }

    test("shows that it is waited for", async () => {
      const { given } = await pasteLate();
      expect(screen.getByTestId("link-paste").getAttribute("aria-busy")).toBe("true");
      expect(screen.getByText("Reading the link")).toBeDefined();
      await given();
      expect(await screen.findByTestId("link-confirm")).toBeDefined();
    });

    test("does not replace what was written meanwhile", async () => {
      const { engine, given } = await pasteLate();
      await user.type(link(), "sotto:add#card-b");
      await given();
      await waitFor(() =>
        expect(screen.getByTestId("link-paste").getAttribute("aria-busy")).toBeNull(),
      );
      expect(link().value).toBe("sotto:add#card-b");
      expect(callsOf(engine, "read_link")).toEqual([]);
    });

    test("is not asked about once the person is elsewhere", async () => {
      const { engine, given } = await pasteLate();
      await byKey();
      await given();
      expect(screen.queryByTestId("link-confirm")).toBeNull();
      expect(callsOf(engine, "read_link")).toEqual([]);
    });
  });

  describe("on the clipboard", () => {
    const offer = () => screen.findByTestId("clip-offer");
    /** The form over a clipboard with this text. */
    async function over(text: string): Promise<FakeEngine> {
      const engine = await startFake();
      engine.clipboardText = text;
      show();
      return engine;
    }

    test("is offered when the dialog opens, and used by one press", async () => {
      const engine = await over(`Add me: ${linkOf("invite", "anouk")}`);
      expect((await offer()).textContent).toBe("The clipboard holds a Sotto link.");
      expect(callsOf(engine, "add_by_link")).toEqual([]);
      await expectNoAxeFaults();
      await user.click(screen.getByTestId("clip-offer-use"));
      expect((await screen.findByTestId("link-account-id")).textContent).toBe(accountIdOf("anouk"));
      expect(screen.queryByTestId("clip-offer")).toBeNull();
    });

    test("is not offered again once it was not wanted", async () => {
      await over(linkOf("card", "ben"));
      await offer();
      await user.click(screen.getByTestId("clip-offer-no"));
      expect(screen.queryByTestId("clip-offer")).toBeNull();
      cleanup();
      const engine = await over(linkOf("card", "ben"));
      await waitFor(() => expect(callsOf(engine, "clipboard_text")).toHaveLength(1));
      await byLink();
      expect(screen.queryByTestId("clip-offer")).toBeNull();
    });

    test.each([
      ["one's own link", linkOf("card", "me")],
      ["a link that is over", linkOf("invite", "expired")],
      ["words", "see you at noon"],
      ["nothing", ""],
    ])("is not offered where it is %s", async (_, text) => {
      const engine = await over(text);
      await waitFor(() => expect(callsOf(engine, "clipboard_text")).toHaveLength(1));
      await act(async () => await new Promise((turn) => setTimeout(turn)));
      expect(screen.queryByTestId("clip-offer")).toBeNull();
    });

    test("is looked for once, by the program, whatever the page may do", async () => {
      const query = vi.fn().mockResolvedValue({ state: "granted" });
      vi.stubGlobal("navigator", Object.create(navigator, { permissions: { value: { query } } }));
      onTestFinished(() => void vi.unstubAllGlobals());
      const engine = await over("");
      await byLink();
      await byKey();
      act(() => void window.dispatchEvent(new Event("focus")));
      await act(async () => await new Promise((turn) => setTimeout(turn)));
      expect(query).not.toHaveBeenCalled();
      const read = engine.calls.filter(({ command }) => command.startsWith("clipboard"));
      expect(read.map(({ command }) => command)).toEqual(["clipboard_text"]);
    });

    test("is not looked for where something else was brought along", async () => {
      const engine = await startFake();
      show({ prefill: { userId: "ravi", publicKey: keyOf("ravi") } });
      await act(async () => await new Promise((turn) => setTimeout(turn)));
      expect(callsOf(engine, "clipboard_text")).toEqual([]);
    });
  });
});

interface HostProps {
  readonly of: (props: { chat: ChatView | null; onClose: () => void }) => React.ReactNode;
}

/** Opens a dialog for Mara's chat, as a menu would. */
function Host({ of: Dialog }: HostProps) {
  const chat = useChat(MARA);
  const [open, setOpen] = useState(true);
  return <>{Dialog({ chat: open ? chat : null, onClose: () => setOpen(false) })}</>;
}

const mara = () => {
  const chat = store.getState().chats.get(MARA);
  return chat && contactOf(chat);
};

describe("a dialog about a contact", () => {
  test("renames it, with the old name selected", async () => {
    await startFake();
    render(<Host of={(props) => <RenameDialog {...props} />} />);
    await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId("rename-field")));
    await user.keyboard("Mara L.");
    await user.click(screen.getByTestId("rename-save"));
    await waitFor(() => expect(mara()?.name).toBe("Mara L."));
    await waitFor(() => expect(screen.queryByTestId("rename-dialog")).toBeNull());
  });

  test("blocks it after a question, with Cancel at hand", async () => {
    await startFake();
    render(<Host of={(props) => <BlockDialog {...props} />} />);
    await waitFor(() => expect(document.activeElement?.textContent).toBe("Cancel"));
    await user.click(screen.getByTestId("confirm"));
    await waitFor(() => expect(mara()?.blocked).toBe(true));
  });

  test("clears its chat and says that what waits goes too", async () => {
    const engine = await startFake();
    render(<Host of={(props) => <ClearChatDialog {...props} />} />);
    expect(screen.getByRole("alertdialog").textContent).toContain(
      "One message that waits to be sent will not be sent.",
    );
    await user.click(screen.getByTestId("confirm"));
    await waitFor(() => expect(callsOf(engine, "clear_chat")).toHaveLength(1));
  });

  test("deletes it and keeps its words while it fades out", async () => {
    await startFake();
    render(<Host of={(props) => <DeleteContactDialog {...props} />} />);
    await user.click(screen.getByTestId("confirm"));
    await waitFor(() => expect(mara()).toBeUndefined());
  });

  test("stays open and says why when it is refused", async () => {
    const engine = await startFake();
    render(<Host of={(props) => <BlockDialog {...props} />} />);
    const region = within(await screen.findByRole("alertdialog")).getByRole("alert");
    vi.spyOn(engine, "invoke").mockRejectedValueOnce({ code: "history" });
    await user.click(screen.getByTestId("confirm"));
    expect(await within(region).findByText(/could not be read or written/)).toBeDefined();
    expect(mara()?.blocked).toBe(false);
    await expectNoAxeFaults();
  });
});

describe("a code before the camera", () => {
  test("of an invite is asked about, and its maker is verified at once", async () => {
    plugIn();
    const engine = await startFake("empty");
    show();
    await user.click(screen.getByTestId("add-way-scan"));
    await screen.findByText("Hold the code before the camera.");
    engine.inSight = { kind: "found", link: linkOf("invite", "anouk") };
    await screen.findByTestId("link-confirm");
    await user.click(screen.getByTestId("link-add"));
    const result = await screen.findByTestId("add-contact-result");
    expect(result.textContent).toContain("You scanned their code. Show them this screen.");
    expect(callsOf(engine, "add_by_link")).toMatchObject([{ byCamera: true }]);
    await expectNoAxeFaults();
  });

  test("that cannot be used is said, and another try begins anew", async () => {
    plugIn();
    const engine = await startFake("empty");
    show();
    await user.click(screen.getByTestId("add-way-scan"));
    await screen.findByText("Hold the code before the camera.");
    engine.inSight = { kind: "found", link: "sotto:add#broken" };
    await screen.findByTestId("scan-fault");
    engine.inSight = { kind: "nothing" };
    await user.click(screen.getByTestId("scan-again"));
    await screen.findByText("Hold the code before the camera.");
  });
});
