import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, test, vi } from "vitest";
import type { ScenarioName } from "~/ipc/fake";
import { store } from "~/state/store";
import { expectNoAxeFaults } from "~/test/axe";
import { callsOf, startFake } from "~/test/engine";
import { RequestsPane } from "./RequestsPane";

const user = userEvent.setup();

async function show(scenario: ScenarioName = "demo") {
  const engine = await startFake(scenario);
  const onClose = vi.fn();
  const onOpenChat = vi.fn();
  render(<RequestsPane onClose={onClose} onOpenChat={onOpenChat} />);
  return { engine, onClose, onOpenChat };
}

/** The row of somebody in the list. */
function row(userId: string): HTMLElement {
  const found = screen
    .getAllByTestId("request-row")
    .find((element) => element.dataset.userId === userId);
  if (!found) throw new Error(`no request of ${userId}`);
  return found;
}

describe("requests", () => {
  test("by keyboard alone are opened and accepted under a name", async () => {
    const { engine, onOpenChat } = await show();
    expect(document.activeElement?.textContent).toBe("Requests");
    await user.tab();
    await user.tab();
    expect(document.activeElement).toBe(row("ravi"));
    await user.keyboard("{ArrowDown}");
    expect(document.activeElement).toBe(row("Priya-Raman"));
    await user.keyboard("{ArrowUp}{Enter}");
    expect(document.activeElement?.textContent).toBe("ravi");
    expect(
      screen.getAllByTestId("request-text").map((text) => text.querySelector("p")?.textContent),
    ).toEqual(["Hello, this is Ravi from the workshop.", "Is this the right place?"]);
    for (let press = 0; press < 10; press += 1) {
      if (document.activeElement?.textContent === "Accept") break;
      await user.tab();
    }
    await user.keyboard("{Enter}");
    await waitFor(() =>
      expect(document.activeElement).toBe(screen.getByTestId("request-accept-field")),
    );
    await user.keyboard("Ravi");
    await user.click(screen.getByTestId("request-accept-save"));
    await waitFor(() => expect(onOpenChat).toHaveBeenCalledOnce());
    expect(callsOf(engine, "accept_request")).toEqual([{ request: 1, name: "Ravi" }]);
    expect(store.getState().requests).toHaveLength(1);
  });

  test("that use a contact's name with another key cannot be accepted here", async () => {
    const { onOpenChat } = await show();
    await user.click(row("Priya-Raman"));
    const claim = screen.getByTestId("request-claims");
    expect(claim.textContent).toContain(
      "Uses the name of your contact Priya Raman with another key",
    );
    expect(claim.textContent).toContain("This message is held back");
    expect(screen.queryByTestId("request-accept")).toBeNull();
    await user.click(within(claim).getByRole("button"));
    expect(onOpenChat).toHaveBeenCalledWith(3);
  });

  test("are deleted at once, and the next one is at hand", async () => {
    const { engine } = await show();
    await user.click(row("ravi"));
    await user.click(screen.getByTestId("request-delete"));
    await waitFor(() => expect(document.activeElement).toBe(row("Priya-Raman")));
    expect(callsOf(engine, "delete_request")).toEqual([{ request: 1 }]);
  });

  test("are blocked after a question", async () => {
    const { engine } = await show();
    await user.click(row("ravi"));
    await user.click(screen.getByTestId("request-block"));
    await screen.findByTestId("request-block-dialog");
    expect(callsOf(engine, "block_request")).toEqual([]);
    await user.click(screen.getByTestId("confirm"));
    await waitFor(() => expect(store.getState().requests).toHaveLength(1));
    expect(callsOf(engine, "block_request")).toEqual([{ request: 1 }]);
  });

  test("show names and texts of others as plain text", async () => {
    await show("names");
    await user.click(row("<img src=x onerror=alert(1)>"));
    const detail = screen.getByTestId("request-detail");
    expect(detail.querySelector("img, script, a")).toBeNull();
    expect(screen.getByTestId("request-text").textContent).toContain("<script>alert(1)</script>");
  });

  test("that were decided elsewhere leave the detail", async () => {
    const { engine } = await show();
    await user.click(row("ravi"));
    const [first] = engine.world.requests;
    if (first) engine.emit({ kind: "request_removed", request: first.id });
    await waitFor(() => expect(screen.queryByTestId("request-detail")).toBeNull());
  });

  test("say so when there are none", async () => {
    await show("empty");
    expect(screen.getByText("No requests")).toBeDefined();
    await expectNoAxeFaults();
  });

  test("have no axe faults, as a list, open, or claiming a name", async () => {
    await show();
    await expectNoAxeFaults();
    await user.click(row("ravi"));
    await expectNoAxeFaults();
    await user.click(row("Priya-Raman"));
    await expectNoAxeFaults();
  });

  test("that cannot be deleted says so in a region that was there before", async () => {
    const { engine } = await show();
    await user.click(row("ravi"));
    const region = within(await screen.findByTestId("request-detail")).getByRole("alert");
    vi.spyOn(engine, "invoke").mockRejectedValueOnce({ code: "disk_full" });
    await user.click(screen.getByTestId("request-delete"));
    expect(await within(region).findByText(/The disk is full/)).toBeDefined();
  });
});
