import { describe, expect, test } from "vitest";
import { NO_TRIAL } from "~/parts/RelayAddressTest";
import {
  EMPTY_DRAFT,
  keysReady,
  nameFault,
  passphraseFault,
  relayChoice,
  stepBefore,
} from "./draft";
import { strengthOf } from "./strength";

const works = (level: number) =>
  ({
    kind: "works",
    url: "wss://relay.example/",
    round_trip_ms: 20,
    level,
    private: true,
  }) as const;

describe("the first start", () => {
  test.each([
    ["", { kind: "empty" }],
    ["   ", { kind: "empty" }],
    ["Nora", null],
    ["x".repeat(40), null],
    ["x".repeat(43), { kind: "long", over: 3 }],
    ["👩‍🚀".repeat(20), { kind: "long", over: 20 }],
  ])("takes a name of 1 to 40 characters: %s", (name, fault) => {
    expect(nameFault({ ...EMPTY_DRAFT, name })).toEqual(fault);
  });

  test.each([
    ["short", "short", "short"],
    ["long enough", "long enough ", "differ"],
    ["long enough", "long enough", null],
  ])("takes a passphrase typed twice alike", (passphrase, again, fault) => {
    expect(passphraseFault({ ...EMPTY_DRAFT, passphrase, again })).toBe(fault);
  });

  test("needs a keychain or a passphrase, never neither", () => {
    const sealed = {
      ...EMPTY_DRAFT,
      withPassphrase: true,
      passphrase: "long enough",
      again: "long enough",
    };
    expect(keysReady(EMPTY_DRAFT, "available")).toBe(true);
    expect(keysReady(EMPTY_DRAFT, "locked")).toBe(false);
    expect(keysReady(EMPTY_DRAFT, "missing")).toBe(false);
    expect(keysReady(sealed, "missing")).toBe(true);
    expect(keysReady({ ...sealed, again: "" }, "available")).toBe(false);
  });

  test("uses a relay only when it was tested and, on level 0, consented to", () => {
    const own = { ...EMPTY_DRAFT, relay: "custom" as const };
    const tested = { ...NO_TRIAL, url: "wss://relay.example", state: "tested" as const };
    expect(relayChoice(EMPTY_DRAFT)).toEqual({ kind: "this_computer" });
    expect(relayChoice(own)).toBeNull();
    expect(
      relayChoice({ ...own, trial: { ...tested, result: { kind: "fails", problem: "busy" } } }),
    ).toBeNull();
    expect(relayChoice({ ...own, trial: { ...tested, result: works(0) } })).toBeNull();
    const url = { kind: "custom", url: "wss://relay.example/" };
    expect(relayChoice({ ...own, trial: { ...tested, result: works(0), consent: true } })).toEqual(
      url,
    );
    expect(relayChoice({ ...own, trial: { ...tested, result: works(1) } })).toEqual(url);
  });

  test("goes back one screen at a time and stops at the first", () => {
    expect(stepBefore("relay")).toBe("keys");
    expect(stepBefore("welcome")).toBe("welcome");
  });
});

describe("the strength of a passphrase", () => {
  test.each([
    ["aaaaaaaa", "very_weak"],
    ["12345678", "very_weak"],
    ["abcdefgh", "very_weak"],
    ["password", "very_weak"],
    ["Passwort 42 Haus", "weak"],
    ["correct horse battery staple", "good"],
    ["correct horse battery staple window garden", "strong"],
    ["kT9$wq!xR2#mLp8@", "strong"],
  ])("of %s is told as %s", (passphrase, strength) => {
    expect(strengthOf(passphrase)).toBe(strength);
  });

  test("does not grow by repeating a word", () => {
    expect(strengthOf("horse horse horse horse horse horse")).toBe("very_weak");
  });
});
