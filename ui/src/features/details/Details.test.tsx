import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { contactIdOf, withContact } from "~/ipc/fake/material";
import { expectNoAxeFaults } from "~/test/axe";
import { contactIn, openChatOf, openWindow } from "~/test/window";

describe("details", () => {
  it("say what protects the chat and which key it is", async () => {
    const window = await openWindow();
    await openChatOf(window, "Jonas");
    const details = screen.getByRole("complementary", { name: "Details" });
    const card = within(details).getByTestId("card-plain");
    expect(card.textContent).toContain("past messages of this chat could be read");
    expect(within(details).getByTestId("card-unverified").textContent).toContain(
      "you have not checked whose key it is",
    );
    const contact = contactIn(window, 2);
    expect(within(details).getByTestId("details-fingerprint").dataset.value).toBe(
      contact?.fingerprint,
    );
    expect(within(card).getByTestId("plain-learn-more").textContent).toContain("Learn more");
    for (const loud of ["clear", "delete"]) {
      expect(within(details).getByTestId(`details-${loud}`).className).toMatch(/danger/);
    }
    // Any contact can be verified, one of the guide's kind too.
    await window.user.click(within(details).getByTestId("details-verify"));
    await screen.findByTestId("verify-dialog");
    await window.user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByTestId("verify-dialog")).toBe(null));
    await expectNoAxeFaults();
  });

  it("put people first: ids and keys are under Advanced, the short fingerprint as elsewhere", async () => {
    const window = await openWindow();
    await openChatOf(window, "Jonas");
    const advanced = screen.getByTestId<HTMLDetailsElement>("details-advanced");
    expect(advanced.open).toBe(false);
    for (const key of ["details-key", "details-fingerprint"]) {
      expect(advanced.contains(screen.getByTestId(key))).toBe(true);
    }
    const last = screen.getByTestId("details-delete");
    expect(last.compareDocumentPosition(advanced)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
    const [first] = contactIn(window, 2)?.fingerprint.match(/.{16}/) ?? [];
    const shown = screen.getByTestId("details-print").querySelector("[aria-hidden]")?.textContent;
    expect(shown?.replaceAll(" ", "")).toBe(first);
    await window.user.click(within(advanced).getByText("Advanced"));
    await expectNoAxeFaults();
  });

  it("say how and when a contact was verified, and take the mark back after a question", async () => {
    const window = await openWindow("secure");
    await openChatOf(window, "Mara");
    const card = screen.getByTestId("card-verified");
    expect(card.textContent).toContain("Mara Lindqvist used the code on your screen on");
    expect(screen.getByTestId("card-pq").textContent).toContain("future quantum computers");
    await expectNoAxeFaults();
    await window.user.click(screen.getByTestId("remove-mark"));
    await screen.findByRole("alertdialog");
    await window.user.click(screen.getByTestId("confirm"));
    await waitFor(() => expect(screen.getByTestId("card-unverified")).toBeTruthy());
    expect(window.calls("mark_verified")).toEqual([{ contact: contactIdOf(1), verified: false }]);
  });

  it("ask which way a link went and keep the focus when it is answered", async () => {
    const window = await openWindow("secure");
    await openChatOf(window, "Jonas");
    const card = screen.getByTestId("card-by-link");
    expect(card.textContent).toContain("in a way that nobody else could read?");
    await expectNoAxeFaults();
    await window.user.click(within(card).getByTestId("mark-yes"));
    const verified = await screen.findByTestId("card-verified");
    expect(verified.textContent).toContain(
      "that the invite went only from one of you to the other",
    );
    expect(document.activeElement?.contains(verified)).toBe(true);
  });

  it("say why a mark was refused and read everything anew", async () => {
    const window = await openWindow("secure");
    await openChatOf(window, "Jonas");
    const { world } = window.engine;
    world.chats = world.chats.map((row) => withContact(row, { trust: { kind: "unverified" } }));
    await window.user.click(within(screen.getByTestId("card-by-link")).getByTestId("mark-yes"));
    expect(await screen.findByText(/There is nothing to verify here any more/)).toBeTruthy();
    expect(await screen.findByTestId("card-unverified")).toBeTruthy();
  });

  it("say that messages wait, and show no key before there is one", async () => {
    const window = await openWindow("secure");
    await openChatOf(window, "Elif");
    expect(screen.getByTestId("card-waiting").textContent).toContain(
      "Nothing goes out unprotected.",
    );
    expect(screen.queryByTestId("details-key")).toBe(null);
    const contact = contactIn(window, 4);
    expect(screen.getByTestId("details-account-id").dataset.value).toBe(contact?.accountId);
    await expectNoAxeFaults();
  });

  it.each([
    ["details-rename", "dialog"],
    ["details-clear", "alertdialog"],
    ["details-block", "alertdialog"],
    ["details-delete", "alertdialog"],
  ])("%s asks first", async (testid, role) => {
    const window = await openWindow();
    await openChatOf(window, "Mara");
    await window.user.click(screen.getByTestId(testid));
    expect(await screen.findByRole(role)).toBeTruthy();
  });
});
