import { act, fireEvent, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, test, vi } from "vitest";
import { StartGate } from "~/app/StartGate";
import type { StartProblem } from "~/ipc/bindings";
import { RIGHT_PASSPHRASE } from "~/ipc/fake";
import { useStore } from "~/state/store";
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

/** The words of ui.md 3.18, without what does not exist yet. */
const SCREENS: readonly (readonly [StartProblem, string, string, readonly string[]])[] = [
  [
    "keychain_locked",
    "Your keychain is locked.",
    "Unlock it to open your messages.",
    ["Unlock", "Quit"],
  ],
  [
    "keychain_empty",
    "Your keychain holds no keyring yet.",
    "asks for a password for the first one",
    ["Unlock", "Quit"],
  ],
  [
    "keychain_missing",
    "No keychain on this system.",
    "GNOME Keyring or KWallet",
    ["Try again", "Quit", "How to"],
  ],
  [
    "keychain_refused",
    "Your keychain did not give the key.",
    "Allow Sotto in the question that your system asks.",
    ["Try again", "Quit"],
  ],
  [
    "wrong_key",
    "This key does not fit your messages.",
    "Nothing was changed.",
    ["Try again", "Quit"],
  ],
  [
    "history_gone",
    "Your messages are gone.",
    "Your keys are still here.",
    ["Start with the same keys", "Quit"],
  ],
  [
    "key_gone",
    "The key for your messages is missing.",
    "start new",
    ["Start new", "Show folder", "Quit"],
  ],
  [
    "key_damaged",
    "The key for your messages is damaged.",
    "Nothing was changed.",
    ["Try again", "Start new", "Show folder", "Quit"],
  ],
  [
    "profile_damaged",
    "The file about your keys is damaged.",
    "Nothing was changed.",
    ["Try again", "Start new", "Show folder", "Quit"],
  ],
  [
    "history_damaged",
    "Your message file is damaged.",
    "Nothing was changed.",
    ["Start new", "Show folder", "Quit"],
  ],
  [
    "history_newer",
    "Your messages were written by a newer Sotto.",
    "Update this copy; nothing was changed.",
    ["Show folder", "Quit"],
  ],
  ["disk_full", "The disk is full.", "Nothing was changed.", ["Try again", "Show folder", "Quit"]],
  [
    "folder_unusable",
    "Sotto cannot use its data folder.",
    "Nothing was changed.",
    ["Try again", "Show folder", "Quit"],
  ],
];

describe.each(SCREENS)("%s", (problem, title, text, buttons) => {
  test("says what is true and what can be done", async () => {
    await startFake(`problem-${problem}`);
    render(<Gate />);
    expect(screen.getByRole("heading").textContent).toBe(title);
    const words = screen.getByTestId("problem-text");
    expect(words.textContent).toContain(text);
    expect(words.dataset.problem).toBe(problem);
    expect(screen.getAllByRole("button").map((button) => button.textContent)).toEqual(buttons);
    if (problem === "history_gone") {
      expect(document.activeElement).toBe(screen.getByRole("textbox", { name: "Your name" }));
    } else expect(document.activeElement?.textContent).toBe(buttons[0]);
    await expectNoAxeFaults();
  });
});

describe("a way out", () => {
  test.each([
    ["keychain_locked", "problem-unlock", "unlock_keychain"],
    ["wrong_key", "problem-retry", "retry_start"],
    ["key_gone", "problem-show_folder", "show_data_folder"],
    ["disk_full", "problem-quit", "quit"],
  ] as const)("of %s is carried out by the engine", async (problem, button, command) => {
    const engine = await startFake(`problem-${problem}`);
    render(<Gate />);
    await user.click(screen.getByTestId(button));
    await waitFor(() => expect(callsOf(engine, command)).toHaveLength(1));
  });

  test("with the same keys asks for the name that was lost, and takes none that is too long", async () => {
    const engine = await startFake("problem-history_gone");
    render(<Gate />);
    await user.click(screen.getByTestId("problem-start_same_keys"));
    expect(screen.getByText("Write a name first. Any name will do.")).toBeDefined();
    const field = screen.getByTestId<HTMLInputElement>("problem-name");
    expect(document.activeElement).toBe(field);
    expect(field.maxLength).toBe(40);
    await expectNoAxeFaults();
    await user.type(field, "  {Enter}");
    expect(callsOf(engine, "start_same_keys")).toEqual([]);
    await user.type(field, "Nora{Enter}");
    expect(await screen.findByText("the main window")).toBeDefined();
    expect(callsOf(engine, "start_same_keys")).toEqual([{ name: "Nora" }]);
    expect(useStore.getState().profile?.name).toBe("Nora");
  });

  test("that makes new keys asks first, and Cancel is at hand", async () => {
    const engine = await startFake("problem-key_gone");
    render(<Gate />);
    await user.click(screen.getByTestId("problem-start_new"));
    await screen.findByTestId("problem-start-new-dialog");
    expect(callsOf(engine, "start_new")).toEqual([]);
    await waitFor(() => expect(document.activeElement?.textContent).toBe("Cancel"));
    await user.click(screen.getByTestId("confirm"));
    await screen.findByTestId("onboarding-step-welcome");
    expect(callsOf(engine, "start_new")).toHaveLength(1);
  });

  test("that was refused is said, and stays open", async () => {
    const engine = await startFake("problem-wrong_key");
    render(<Gate />);
    vi.spyOn(engine, "invoke").mockRejectedValueOnce({ code: "disk_full" });
    await user.click(screen.getByTestId("problem-retry"));
    expect((await screen.findByTestId("problem-failed")).textContent).toContain(
      "The disk is full.",
    );
  });

  test("of a locked keychain is tried again when the person comes back", async () => {
    const engine = await startFake("problem-keychain_locked");
    render(<Gate />);
    fireEvent.focus(window);
    expect(await screen.findByText("the main window")).toBeDefined();
    expect(callsOf(engine, "retry_start")).toHaveLength(1);
  });
});

describe("the passphrase", () => {
  test("opens the history", async () => {
    await startFake("passphrase");
    render(<Gate />);
    await user.keyboard(`${RIGHT_PASSPHRASE}{Enter}`);
    expect(await screen.findByText("the main window")).toBeDefined();
  });

  test("that is wrong is said, and the next try waits", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    try {
      const engine = await startFake("passphrase");
      render(<Gate />);
      const typist = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
      await typist.keyboard("wrong{Enter}");
      const fault = await screen.findByText(/That is not the passphrase/);
      expect(fault.textContent).toMatch(/Next try in 1\s*s/);
      const open = screen.getByTestId<HTMLButtonElement>("passphrase-open");
      await typist.type(screen.getByTestId("passphrase-field"), "again{Enter}");
      expect(open.disabled).toBe(true);
      expect(callsOf(engine, "unlock_passphrase")).toHaveLength(1);
      await act(() => vi.advanceTimersByTimeAsync(1500));
      expect(screen.getByTestId<HTMLButtonElement>("passphrase-open").disabled).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });

  test("is hidden until the person asks to see it", async () => {
    await startFake("passphrase");
    render(<Gate />);
    const field = screen.getByTestId("passphrase-field");
    expect(field.getAttribute("type")).toBe("password");
    await user.click(screen.getByRole("button", { name: "Show passphrase" }));
    expect(field.getAttribute("type")).toBe("text");
    await expectNoAxeFaults();
  });
});

test("starting says what it does after 300 ms, and warns where it takes long", async () => {
  await startFake("starting");
  render(<Gate />);
  expect(screen.queryByRole("progressbar")).toBeNull();
  const progress = await screen.findByRole("progressbar", {
    name: "Bringing your messages up to date",
  });
  expect(progress).toBeDefined();
  expect(screen.getByText(/Do not turn off the computer/)).toBeDefined();
});
