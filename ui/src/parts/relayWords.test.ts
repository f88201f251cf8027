// @vitest-environment node
import { expect, test } from "vitest";
import { relayName } from "./relayWords";

test.each([
  ["", "This computer"],
  ["sotto:this-computer", "This computer"],
  ["relay.example", "relay.example"],
  ["wss://relay.example/", "wss://relay.example/"],
])("a relay with the name or address %j is called %s", (given, called) => {
  expect(relayName(given)).toBe(called);
});
