// @vitest-environment node
import { describe, expect, it } from "vitest";
import type { ChatView, ContactView, LastLine } from "~/ipc/bindings";
import { contact, emptyChat } from "~/ipc/fake/material";
import { rowWords, spokenRow } from "./rowWords";

const NOW = new Date(2026, 2, 3, 14, 32).getTime();

function chat(over: Partial<ChatView> = {}, of: Partial<ContactView> = {}): ChatView {
  const mara = contact("Mara Lindqvist", NOW, { reach: "online", ...of });
  return emptyChat(1, mara, { last: line(), activityAt: NOW, ...over });
}

function line(over: Partial<LastLine> = {}): LastLine {
  return {
    direction: "in",
    snippet: "Hello",
    body: { kind: "text" },
    state: null,
    at: NOW,
    ...over,
  };
}

const out = (state: LastLine["state"]) => ({ last: line({ direction: "out", state }) });
const VERIFIED = { kind: "verified", how: "code", by: "them", at: NOW } as const;
const keyChange = { publicKey: "x", fingerprint: "y", seenAt: NOW, held: 0 };

describe("rowWords", () => {
  it.each<[string, ChatView, Partial<ReturnType<typeof rowWords>>]>([
    ["the newest line", chat(), { text: "Hello", lead: null, mark: null }],
    ["a draft before it", chat({ draft: "But\nwait" }), { text: "But wait", lead: "Draft:" }],
    [
      "a long draft without half a character",
      chat({ draft: `${"a".repeat(199)}👍` }),
      { text: "a".repeat(199) },
    ],
    ["no draft of spaces", chat({ draft: " \n " }), { text: "Hello" }],
    [
      "another key before all",
      chat({ draft: "But" }, { keyChange }),
      { text: "Another key uses this name", tone: "danger" },
    ],
    ["blocked", chat({}, { blocked: true }), { text: "Blocked" }],
    ["no line", chat({ last: null }), { text: "No messages yet" }],
    [
      "a line of ours",
      chat({
        last: line({ direction: "system", body: { kind: "system", line: "contact_added" } }),
      }),
      { text: "You added Mara Lindqvist" },
    ],
    [
      "waiting, away",
      chat(out("queued"), { reach: "away" }),
      { lead: "Waiting:", mark: "waiting" },
    ],
    ["on its way", chat(out("queued")), { lead: null, mark: "sending" }],
    ["handed", chat(out("handed")), { lead: null, mark: "handed" }],
    ["delivered", chat(out("delivered")), { lead: null, mark: "delivered" }],
    [
      "on its way, but without a session",
      chat(out("queued"), { protection: "pq", session: "waiting" }),
      { lead: "Waiting:", mark: "waiting" },
    ],
    [
      "another key of a verified contact",
      chat({}, { keyChange, trust: VERIFIED }),
      { text: "Security key changed. Check before you send.", tone: "danger" },
    ],
    [
      "a line that asks for something",
      chat({
        last: line({ direction: "system", body: { kind: "system", line: "identity_refused" } }),
      }),
      { tone: "danger" },
    ],
    ["failed", chat(out("failed")), { lead: "Not sent:", tone: "danger", mark: "failed" }],
  ])("%s", (_, of, expected) => {
    expect(rowWords(of, false)).toMatchObject(expected);
  });

  it("shows no draft of the chat that is open", () => {
    expect(rowWords(chat({ draft: "But" }), true).text).toBe("Hello");
  });
});

describe("spokenRow", () => {
  it.each([
    [chat({ unread: 2 }), "Mara Lindqvist, 2 unread, Hello, 14:32"],
    [chat(out("handed"), { blocked: true }), "Mara Lindqvist, Blocked, 14:32"],
    [chat(out("handed")), "Mara Lindqvist, You: Hello, 14:32"],
    [chat(out("delivered")), "Mara Lindqvist, You: Hello, 14:32"],
    [chat({ unread: 2 }, { trust: VERIFIED }), "Mara Lindqvist, verified, 2 unread, Hello, 14:32"],
    [
      chat({}, { trust: VERIFIED, keyChange }),
      "Mara Lindqvist, Security key changed. Check before you send., 14:32",
    ],
    [chat(out("queued"), { reach: "offline" }), "Mara Lindqvist, Waiting:, Hello, 14:32"],
  ])("%#", (of, expected) => {
    expect(spokenRow(of, false, NOW)).toBe(expected);
  });
});
