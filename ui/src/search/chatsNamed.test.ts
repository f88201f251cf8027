// @vitest-environment node

import { describe, expect, it, vi } from "vitest";
import { contact, emptyChat } from "~/ipc/fake/material";
import { chatName } from "~/state/chatKind";
import { chatsNamed } from "./chatsNamed";

const chats = [
  "Tomás Oliveira",
  "Mara Lindqvist",
  "Oliver Tomason",
  "שירה",
  "İzmir Ekibi",
  "Σίσυφος",
  "كِتَابٌ",
  "한국".normalize("NFD"),
].map((name, index) => emptyChat(index, contact(name, 0, { userId: `id-${index}` })));

const names = (words: string, most = 9) => chatsNamed(chats, words, most).map(chatName);

describe("chatsNamed", () => {
  it.each([
    ["", []],
    ["tomas", ["Tomás Oliveira", "Oliver Tomason"]],
    ["OLIV", ["Oliver Tomason", "Tomás Oliveira"]],
    ["tom oliv", ["Tomás Oliveira", "Oliver Tomason"]],
    ["שיר", ["שירה"]],
    ["id-1", ["Mara Lindqvist"]],
    ["izmir", ["İzmir Ekibi"]],
    ["IZMIR", ["İzmir Ekibi"]],
    ["σισυφος", ["Σίσυφος"]],
    ["كتاب", ["كِتَابٌ"]],
    ["한국", ["한국".normalize("NFD")]],
    ["nobody", []],
  ])("%j", (words, expected) => {
    expect(names(words)).toEqual(expected);
  });

  it("finds the same where the system speaks Turkish", () => {
    const small = String.prototype.toLocaleLowerCase;
    const turkish = vi.spyOn(String.prototype, "toLocaleLowerCase").mockImplementation(function (
      this: string,
    ) {
      return small.call(this, "tr");
    });
    expect(names("izmir")).toEqual(["İzmir Ekibi"]);
    expect(names("IZMIR")).toEqual(["İzmir Ekibi"]);
    turkish.mockRestore();
  });

  it("gives no more than asked", () => {
    expect(names("i", 2)).toHaveLength(2);
  });
});
