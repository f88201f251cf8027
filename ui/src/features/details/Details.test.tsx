import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { expectNoAxeFaults } from "~/test/axe";
import { openChatOf, openWindow } from "~/test/window";

describe("details", () => {
  it("say what protects the chat and which key it is", async () => {
    const window = await openWindow();
    await openChatOf(window, "Jonas");
    const details = screen.getByRole("complementary", { name: "Details" });
    const card = within(details).getByTestId("card-plain");
    expect(card.textContent).toContain("past messages of this chat could be read");
    expect(card.textContent).toContain("you have not checked whose key it is");
    const { contact } = window.engine.world.chats[1] ?? {};
    expect(within(details).getByTestId("details-fingerprint").dataset.value).toBe(
      contact?.fingerprint,
    );
    // Verification does not exist yet: nothing offers it.
    expect(within(details).queryByText(/verif/i)).toBe(null);
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
