// @vitest-environment node
import { describe, expect, it } from "vitest";
import type { ContactView } from "~/ipc/bindings";
import { contact, secureContact } from "~/ipc/fake/material";
import { headerTags } from "./headerTags";

const NOW = 1_700_000_000_000;
const VERIFIED = { kind: "verified", how: "code", by: "them", at: NOW } as const;
const keyChange = { publicKey: "x", fingerprint: "y", seenAt: NOW, held: 0 };
const plain = (over: Partial<ContactView> = {}) => contact("Mara", NOW, over);
const secure = (over: Partial<ContactView> = {}) => secureContact("Mara", NOW, over);

describe("under a name", () => {
  it.each<[string, ContactView, string[]]>([
    ["a plain chat", plain(), ["plain"]],
    ["a session", secure(), ["unverified", "pq"]],
    ["a session, verified", secure({ trust: VERIFIED }), ["verified", "pq"]],
    ["a link", secure({ trust: { kind: "by_link", inviter: "me" } }), ["unverified", "pq"]],
    ["no session yet", secure({ session: "waiting" }), ["unverified", "waiting"]],
    [
      "a lost session, verified",
      secure({ session: "none", trust: VERIFIED }),
      ["verified", "waiting"],
    ],
    ["a name like another's", secure({ doubled: true }), ["doubled", "unverified"]],
    ["the verified one of two", secure({ doubled: true, trust: VERIFIED }), ["verified", "pq"]],
    ["another key", plain({ keyChange }), ["other-key"]],
    ["another key of a verified contact", secure({ keyChange, trust: VERIFIED }), ["key-changed"]],
    ["blocked before all", secure({ keyChange, blocked: true }), ["blocked"]],
  ])("stands what %s is", (_, of, expected) => {
    expect(headerTags(of).map(({ id }) => id)).toEqual(expected);
  });

  it("stand the louder states first", () => {
    const ranks = ["danger", "warn", "ok", "pq", "plain"];
    for (const of of [plain({ trust: VERIFIED }), secure(), secure({ trust: VERIFIED })]) {
      const tones = headerTags(of).map(({ tone }) => ranks.indexOf(tone));
      expect(tones).toEqual([...tones].sort((a, b) => a - b));
    }
  });
});
