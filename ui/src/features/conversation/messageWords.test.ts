// @vitest-environment node
import { describe, expect, it } from "vitest";
import type {
  ChatId,
  ContactView,
  MessageState,
  MessageView,
  Reach,
  SendFailure,
} from "~/ipc/bindings";
import { contact, contactIdOf, secureContact, textMessage } from "~/ipc/fake/material";
import { quoted, recipientWords, spokenMessage, stateWords } from "./messageWords";

const CHAT = 1 as ChatId;
const AT = new Date(2026, 2, 3, 14, 32).getTime();

function own(state: MessageState | null, failure: SendFailure | null = null): MessageView {
  return { ...textMessage(1, CHAT, "out", "Hello", AT), state, stateAt: AT, failure };
}

const mara = (reach: Reach): ContactView => contact("Mara", AT, { reach });

describe("stateWords", () => {
  it.each<[MessageState, Reach, SendFailure | null, string, string]>([
    ["queued", "online", null, "sending", "Sending"],
    ["queued", "away", null, "waiting", "Will be sent when a relay lists Mara"],
    ["queued", "offline", null, "waiting", "Will be sent when you are online"],
    [
      "handed",
      "away",
      null,
      "handed",
      "Handed to the relay 14:32. This relay keeps nothing: it can get lost",
    ],
    ["failed", "online", null, "failed", "Not sent"],
    ["failed", "online", "too_large", "failed", "Not sent. It is too long. Send it in parts."],
    [
      "failed",
      "online",
      "not_encrypted",
      "failed",
      "Not sent. It could not be encrypted. Try again.",
    ],
    [
      "failed",
      "online",
      "unknown",
      "failed",
      "Not sent. Only a newer Sotto knows why. Update this copy.",
    ],
  ])("%s while %s", (state, reach, failure, mark, text) => {
    expect(stateWords(own(state, failure), mara(reach))).toEqual({ mark, text });
  });

  it.each<[MessageState, Partial<ContactView>, string, string]>([
    ["delivered", {}, "delivered", "Delivered to Mara’s device 14:32"],
    [
      "handed",
      {},
      "handed",
      "Handed to the relay 14:32. It is sent again by itself until Mara’s app confirms it",
    ],
    [
      "queued",
      { session: "waiting", reach: "online" },
      "waiting",
      "Will be sent once you and Mara have been online at the same time",
    ],
    [
      "queued",
      { session: "waiting", reach: "offline" },
      "waiting",
      "Will be sent when you are online",
    ],
    ["queued", { reach: "online" }, "sending", "Sending"],
  ])("%s in a secure chat with %o", (state, over, mark, text) => {
    expect(stateWords(own(state), secureContact("Mara", AT, over))).toEqual({ mark, text });
  });

  it.each<[MessageState, number, string, string]>([
    ["handed", 5, "handed", "Delivered to 5 of 7"],
    ["delivered", 7, "delivered", "Delivered to 7 of 7"],
    ["handed", 0, "handed", "Handed to the relay 14:32. This relay keeps nothing: it can get lost"],
    ["failed", 5, "failed", "Not sent"],
  ])("%s to seven people, of whom %d have it", (state, deliveredTo, mark, text) => {
    const message = { ...own(state), deliveredTo, recipients: 7 };
    expect(stateWords(message, mara("online"))).toEqual({ mark, text });
  });

  it("says nothing of a received message", () => {
    expect(stateWords(textMessage(1, CHAT, "in", "Hello", AT), mara("online"))).toBe(null);
  });
});

describe("recipientWords", () => {
  it.each<[MessageState, string]>([
    ["queued", "Not sent yet"],
    ["handed", "Handed to the relay 3 March 2026 at 14:32:00"],
    ["delivered", "Delivered 3 March 2026 at 14:32:00"],
    ["failed", "Not sent"],
  ])("%s", (state, text) => {
    expect(recipientWords({ contact: contactIdOf(1), state, stateAt: AT })).toBe(text);
  });
});

describe("on a computer that the identity has left", () => {
  it("what waits does not promise to go out", () => {
    const words = { mark: "waiting", text: "Not sent. This identity moved to another computer" };
    for (const reach of ["online", "away", "offline"] as const) {
      expect(stateWords(own("queued"), mara(reach), true)).toEqual(words);
    }
    expect(stateWords(own("failed"), mara("offline"), true)?.text).toBe("Not sent");
    expect(spokenMessage(own("queued"), mara("offline"), true)).toContain(
      "Not sent. This identity",
    );
  });

  it("what a relay has does not promise to be sent again", () => {
    const [handed, secure] = [own("handed"), secureContact("Mara", AT)];
    expect(stateWords(handed, secure)?.text).toContain("sent again by itself");
    const left = stateWords(handed, secure, true);
    expect(left?.mark).toBe("handed");
    expect(left?.text).toBe(
      "Handed to the relay 14:32. Mara’s app has not confirmed it, and it is not sent again from here",
    );
  });
});

describe("spokenMessage", () => {
  it("names who, when, what and how far", () => {
    expect(spokenMessage(own("failed"), mara("online"))).toBe("You, 14:32, Hello, Not sent");
    expect(spokenMessage(textMessage(1, CHAT, "in", "Hi", AT), mara("online"))).toBe(
      "Mara, 14:32, Hi",
    );
  });

  it("does not read a whole book", () => {
    const long = textMessage(1, CHAT, "in", "word ".repeat(1_000), AT);
    expect(spokenMessage(long, mara("online")).length).toBeLessThan(330);
  });
});

describe("quoted", () => {
  it("gives times and names in order", () => {
    const text = quoted([textMessage(1, CHAT, "in", "Hi", AT), own(null)], "Mara");
    expect(text).toBe("[3 March 2026 at 14:32:00] Mara: Hi\n[3 March 2026 at 14:32:00] You: Hello");
  });
});
