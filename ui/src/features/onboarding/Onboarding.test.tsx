import { act, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, test } from "vitest";
import { App } from "~/app/App";
import { StartGate } from "~/app/StartGate";
import type { InviteId } from "~/ipc/bindings";
import { SPARE_KEY } from "~/ipc/fake";
import { linkOf } from "~/ipc/fake/links";
import { accountIdOf } from "~/ipc/fake/material";
import { store, useStore } from "~/state/store";
import { expectNoAxeFaults } from "~/test/axe";
import { callsOf, startFake } from "~/test/engine";

function Gate() {
  const phase = useStore((state) => state.phase);
  return (
    <StartGate phase={phase} told>
      the main window
    </StartGate>
  );
}

const user = userEvent.setup();
const focused = () => document.activeElement;
const seen = (testid: string) => screen.findByTestId(testid);

/** Presses Tab until the element has the focus: nothing may be out of reach of the keyboard. */
async function tabTo(testid: string): Promise<void> {
  for (let press = 0; press < 30; press += 1) {
    if (focused()?.getAttribute("data-testid") === testid) return;
    await user.tab();
  }
  throw new Error(`${testid} is not reached by Tab`);
}

async function throughName(): Promise<void> {
  await seen("onboarding-step-welcome");
  await user.keyboard("{Enter}");
  await seen("onboarding-step-name");
  await user.keyboard("Nora Feld{Enter}");
}

async function toRelay(): Promise<void> {
  await throughName();
  await seen("onboarding-step-keys");
  await user.keyboard("{Enter}");
  await seen("onboarding-step-relay");
}

async function toOwnCode(): Promise<void> {
  await toRelay();
  await user.keyboard("{Enter}");
  await seen("invite-code");
}

describe("the first start, by keyboard alone", () => {
  test("goes from the first screen to the window on this computer's relay", async () => {
    const engine = await startFake("onboarding");
    render(<Gate />);
    await throughName();
    expect((await seen("onboarding-step-keys")).textContent).toContain("stored in GNOME Keyring");
    await user.keyboard("{Enter}");
    await seen("onboarding-step-relay");
    await waitFor(() =>
      expect(focused()?.getAttribute("data-testid")).toBe("onboarding-relay-here"),
    );
    await user.keyboard("{Enter}");
    await seen("onboarding-step-contact");
    expect(callsOf(engine, "create_profile")).toEqual([
      { name: "Nora Feld", passphrase: null, relay: { kind: "this_computer" } },
    ]);
    await tabTo("onboarding-later");
    await user.keyboard("{Enter}");
    expect(await screen.findByText("the main window")).toBeDefined();
  });

  test("adds the first contact", async () => {
    const engine = await startFake("onboarding");
    render(<Gate />);
    await toRelay();
    await user.keyboard("{Enter}");
    await seen("onboarding-step-contact");
    await tabTo("add-way-code");
    await user.keyboard("{ArrowRight}{ArrowRight}{ArrowRight}{Enter}");
    await tabTo("add-contact-id");
    await user.keyboard("mara");
    await tabTo("add-contact-key");
    await user.keyboard(SPARE_KEY);
    // The Add button belongs to the form but stands outside of it.
    await tabTo("onboarding-add");
    await user.keyboard("{Enter}");
    await seen("add-contact-result");
    expect(callsOf(engine, "add_contact")).toEqual([
      { contact: { userId: "mara", publicKey: SPARE_KEY, name: "" } },
    ]);
  });

  test("shows one's own code at once, and says when somebody used it", async () => {
    const engine = await startFake("onboarding");
    render(<Gate />);
    await toRelay();
    await user.keyboard("{Enter}");
    expect(await screen.findByRole("img", { name: "Your invite as a QR code" })).toBeDefined();
    expect(screen.getByTestId("onboarding-later")).toBeDefined();
    act(() => void engine.joinBy(1 as InviteId, "Mara Lindqvist"));
    expect((await seen("invite-used")).textContent).toContain("Mara Lindqvist used this code");
    await tabTo("onboarding-done");
    await user.keyboard("{Enter}");
    expect(await screen.findByText("the main window")).toBeDefined();
  });

  test("adds the first contact by a link", async () => {
    const engine = await startFake("onboarding");
    render(<Gate />);
    await toRelay();
    await user.keyboard("{Enter}");
    await seen("onboarding-step-contact");
    await tabTo("add-way-code");
    await user.keyboard("{ArrowRight}{ArrowRight}{Enter}");
    await tabTo("link-field");
    await user.keyboard(linkOf("invite", "anouk"));
    await user.keyboard("{Enter}");
    await seen("link-confirm");
    await expectNoAxeFaults();
    await user.keyboard("Anouk{Enter}");
    await seen("add-contact-result");
    expect(callsOf(engine, "add_by_link")).toEqual([
      { link: linkOf("invite", "anouk"), name: "Anouk", allowPrivate: false, byCamera: false },
    ]);
    await waitFor(() => expect(focused()?.getAttribute("data-testid")).toBe("onboarding-done"));
  });

  test("ends in the chat of whoever was added, if the person asks for it", async () => {
    await startFake("onboarding");
    render(<Gate />);
    await toOwnCode();
    await user.click(screen.getByTestId("add-way-link"));
    await user.type(await seen("link-field"), linkOf("invite", "anouk"));
    await user.keyboard("{Enter}");
    await seen("link-confirm");
    await user.click(screen.getByTestId("onboarding-add"));
    await seen("add-contact-result");
    await user.click(screen.getByRole("button", { name: "Open chat" }));
    expect(await screen.findByText("the main window")).toBeDefined();
    const { open, chats } = store.getState();
    expect(open && chats.get(open.chat)).toBeDefined();
  });

  test("ends in the chat of whoever used the code, from every tab", async () => {
    const engine = await startFake("onboarding");
    render(<Gate />);
    await toOwnCode();
    await user.click(screen.getByTestId("add-way-key"));
    act(() => void engine.joinBy(1 as InviteId, "Mara Lindqvist"));
    expect((await seen("code-was-used")).textContent).toContain("Mara Lindqvist used this code");
    await user.click(screen.getByTestId("code-user-open"));
    expect(await screen.findByText("the main window")).toBeDefined();
    expect(store.getState().open).not.toBeNull();
  });

  test("shows the link that it was started with, and pictures that are dropped", async () => {
    const engine = await startFake("onboarding");
    engine.openFromOutside({ link: linkOf("invite", "anouk") });
    render(<Gate />);
    await toRelay();
    await user.keyboard("{Enter}");
    expect((await seen("link-account-id")).textContent).toBe(accountIdOf("anouk"));
    // No field has the keys: nobody here has asked for the question.
    await waitFor(() => expect(focused()?.getAttribute("aria-label")).toBe("Add this person?"));
    expect(screen.getByTestId("onboarding-add").getAttribute("aria-disabled")).toBe("true");
    act(() => engine.openFromOutside({ code: "no_code" }));
    expect(screen.queryByTestId("link-confirm")).not.toBeNull();
    await user.click(screen.getByTestId("link-cancel"));
    const field = await seen("link-field");
    expect(field.getAttribute("aria-invalid")).toBe("true");
    expect(screen.getByText(/There is no code in this picture/)).toBeDefined();
    expect(callsOf(engine, "add_by_link")).toEqual([]);
  });

  test("keeps a link that comes while another one is read or a contact is shown", async () => {
    const engine = await startFake("onboarding");
    render(<App />);
    await toRelay();
    await user.keyboard("{Enter}");
    await seen("onboarding-step-contact");
    const invoke = engine.invoke.bind(engine);
    let answer = (): void => undefined;
    engine.invoke = async (command, args) => {
      if (command === "read_link") await new Promise<void>((resolve) => (answer = resolve));
      return invoke(command, args);
    };
    await user.click(screen.getByTestId("add-way-link"));
    await user.type(await seen("link-field"), `${linkOf("invite", "anouk")}{Enter}`);
    act(() => engine.openFromOutside({ link: linkOf("card", "bilal") }));
    await act(async () => answer());
    engine.invoke = invoke;
    expect((await seen("link-account-id")).textContent).toBe(accountIdOf("anouk"));
    await user.click(screen.getByTestId("onboarding-add"));
    await seen("add-contact-result");
    await user.click(screen.getByTestId("onboarding-done"));
    await seen("main-window");
    expect((await seen("link-account-id")).textContent).toBe(accountIdOf("bilal"));
    expect(callsOf(engine, "add_by_link")).toHaveLength(1);
  });

  test("keeps the focus when somebody scans the code", async () => {
    const engine = await startFake("onboarding");
    render(<Gate />);
    await toOwnCode();
    await tabTo("invite-save");
    act(() => void engine.joinBy(1 as InviteId, "Mara Lindqvist"));
    await seen("invite-used");
    expect(focused()).toBe(screen.getByRole("group", { name: "My code" }));
    await tabTo("invite-new");
    await user.keyboard("{Enter}");
    await seen("invite-code");
    await waitFor(() => expect(focused()).toBe(screen.getByRole("group", { name: "My code" })));
  });

  test("keeps the focus on the button out when somebody scans the code", async () => {
    const engine = await startFake("onboarding");
    render(<Gate />);
    await toOwnCode();
    await tabTo("onboarding-later");
    act(() => void engine.joinBy(1 as InviteId, "Mara Lindqvist"));
    await seen("invite-used");
    expect(focused()).toBe(screen.getByTestId("onboarding-done"));
  });

  test("tests one's own relay, asks for consent, and goes on only then", async () => {
    const engine = await startFake("onboarding");
    render(<Gate />);
    await toRelay();
    await tabTo("onboarding-relay-here");
    await user.keyboard("{ArrowDown}");
    await tabTo("relay-address");
    await user.keyboard("wss://relay.example");
    await tabTo("onboarding-continue");
    await user.keyboard("{Enter}");
    expect(screen.getByText("Test the address first.")).toBeDefined();
    await user.tab({ shift: true });
    await tabTo("relay-test");
    await user.keyboard("{Enter}");
    await seen("relay-works");
    await tabTo("onboarding-continue");
    await user.keyboard("{Enter}");
    expect(screen.getByText("Tick the box to use this relay.")).toBeDefined();
    expect(callsOf(engine, "create_profile")).toEqual([]);
    await tabTo("relay-consent");
    await user.keyboard(" ");
    await tabTo("onboarding-continue");
    await user.keyboard("{Enter}");
    await seen("onboarding-step-contact");
    expect(callsOf(engine, "create_profile")).toMatchObject([
      { relay: { kind: "custom", url: "wss://relay.example" } },
    ]);
  });
});

describe("the keys screen", () => {
  async function atKeys(
    scenario: "onboarding" | "onboarding-locked" | "onboarding-empty" | "onboarding-missing",
  ) {
    const engine = await startFake(scenario);
    render(<Gate />);
    await throughName();
    await seen("onboarding-step-keys");
    return engine;
  }

  test("seals the keys with a passphrase that was typed twice", async () => {
    const engine = await atKeys("onboarding");
    await user.click(screen.getByTestId("onboarding-passphrase-toggle"));
    expect(screen.getByText("We cannot reset it.")).toBeDefined();
    await user.type(screen.getByTestId("onboarding-passphrase"), "correct horse battery staple");
    expect(screen.getByTestId("onboarding-strength").textContent).toBe("Strength: good");
    await user.click(screen.getByTestId("onboarding-continue"));
    expect(screen.getByText("The two are not the same.")).toBeDefined();
    await user.type(
      screen.getByTestId("onboarding-passphrase-again"),
      "correct horse battery staple",
    );
    await user.click(screen.getByTestId("onboarding-continue"));
    await seen("onboarding-step-relay");
    await user.click(screen.getByTestId("onboarding-continue"));
    await seen("onboarding-step-contact");
    expect(callsOf(engine, "create_profile")).toMatchObject([
      { passphrase: "correct horse battery staple" },
    ]);
  });

  test("never falls back to a passphrase by itself when the keychain is locked", async () => {
    const engine = await atKeys("onboarding-locked");
    expect(screen.getByRole("heading").textContent).toBe("Your keychain is locked.");
    expect(screen.queryByTestId("onboarding-continue")).toBeNull();
    await user.click(screen.getByTestId("onboarding-unlock"));
    expect(callsOf(engine, "unlock_keychain")).toHaveLength(1);
  });

  test("offers to make a keyring where the keychain has none", async () => {
    const engine = await atKeys("onboarding-empty");
    expect(screen.getByRole("heading").textContent).toBe("Your keychain holds no keyring yet.");
    expect(screen.getByText(/Make one to keep your keys/)).toBeDefined();
    expect(screen.queryByTestId("onboarding-continue")).toBeNull();
    const make = screen.getByTestId("onboarding-unlock");
    expect(make.textContent).toBe("Make a keyring");
    await user.click(make);
    expect(callsOf(engine, "unlock_keychain")).toHaveLength(1);
  });

  test("says what to do where there is no keychain", async () => {
    await atKeys("onboarding-missing");
    expect(screen.getByRole("heading").textContent).toBe("No keychain on this system.");
    expect(screen.queryByTestId("onboarding-continue")).toBeNull();
    await user.click(screen.getByTestId("onboarding-passphrase-toggle"));
    expect(screen.getByTestId("onboarding-continue")).toBeDefined();
  });

  test("is shown again when the engine refuses the keys, and nothing typed is lost", async () => {
    const engine = await atKeys("onboarding");
    await user.click(screen.getByTestId("onboarding-continue"));
    await seen("onboarding-step-relay");
    const invoke = engine.invoke.bind(engine);
    engine.invoke = (command, args) =>
      command === "create_profile"
        ? Promise.reject({ code: "keychain_refused" })
        : invoke(command, args);
    await user.click(screen.getByTestId("onboarding-continue"));
    await seen("onboarding-step-keys");
    expect(screen.getByText(/Your keychain refused access/)).toBeDefined();
    await user.click(screen.getByTestId("onboarding-back"));
    expect((await seen("onboarding-name")).getAttribute("value")).toBe("Nora Feld");
  });
});

test("every screen is free of axe faults", async () => {
  await startFake("onboarding");
  render(<Gate />);
  await seen("onboarding-step-welcome");
  await expectNoAxeFaults();
  await throughName();
  await seen("onboarding-step-keys");
  await user.click(screen.getByTestId("onboarding-passphrase-toggle"));
  await expectNoAxeFaults();
  await user.click(screen.getByTestId("onboarding-passphrase-toggle"));
  await user.click(screen.getByTestId("onboarding-continue"));
  await seen("onboarding-step-relay");
  await user.click(screen.getByTestId("onboarding-relay-own"));
  await expectNoAxeFaults();
  await user.click(screen.getByTestId("onboarding-relay-here"));
  await user.click(screen.getByTestId("onboarding-continue"));
  await seen("onboarding-step-contact");
  await expectNoAxeFaults();
});
