/** The fake engine once the identity has moved to another computer (P-55): it answers as the real one. */

import { expect, test } from "vitest";
import { contactOf } from "~/state/chatKind";
import type { ContactView } from "./bindings";
import type { CommandName, Commands } from "./commands";
import { FakeEngine } from "./fake";
import { numberOf, verifyCodeOf } from "./fake/verification";

const MOVED = { code: "moved" };

/** An engine whose identity moved after a contact was verified, that contact, and its chat. */
async function stopped() {
  const engine = new FakeEngine("demo");
  const chat = engine.world.chats.find((row) => contactOf(row).publicKey !== null);
  if (!chat) throw new Error("the scenario has nobody whose key is known");
  const contact = contactOf(chat);
  const digits = numberOf(contact);
  await engine.invoke("check_digits", { contact: contact.id, digits, cameFrom: "outside_sotto" });
  engine.world.profile = { ...engine.world.profile, movedAt: Date.now() };
  return { engine, chat: chat.id, contact };
}

const comparing = ({ id, userId }: ContactView, digits: string) =>
  [
    ["show_own_code", { contact: id }],
    ["check_code", { contact: id, code: verifyCodeOf(userId), cameFrom: "camera" }],
    ["check_code", { contact: id, code: verifyCodeOf(userId), cameFrom: null }],
    ["check_digits", { contact: id, digits, cameFrom: "outside_sotto" }],
    ["check_digits", { contact: id, digits: "1", cameFrom: null }],
    ["answer_seen", { contact: id, seen: true }],
    ["answer_seen", { contact: id, seen: false }],
    ["mark_verified", { contact: id, verified: true }],
  ] as const satisfies readonly [CommandName, unknown][];

test("whoever moved away compares nothing and marks nobody", async () => {
  const { engine, contact } = await stopped();
  engine.proveScan(contact.id);
  for (const [command, args] of comparing(contact, numberOf(contact)))
    await expect(engine.invoke(command, args as Commands[typeof command]["args"])).rejects.toEqual(
      MOVED,
    );
});

test("and sends nothing and invites nobody", async () => {
  const { engine, chat } = await stopped();
  const link = "sotto:add#x";
  await expect(engine.invoke("send_text", { chat, text: "hello" })).rejects.toEqual(MOVED);
  await expect(engine.invoke("create_invite", { ttlSecs: null })).rejects.toEqual(MOVED);
  await expect(engine.invoke("contact_card", {})).rejects.toEqual(MOVED);
  await expect(
    engine.invoke("add_by_link", { link, name: "", allowPrivate: false, byCamera: false }),
  ).rejects.toEqual(MOVED);
  await expect(engine.invoke("update_profile", { patch: { name: "Ada" } })).rejects.toEqual(MOVED);
});

test("but reads the number, says that keys differ, and takes a mark back", async () => {
  const { engine, chat, contact } = await stopped();
  const trust = () =>
    engine.world.chats.map(contactOf).find(({ id }) => id === contact.id)?.trust.kind;
  expect(trust()).toBe("verified");
  const { digits } = await engine.invoke("safety_number", { chat });
  expect(digits).toBe(numberOf(contact));
  await engine.invoke("mark_verified", { contact: contact.id, verified: false });
  await engine.invoke("they_differ", { contact: contact.id });
  await engine.invoke("close_own_code", { contact: contact.id });
  expect(trust()).toBe("unverified");
});
