// @vitest-environment node
import { describe, expect, it } from "vitest";
import type { ChatId, Direction, MessageId, MessageView } from "~/ipc/bindings";
import { rowsOf } from "./rows";

const DAY = 86_400_000;
const NOON = new Date(2026, 2, 3, 12).getTime();

function message(id: number, direction: Direction, at = NOON): MessageView {
  return {
    id: id as MessageId,
    chat: 1 as ChatId,
    direction,
    body:
      direction === "system"
        ? { kind: "system", line: "contact_added" }
        : { kind: "text", text: "x", spans: [] },
    at,
    state: null,
    stateAt: null,
    deliveredTo: 0,
    recipients: 0,
    failure: null,
  };
}

/** d = day chip, u = unread line, i/o/s = message, capital = joined to the one before. */
function picture(messages: MessageView[], unread: number | null = null): string {
  return rowsOf(messages, unread as MessageId | null)
    .map((row) => {
      if (row.kind !== "message") return row.kind.slice(0, 1);
      const letter = { in: "i", out: "o", system: "s" }[row.message.direction];
      return row.joined ? letter.toUpperCase() : letter;
    })
    .join("");
}

describe("rowsOf", () => {
  it.each<[string, MessageView[], number | null, string]>([
    ["nothing", [], null, ""],
    ["one message", [message(1, "in")], null, "di"],
    ["a run of one side is joined", [1, 2, 3].map((id) => message(id, "in")), null, "diII"],
    ["the other side begins a run", [message(1, "in"), message(2, "out")], null, "dio"],
    ["the unread line breaks a run", [1, 2].map((id) => message(id, "in")), 2, "diui"],
    ["lines of ours are never joined", [1, 2].map((id) => message(id, "system")), null, "dss"],
    ["a new day breaks a run", [message(1, "in"), message(2, "in", NOON + DAY)], null, "didi"],
    [
      "a clock that went back makes no second chip",
      [message(1, "in", NOON + DAY), message(2, "in", NOON), message(3, "in", NOON + DAY)],
      null,
      "diII",
    ],
    ["an unread line elsewhere is not drawn", [message(1, "in")], 99, "di"],
  ])("%s", (_, messages, unread, expected) => {
    expect(picture(messages, unread)).toBe(expected);
  });

  it("gives each row its own key", () => {
    const keys = rowsOf(
      [message(1, "in"), message(2, "in", NOON + DAY), message(3, "out", NOON + 2 * DAY)],
      2 as MessageId,
    ).map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
