import { act, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, test, vi } from "vitest";
import { SHORTCUTS } from "~/components/shortcuts";
import type { RelayId } from "~/ipc/bindings";
import type { ScenarioName } from "~/ipc/fake";
import { withContact } from "~/ipc/fake/material";
import { worldOf } from "~/ipc/fake/scenarios";
import { store } from "~/state/store";
import { expectNoAxeFaults } from "~/test/axe";
import { callsOf, startFake } from "~/test/engine";
import { PANES, type SettingsPane } from "./panes";
import { SettingsDialog } from "./SettingsDialog";
import { moved, placeAt } from "./useReorder";

const user = userEvent.setup();

async function show(pane: SettingsPane, scenario: ScenarioName = "relays-mixed") {
  const engine = await startFake(scenario);
  const onClose = vi.fn();
  render(<SettingsDialog open onClose={onClose} initial={pane} />);
  return { engine, onClose };
}

const settings = () => store.getState().settings;

describe("the settings", () => {
  test("begin at the list of panes, which the arrow keys walk", async () => {
    await show("profile");
    await waitFor(() =>
      expect(document.activeElement).toBe(screen.getByTestId("settings-tab-profile")),
    );
    await user.keyboard("{ArrowDown}");
    expect(document.activeElement).toBe(screen.getByTestId("settings-tab-relays"));
    await user.keyboard("{Enter}");
    expect(screen.getByTestId("settings-relays")).toBeDefined();
  });

  test("begin at the pane that is asked for at each opening", async () => {
    await startFake();
    const dialog = (open: boolean, initial?: SettingsPane) => (
      <SettingsDialog open={open} onClose={vi.fn()} initial={initial} />
    );
    const { rerender } = render(dialog(true, "relays"));
    expect(screen.getByTestId("settings-relays")).toBeDefined();
    rerender(dialog(false));
    rerender(dialog(true, "keyboard"));
    expect(screen.getByTestId("settings-keyboard")).toBeDefined();
  });

  test("close with Escape", async () => {
    const { onClose } = await show("profile");
    await user.keyboard("{Escape}");
    expect(onClose).toHaveBeenCalledOnce();
  });

  test.each(PANES.map(({ id }) => id))("have no axe faults in the pane %s", async (pane) => {
    await show(pane);
    await expectNoAxeFaults();
  });
});

describe("the profile", () => {
  test("takes a new name when the field is left", async () => {
    const { engine } = await show("profile");
    const field = screen.getByTestId("settings-name");
    await user.clear(field);
    await user.type(field, "Nora F.");
    expect(callsOf(engine, "update_profile")).toEqual([]);
    await user.tab();
    await waitFor(() => expect(store.getState().profile?.name).toBe("Nora F."));
  });

  test("keeps a refused id in the field, with the reason", async () => {
    await show("profile");
    const field = screen.getByTestId<HTMLInputElement>("settings-user-id");
    await user.clear(field);
    await user.type(field, `${"x".repeat(65)}{Enter}`);
    expect(await screen.findByText(/This id cannot be used/)).toBeDefined();
    expect(field.value).toHaveLength(65);
  });

  test("takes back the typing with Escape and stays open", async () => {
    const { engine, onClose } = await show("profile");
    const field = screen.getByTestId<HTMLInputElement>("settings-name");
    await user.type(field, " typed{Escape}");
    expect(field.value).toBe("Nora Feld");
    expect(onClose).not.toHaveBeenCalled();
    await user.tab();
    expect(callsOf(engine, "update_profile")).toEqual([]);
  });

  test("puts the account id back as the id at relays", async () => {
    await show("profile");
    const field = screen.getByTestId("settings-user-id");
    await user.clear(field);
    await user.type(field, "nora{Enter}");
    await user.click(await screen.findByTestId("settings-user-id-default"));
    const { profile } = store.getState();
    await waitFor(() => expect(store.getState().profile?.userId).toBe(profile?.accountId));
  });

  test("shows the keys and where they lie", async () => {
    await show("profile");
    const { profile } = store.getState();
    for (const [testid, value] of [
      ["settings-account-id", profile?.accountId],
      ["settings-public-key", profile?.publicKey],
      ["settings-key-fingerprint", profile?.keyFingerprint],
      ["settings-fingerprint", profile?.fingerprint],
    ] as const) {
      expect(screen.getByTestId(testid).dataset.value).toBe(value);
    }
    expect(screen.getByTestId("settings-key-storage").textContent).toContain("in the keychain");
  });
});

describe("the relays", () => {
  const order = () => store.getState().relays.map(({ id }) => id);
  const rows = () => screen.getAllByTestId("settings-relay");

  test("show state, round trip and reason in words", async () => {
    await show("relays");
    const [here, , old] = rows();
    expect(here?.textContent).toMatch(/Connected · 1 ms · since .* · lists 1 other person/);
    expect(old?.textContent).toContain("Not connected");
    expect(old?.textContent).toContain("Somebody else uses your id at this relay.");
    expect(old?.textContent).toContain("Not encrypted on the way");
  });

  test("are sorted by Alt and an arrow key, which is spoken, and keep the focus", async () => {
    const { engine } = await show("relays");
    const handle = screen.getByRole("button", { name: "Move relay.example" });
    handle.focus();
    await user.keyboard("{Alt>}{ArrowUp}{/Alt}");
    await waitFor(() => expect(order()).toEqual([2, 1, 3, 4]));
    expect(callsOf(engine, "order_relays")).toEqual([{ relays: [2, 1, 3, 4] }]);
    expect(await screen.findByText("relay.example is now number 1 of 4")).toBeDefined();
    await waitFor(() =>
      expect(document.activeElement?.getAttribute("aria-label")).toBe("Move relay.example"),
    );
  });

  test("are sorted by dragging the handle", async () => {
    const { engine } = await show("relays");
    rows().forEach((row, index) => {
      row.getBoundingClientRect = () => new DOMRect(0, index * 100, 500, 100);
    });
    const handle = screen.getByRole("button", { name: "Move This computer" });
    handle.setPointerCapture = vi.fn();
    fireEvent.pointerDown(handle, { button: 0, pointerId: 1 });
    fireEvent.pointerMove(handle, { clientY: 260, pointerId: 1 });
    expect(rows()[2]?.textContent).toContain("This computer");
    fireEvent.pointerUp(handle, { pointerId: 1 });
    await waitFor(() => expect(callsOf(engine, "order_relays")).toHaveLength(1));
  });

  test("that are this computer have its name everywhere, and no address", async () => {
    const { engine } = await show("relays");
    expect(engine.world.relays[0]).toMatchObject({ name: "", url: "sotto:this-computer" });
    expect(rows()[0]?.textContent).toContain("This computer");
    expect(document.body.textContent).not.toContain("sotto:");
    await user.click(screen.getByRole("button", { name: "Remove This computer" }));
    const dialog = await screen.findByTestId("remove-relay-dialog");
    expect(dialog.textContent).toContain("Remove This computer?");
  });

  test("offer this computer where it is not one of them", async () => {
    const { engine } = await show("relays", "relays-waiting");
    await user.click(screen.getByTestId("settings-relay-add"));
    await user.click(await screen.findByTestId("add-relay-here"));
    await expectNoAxeFaults();
    await user.click(screen.getByTestId("add-relay-save"));
    await waitFor(() => expect(rows()).toHaveLength(3));
    expect(callsOf(engine, "add_relay")).toEqual([{ url: "sotto:this-computer" }]);
    expect(rows()[2]?.textContent).toContain("This computer");
    await user.click(screen.getByTestId("settings-relay-add"));
    await screen.findByTestId("add-relay-save");
    expect(screen.queryByTestId("add-relay-here")).toBeNull();
  });

  test("tell of a relay that is only here, but not once the identity has moved away", async () => {
    const { engine } = await show("relays");
    const only = engine.world.relays.filter(({ url }) => url === "sotto:this-computer");
    act(() => {
      for (const { id } of engine.world.relays.filter((relay) => !only.includes(relay)))
        engine.emit({ kind: "relay_removed", relay: id });
    });
    screen.getByTestId("only-here");
    act(() => {
      const profile = { ...engine.world.profile, movedAt: Date.now() };
      engine.emit({ kind: "profile_changed", profile });
    });
    expect(screen.queryByTestId("only-here")).toBeNull();
  });

  test("say why this computer cannot be added", async () => {
    const { engine } = await show("relays", "relays-none");
    await user.click(screen.getByTestId("settings-relay-add"));
    await user.click(await screen.findByTestId("add-relay-here"));
    vi.spyOn(engine, "invoke").mockRejectedValueOnce({ code: "disk_full" });
    await user.click(screen.getByTestId("add-relay-save"));
    expect(await screen.findByText(/The disk is full/)).toBeDefined();
  });

  test("are added only after a test and the consent", async () => {
    const { engine } = await show("relays");
    await user.click(screen.getByTestId("settings-relay-add"));
    const save = await screen.findByTestId<HTMLButtonElement>("add-relay-save");
    expect(save.disabled).toBe(true);
    await user.type(screen.getByTestId("relay-address"), "ws://new.example{Enter}");
    await screen.findByTestId("relay-works");
    expect(screen.getByTestId("relay-not-private")).toBeDefined();
    await user.click(save);
    expect(screen.getByText("Tick the box to use this relay.")).toBeDefined();
    expect(callsOf(engine, "add_relay")).toEqual([]);
    await user.click(screen.getByTestId("relay-consent"));
    await user.click(save);
    await waitFor(() => expect(rows()).toHaveLength(5));
    expect(callsOf(engine, "add_relay")).toEqual([{ url: "ws://new.example" }]);
  });

  test("that do not work say why and cannot be added", async () => {
    await show("relays");
    await user.click(screen.getByTestId("settings-relay-add"));
    await user.type(screen.getByTestId("relay-address"), "wss://web.example{Enter}");
    expect((await screen.findByTestId("relay-fails")).textContent).toContain("it is not a relay");
    expect(screen.getByTestId<HTMLButtonElement>("add-relay-save").disabled).toBe(true);
  });

  test("forget the result of a test when the address changes", async () => {
    await show("relays");
    await user.click(screen.getByTestId("settings-relay-add"));
    await user.type(screen.getByTestId("relay-address"), "wss://one.example{Enter}");
    await screen.findByTestId("relay-works");
    await user.type(screen.getByTestId("relay-address"), "x");
    expect(screen.queryByTestId("relay-works")).toBeNull();
  });

  test("warn when the last one is removed", async () => {
    await show("relays", "empty");
    await user.click(screen.getByTestId("settings-relay-remove"));
    const dialog = await screen.findByTestId("remove-relay-dialog");
    expect(dialog.textContent).toContain("This is your last relay.");
    await user.click(within(dialog).getByTestId("confirm"));
    await waitFor(() => expect(store.getState().relays).toEqual([]));
    expect(await screen.findByText("No relay")).toBeDefined();
  });

  test("go through a proxy only when its address was accepted", async () => {
    const { engine } = await show("relays");
    await user.click(screen.getByTestId("settings-proxy-socks5"));
    expect(callsOf(engine, "update_settings")).toEqual([]);
    const field = screen.getByTestId("settings-proxy-address");
    await user.type(field, "nonsense{Enter}");
    expect(await screen.findByText(/This is not the address of a proxy/)).toBeDefined();
    await user.clear(field);
    await user.type(field, "127.0.0.1:9050{Enter}");
    await waitFor(() =>
      expect(settings().proxy).toEqual({ kind: "socks5", address: "127.0.0.1:9050" }),
    );
    await user.click(screen.getByTestId("settings-proxy-none"));
    await waitFor(() => expect(settings().proxy).toEqual({ kind: "none" }));
  });
});

describe("sorting", () => {
  test.each([
    [[1, 2, 3], 1, 2, [2, 3, 1]],
    [[1, 2, 3], 3, 0, [3, 1, 2]],
    [[1, 2, 3], 2, 99, [1, 3, 2]],
    [[1, 2, 3], 2, -5, [2, 1, 3]],
  ])("moves one and keeps the order of the others", (ids, id, to, expected) => {
    expect(moved(ids, id, to)).toEqual(expected);
  });

  test("finds the place by the middles of the other rows", () => {
    expect([10, 50, 149, 500].map((y) => placeAt([50, 150], y))).toEqual([0, 0, 1, 2]);
  });
});

describe("every other setting acts at once", () => {
  test("colours, size, density and Enter", async () => {
    await show("appearance");
    await user.click(screen.getByTestId("settings-theme-dark"));
    await user.selectOptions(screen.getByTestId("settings-text-size"), "18");
    await user.selectOptions(screen.getByTestId("settings-zoom"), "150");
    await user.click(screen.getByTestId("settings-density-compact"));
    await user.click(screen.getByTestId("settings-enter-sends"));
    await waitFor(() =>
      expect(settings()).toMatchObject({
        theme: "dark",
        textSize: 18,
        zoom: 150,
        density: "compact",
        enterSends: false,
      }),
    );
  });

  test("notifications, with a test that says what to do if nothing came", async () => {
    const { engine } = await show("notifications");
    await user.click(screen.getByTestId("settings-notifications-name"));
    await waitFor(() => expect(settings().notifications).toBe("name"));
    await user.click(screen.getByTestId("settings-notifications-test"));
    expect(callsOf(engine, "test_notification")).toHaveLength(1);
    expect(await screen.findByText(/If nothing appeared/)).toBeDefined();
    await user.click(screen.getByTestId("settings-notifications-off"));
    await waitFor(() => expect(screen.queryByTestId("settings-notifications-test")).toBeNull());
  });

  test("a notification that the system does not show is told, with why", async () => {
    const engine = await startFake("relays-mixed");
    engine.notificationFault = "notifications_silent";
    render(<SettingsDialog open onClose={vi.fn()} initial="notifications" />);
    // Also what became of the newest real one.
    expect(await screen.findByText(/does not answer about notifications/)).toBeDefined();
    await user.click(screen.getByTestId("settings-notifications-test"));
    expect(await screen.findByText(/does not answer about notifications/)).toBeDefined();
    expect(screen.queryByText(/Sent\./)).toBeNull();
    engine.notificationFault = null;
    await user.click(screen.getByTestId("settings-notifications-test"));
    expect(await screen.findByText(/Sent\./)).toBeDefined();
  });

  test("which notifications there are, their sound and quiet hours", async () => {
    await show("notifications");
    await user.click(screen.getByTestId("settings-notify-texts"));
    await user.click(screen.getByTestId("settings-notify-requests"));
    await user.click(screen.getByTestId("settings-notification-sound"));
    expect(screen.queryByTestId("settings-quiet-from")).toBeNull();
    await user.click(screen.getByTestId("settings-quiet-on"));
    await user.selectOptions(await screen.findByTestId("settings-quiet-from"), "1350");
    await user.selectOptions(screen.getByTestId("settings-quiet-to"), "480");
    await waitFor(() =>
      expect(settings()).toMatchObject({
        notifyTexts: false,
        notifyRequests: false,
        notificationSound: false,
        quietHours: { on: true, from: 1350, to: 480 },
      }),
    );
    await expectNoAxeFaults();
  });

  test("muting from the tray is shown and can be ended", async () => {
    const { engine } = await show("notifications");
    expect(screen.queryByTestId("settings-unmute")).toBeNull();
    const mutedUntil = Date.now() + 3_600_000;
    const muted = { ...engine.world.settings, mutedUntil };
    act(() => engine.emit({ kind: "settings_changed", settings: muted }));
    await user.click(await screen.findByTestId("settings-unmute"));
    await waitFor(() => expect(screen.queryByTestId("settings-unmute")).toBeNull());
    expect(settings().mutedUntil).toBe(0);
  });

  test("starting at login, as the system has it, and closing", async () => {
    const { engine } = await show("general");
    const login = screen.getByTestId("settings-login-start");
    await waitFor(() => expect(login.getAttribute("aria-checked")).toBe("false"));
    await user.click(login);
    await waitFor(() => expect(login.getAttribute("aria-checked")).toBe("true"));
    expect(engine.startsAtLogin).toBe(true);
    await user.click(screen.getByTestId("settings-closing-background"));
    await waitFor(() => expect(settings().closing).toBe("background"));
  });

  test("unblocking", async () => {
    const world = worldOf("demo", Date.now());
    world.chats = world.chats.map((chat) =>
      chat.id === 1 ? withContact(chat, { blocked: true }) : chat,
    );
    await startFake(world);
    render(<SettingsDialog open onClose={vi.fn()} initial="privacy" />);
    await user.click(screen.getByRole("button", { name: "Unblock Mara Lindqvist" }));
    expect(await screen.findByTestId("settings-blocked-none")).toBeDefined();
  });
});

describe("the tables of keys", () => {
  const keysOf = (name: string) =>
    within(screen.getByRole("table", { name }))
      .getAllByRole("row")
      .slice(1)
      .map((row) => row.querySelector("td:last-child")?.textContent);

  test("hold every combination of the window, and apart from them those of its parts", async () => {
    await show("keyboard");
    expect(keysOf("In the window")).toEqual(SHORTCUTS.map(({ keys }) => keys));
    expect(keysOf("In the window")).toContain("Ctrl W");
    expect(keysOf("In the lists of chats and messages")).toContain("Delete");
    expect(keysOf("Where you write a message")).toEqual(["Enter", "Shift Enter"]);
    await expectNoAxeFaults();
  });

  test("follow the setting of what Enter does", async () => {
    const { engine } = await show("keyboard");
    const settings = { ...engine.world.settings, enterSends: false };
    act(() => engine.emit({ kind: "settings_changed", settings }));
    expect(keysOf("Where you write a message")).toEqual(["Ctrl Enter", "Enter"]);
  });
});

test("the program says its version and that nobody has audited it", async () => {
  await show("about");
  expect(screen.getByTestId("settings-version").textContent).toBe("Version 0.1.0");
  expect(screen.getByText("Not audited by an outsider")).toBeDefined();
});

test("the program says between whom a stolen key opens no past messages, and with whom it does", async () => {
  await show("about");
  const panel = screen.getByRole("tabpanel");
  expect(panel.textContent).not.toContain("No forward secrecy");
  expect(panel.textContent).toContain(
    "Between two people with Sotto, a key that is stolen later opens no past messages, and quantum computers do not either.",
  );
  expect(panel.textContent).toContain(
    "With programs made from the guide it is not so: whoever steals a key could read the past messages sent to it.",
  );
});

test("a relay that is gone from the engine is gone from the list", async () => {
  const { engine } = await show("relays");
  engine.emit({ kind: "relay_removed", relay: 4 as RelayId });
  await waitFor(() => expect(screen.getAllByTestId("settings-relay")).toHaveLength(3));
});
