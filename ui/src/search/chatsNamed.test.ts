// @vitest-environment node

import { describe, expect, it } from "vitest";
import { contact, emptyChat } from "~/ipc/fake/material";
import { chatName } from "~/state/chatKind";
import { chatsNamed } from "./chatsNamed";

const chats = ["Tomás Oliveira", "Mara Lindqvist", "Oliver Tomason", "שירה"].map((name, index) =>
  emptyChat(index, contact(name, 0, { userId: `id-${index}` })),
);

const names = (words: string, most = 9) => chatsNamed(chats, words, most).map(chatName);

describe("chatsNamed", () => {
  it.each([
    ["", []],
    ["tomas", ["Tomás Oliveira", "Oliver Tomason"]],
    ["OLIV", ["Oliver Tomason", "Tomás Oliveira"]],
    ["tom oliv", ["Tomás Oliveira", "Oliver Tomason"]],
    ["שיר", ["שירה"]],
    ["id-1", ["Mara Lindqvist"]],
    ["nobody", []],
  ])("%j", (words, expected) => {
    expect(names(words)).toEqual(expected);
  });

  it("gives no more than asked", () => {
    expect(names("i", 2)).toHaveLength(2);
  });
});
