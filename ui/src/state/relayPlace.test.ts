// @vitest-environment node
import { expect, test } from "vitest";
import { NASTY_TEXTS } from "~/test/nasty";
import { isOnlyHere } from "./relayPlace";

test.each([
  ["sotto:this-computer", true],
  ["ws://localhost:8080/", true],
  ["ws://localhost", true],
  ["ws://a.localhost/x", true],
  ["wss://127.0.0.1:9/", true],
  ["ws://127.1.2.3", true],
  ["ws://[::1]:8080/", true],
  ["wss://relay.example/", false],
  ["ws://192.168.1.7:8080/", false],
  ["ws://nas/", false],
  ["wss://localhost.example/", false],
  ["wss://127.0.0.1.example/", false],
  ["wss://relay.example/ws://localhost/", false],
])("%s leads only to one's own computer: %s", (address, only) => {
  expect(isOnlyHere(address)).toBe(only);
});

test("of anything throws nothing", () => {
  for (const text of NASTY_TEXTS) expect(isOnlyHere(`wss://${text}`)).toBe(false);
});
