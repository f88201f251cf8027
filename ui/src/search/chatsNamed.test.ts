// @vitest-environment node
import { describe, expect, it } from "vitest";
import type { ChatId, ChatView } from "~/ipc/bindings";
import { contact } from "~/ipc/fake/material";
import { chatsNamed } from "./chatsNamed";

const chats: ChatView[] = ["Tomás Oliveira", "Mara Lindqvist", "Oliver Tomason", "שירה"].map(
  (name, index) => ({
    id: index as ChatId,
    contact: contact(name, 0, { userId: `id-${index}` }),
    last: null,
    unread: 0,
    waiting: 0,
    draft: "",
    activityAt: 0,
  }),
);

const names = (words: string, most = 9) =>
  chatsNamed(chats, words, most).map((chat) => chat.contact.name);

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
