import { describe, expect, test } from "vitest";
import { keyOf } from "~/ipc/fake/material";
import { readIdAndKey, writeIdAndKey } from "./idAndKey";

const KEY = keyOf("mara");

describe("an id and key", () => {
  test.each([
    [
      "what sotto-cli prints",
      JSON.stringify({ accountId: "x", userId: "mara", publicKey: KEY, fingerprint: "00" }),
    ],
    ["what is copied here", writeIdAndKey("mara", KEY)],
    ["two lines", `mara\n${KEY}`],
    ["labelled lines", `My id: mara\nMy public key: ${KEY}\n`],
    ["the key first", `${KEY} mara`],
  ])("are read from %s", (_, text) => {
    expect(readIdAndKey(text)).toEqual({ userId: "mara", publicKey: KEY });
  });

  test("may be a key alone", () => {
    expect(readIdAndKey(` ${KEY}\n`)).toEqual({ userId: null, publicKey: KEY });
    expect(readIdAndKey(JSON.stringify({ publicKey: KEY }))).toEqual({
      userId: null,
      publicKey: KEY,
    });
  });

  test.each([
    `${KEY}.`,
    `"${KEY}"`,
    `“${KEY}”`,
    `(${KEY})`,
    `<${KEY}>,`,
    `**${KEY}**`,
    `Key:${KEY}`,
    `Key: ${KEY}`,
    `公钥：${KEY}。`,
    `👉${KEY}`,
    `\u200E${KEY}`,
    `- ${KEY}`,
    `id: ${KEY}`,
  ])("leave what stands around a key alone: %j", (text) => {
    expect(readIdAndKey(text)).toEqual({ userId: null, publicKey: KEY });
  });

  test.each([`"mara" "${KEY}"`, `mara, ${KEY}.`, `(mara ${KEY})`])(
    "are two words in %j",
    (text) => {
      expect(readIdAndKey(text)).toEqual({ userId: "mara", publicKey: KEY });
    },
  );

  test("come back as they were written, whatever the id", () => {
    for (const id of ['a"b', "with space", "ليلى", "{}"]) {
      expect(readIdAndKey(writeIdAndKey(id, KEY))).toEqual({ userId: id, publicKey: KEY });
    }
  });

  test.each([
    ["nothing", ""],
    ["words", "Hello, how are you?"],
    ["a key that is too short", KEY.slice(1)],
    ["a key inside a longer word", `A${KEY}`],
    ["a key of another length in JSON", JSON.stringify({ userId: "x", publicKey: "AAAA" })],
    ["JSON that is no object", "[1,2]"],
    ["JSON null", "null"],
    ["a whole book", `${KEY} ${"x".repeat(5000)}`],
  ])("are not read from %s", (_, text) => {
    expect(readIdAndKey(text)).toBeNull();
  });

  test("leave the id open when several words stand around the key", () => {
    expect(readIdAndKey(`here is my new key ${KEY} thanks`)?.userId).toBeNull();
  });
});
