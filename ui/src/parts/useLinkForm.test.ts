// @vitest-environment node
import { describe, expect, it } from "vitest";
import { invite } from "~/ipc/fake/material";
import { canShowAgain } from "./useInvite";

const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;

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
