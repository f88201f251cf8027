import { describe, expect, it } from "vitest";
import type { ChatId } from "~/ipc/bindings";
import { contact, emptyChat } from "~/ipc/fake/material";
import { neighbour } from "./navigate";

const chats = [0, 3, 0, 1].map((unread, index) =>
  emptyChat(index + 1, contact(`c${index}`, 0), { unread }),
);

describe("neighbour", () => {
  it.each<[number | null, 1 | -1, boolean, number | null]>([
    [1, 1, false, 2],
    [2, -1, false, 1],
    [1, -1, false, null],
    [4, 1, false, null],
    [null, 1, false, 1],
    [null, -1, false, 4],
    [1, 1, true, 2],
    [2, 1, true, 4],
    [4, -1, true, 2],
    [2, -1, true, null],
  ])("of %j by %d, unread only: %s", (from, by, unreadOnly, expected) => {
    expect(neighbour(chats, from as ChatId | null, by, unreadOnly)).toBe(expected);
  });
});
