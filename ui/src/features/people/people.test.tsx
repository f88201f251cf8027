import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, test, vi } from "vitest";
import type { RelayId } from "~/ipc/bindings";
import type { ScenarioName } from "~/ipc/fake";
import { person } from "~/ipc/fake/material";
import { store } from "~/state/store";
import { expectNoAxeFaults } from "~/test/axe";
import { startFake } from "~/test/engine";
import { matches, PeopleDialog } from "./PeopleDialog";
import { steady } from "./steady";

// jsdom has no layout: the list draws every row instead of those in sight.
vi.mock("virtua", () => ({
  VList: ({ children }: { children: React.ReactNode }) => <div>{children}</div>,
}));

const user = userEvent.setup();

async function show(scenario: ScenarioName = "demo") {
  await startFake(scenario);
  const onAdd = vi.fn();
  const onOpenChat = vi.fn();
  render(<PeopleDialog open onClose={vi.fn()} onAdd={onAdd} onOpenChat={onOpenChat} />);
  return { onAdd, onOpenChat };
}

describe("people at the relays", () => {
  test("can be added with the id and key that the relay lists", async () => {
    const { onAdd } = await show();
    await user.click(screen.getByRole("button", { name: "Add ravi" }));
    const { userId, publicKey } = person("ravi", []);
    expect(onAdd).toHaveBeenCalledWith({ userId, publicKey });
  });

  test("who are contacts stand under their own names and open their chats", async () => {
    const { onOpenChat } = await show();
    await user.click(screen.getByRole("button", { name: "Open chat with Mara Lindqvist" }));
    expect(onOpenChat).toHaveBeenCalledWith(1);
  });

  test("who use a contact's name with another key are told apart", async () => {
    await show();
    expect(screen.getByText(/Uses the name of your contact/).textContent).toContain("Priya Raman");
  });

  test("are found by a part of the name or the beginning of the fingerprint", () => {
    const people = ["ravi", "workshop-terminal"].map((id) => person(id, [1 as RelayId]));
    const [ravi] = people;
    const ids = (text: string) =>
      people.filter((one) => matches(one, text)).map(({ userId }) => userId);
    expect(ids("SHOP")).toEqual(["workshop-terminal"]);
    expect(ids(`${ravi?.fingerprint.slice(0, 4)} ${ravi?.fingerprint.slice(4, 8)}`)).toEqual([
      "ravi",
    ]);
    expect(ids("")).toHaveLength(2);
  });

  test("who cannot be found are said not to be there", async () => {
    await show();
    await user.type(screen.getByTestId("people-search"), "nobody of this name");
    expect(screen.getByRole("heading", { level: 2, name: /Nobody found/ })).toBeDefined();
  });

  test("are reached by the arrow keys too", async () => {
    await show();
    screen.getByRole("button", { name: "Add ravi" }).focus();
    await user.keyboard("{ArrowDown}");
    await vi.waitFor(() =>
      expect(document.activeElement).toBe(
        screen.getByRole("button", { name: "Add workshop-terminal" }),
      ),
    );
  });

  test("keep their rows while others come and go, until something else is looked for", async () => {
    await show();
    const names = () =>
      screen.getAllByTestId("person").map((row) => row.dataset.userId?.replace(/\s.*/u, ""));
    const before = names();
    const { people } = store.getState();
    const [first, second, ...others] = people;
    if (!first || !second) throw new Error("the scenario lists people");
    act(() => store.setState({ people: [person("aaron", [1 as RelayId]), second, ...others] }));
    expect(names()).toEqual([...before, "aaron"]);
    const row = screen.getAllByTestId("person")[0] as HTMLElement;
    expect(row.textContent).toContain("Not listed any more");
    await user.type(screen.getByTestId("people-search"), "a");
    expect(screen.queryByText("Not listed any more")).toBeNull();
    expect(names()[0]).toBe("aaron");
  });

  test("who come back are the same row again", () => {
    const [ravi, wren] = ["ravi", "wren"].map((id) => person(id, [1 as RelayId]));
    if (!ravi || !wren) throw new Error("both are made");
    const without = steady(steady([], [ravi, wren]), [wren]);
    expect(without.map(({ left }) => left)).toEqual([true, false]);
    const again = steady(without, [ravi, wren]);
    expect(again).toEqual(steady([], [ravi, wren]));
  });

  test("have no axe faults, and none when nobody is there", async () => {
    await show();
    await expectNoAxeFaults();
  });

  test("who are not there are explained", async () => {
    await show("empty");
    expect(screen.getByText("Nobody else is listed")).toBeDefined();
    await expectNoAxeFaults();
  });
});
