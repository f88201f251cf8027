import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { describe, expect, test, vi } from "vitest";
import type { ChatId, ChatView } from "~/ipc/bindings";
import { SPARE_KEY } from "~/ipc/fake";
import { keyOf } from "~/ipc/fake/material";
import { PROFILE } from "~/ipc/fake/scenarios";
import { useChat } from "~/state/selectors";
import { store } from "~/state/store";
import { expectNoAxeFaults } from "~/test/axe";
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

const field = (name: "id" | "key" | "name") =>
  screen.getByTestId<HTMLInputElement>(`add-contact-${name}`);

async function add(id: string, key: string): Promise<void> {
  if (id !== "") await user.type(field("id"), id);
  if (key !== "") await user.type(field("key"), key);
  await user.click(screen.getByTestId("add-contact-submit"));
}

describe("adding a contact", () => {
  test("by keyboard alone ends with who was added and how little is known of them", async () => {
    const engine = await startFake();
    const { onOpenChat } = show();
    await waitFor(() => expect(document.activeElement).toBe(field("id")));
    await user.keyboard("anna");
    await user.tab();
    await user.keyboard(SPARE_KEY);
    await user.tab();
    await user.keyboard("Anna Berg");
    for (let press = 0; press < 10; press += 1) {
      if (document.activeElement?.textContent === "Add") break;
      await user.tab();
    }
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
    await add("anna", "hello");
    await user.clear(field("key"));
    await user.type(field("key"), SPARE_KEY);
    expect(field("key").getAttribute("aria-invalid")).toBeNull();
  });

  test("that the engine refuses for another reason says so and keeps the fields", async () => {
    const engine = await startFake();
    show();
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
    await user.click(field("id"));
    await user.paste(JSON.stringify({ userId: "anna", publicKey: SPARE_KEY }));
    expect([field("id").value, field("key").value]).toEqual(["anna", SPARE_KEY]);
  });

  test("offers what the clipboard holds and never uses it by itself", async () => {
    await startFake();
    await user.click(document.body);
    await navigator.clipboard.writeText(JSON.stringify({ userId: "anna", publicKey: SPARE_KEY }));
    show();
    await user.click(screen.getByTestId("add-contact-paste"));
    const offer = await screen.findByTestId("add-contact-offer");
    expect(offer.textContent).toContain("The clipboard holds the id and key of anna.");
    expect(field("id").value).toBe("");
    await user.click(screen.getByTestId("add-contact-offer-use"));
    expect(field("id").value).toBe("anna");
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
    await user.type(field("id"), "anna");
    rerender(dialog(false));
    rerender(dialog(true));
    expect(field("id").value).toBe("");
  });

  test("has no axe faults, empty, refused or done", async () => {
    await startFake();
    show();
    await expectNoAxeFaults();
    await add("anna", "hello");
    await expectNoAxeFaults();
    await user.clear(field("key"));
    await add("", SPARE_KEY);
    await screen.findByTestId("add-contact-result");
    await expectNoAxeFaults();
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

const mara = () => store.getState().chats.get(MARA);

describe("a dialog about a contact", () => {
  test("renames it, with the old name selected", async () => {
    await startFake();
    render(<Host of={(props) => <RenameDialog {...props} />} />);
    await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId("rename-field")));
    await user.keyboard("Mara L.");
    await user.click(screen.getByTestId("rename-save"));
    await waitFor(() => expect(mara()?.contact.name).toBe("Mara L."));
    await waitFor(() => expect(screen.queryByTestId("rename-dialog")).toBeNull());
  });

  test("blocks it after a question, with Cancel at hand", async () => {
    await startFake();
    render(<Host of={(props) => <BlockDialog {...props} />} />);
    await waitFor(() => expect(document.activeElement?.textContent).toBe("Cancel"));
    await user.click(screen.getByTestId("confirm"));
    await waitFor(() => expect(mara()?.contact.blocked).toBe(true));
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
    vi.spyOn(engine, "invoke").mockRejectedValueOnce({ code: "history" });
    await user.click(screen.getByTestId("confirm"));
    expect(await screen.findByText(/could not be read or written/)).toBeDefined();
    expect(mara()?.contact.blocked).toBe(false);
    await expectNoAxeFaults();
  });
});
