import { render, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { NASTY_TEXTS } from "~/test/nasty";
import { LinkQuestion } from "./LinkQuestion";

const question = (url: string, text = url) => (
  <LinkQuestion link={{ url, text }} onClose={vi.fn()} />
);

it("names the whole address of a mail", async () => {
  render(question("mailto:x%3Fcc%3Devil@evil.example", "x?cc=evil@evil.example"));
  const dialog = await screen.findByRole("alertdialog");
  expect(dialog.textContent).toContain("Write a mail to x?cc=evil@evil.example?");
  expect(dialog.textContent).not.toContain("another address");
});

it("asks about whatever is given as an address", () => {
  const { rerender } = render(question("https://example.org/"));
  for (const text of NASTY_TEXTS) {
    for (const url of [text, `mailto:${text}`, `https://${text}`]) rerender(question(url, text));
  }
  expect(screen.getByRole("alertdialog")).toBeDefined();
});
