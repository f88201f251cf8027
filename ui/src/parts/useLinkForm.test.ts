// @vitest-environment node
import { describe, expect, it } from "vitest";
import { invite } from "~/ipc/fake/material";
import { canShowAgain } from "./useInvite";
import { findLink } from "./useLinkForm";

const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;

describe("findLink", () => {
  it.each([
    ["alone", "sotto:add#oWF2AQ"],
    ["between words", "Here:\nsotto:add#oWF2AQ, see you"],
    ["with space around it", "   sotto:add#oWF2AQ\n"],
  ])("finds a link %s", (_, text) => {
    expect(findLink(text)).toBe("sotto:add#oWF2AQ");
  });

  it.each([
    ["words", "hello"],
    ["a link of another kind", "https://example.org/#sotto:add#oWF2AQ"],
    ["a link without anything in it", "sotto:add#"],
    ["a whole book", `${"x ".repeat(3000)} sotto:add#oWF2AQ`],
  ])("finds none in %s", (_, text) => {
    expect(findLink(text)).toBeNull();
  });
});

describe("an invite", () => {
  it.each([
    ["open, on screen only, with time left", {}, true],
    ["given out", { shared: true }, false],
    ["used", { state: { kind: "used", chat: null } }, false],
    ["revoked", { state: { kind: "revoked" } }, false],
    ["nearly over", { expiresAt: NOW + HOUR - 1 }, false],
  ] as const)("that is %s is shown again: %s", (_, over, again) => {
    expect(canShowAgain(invite(1, NOW, over), NOW)).toBe(again);
  });
});
