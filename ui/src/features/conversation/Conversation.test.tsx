import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { ChatId, MessageView } from "~/ipc/bindings";
import { contactIdOf, keyOf, spansOf, withContact } from "~/ipc/fake/material";
import { contactOf } from "~/state/chatKind";
import { expectNoAxeFaults } from "~/test/axe";
import { contactIn, openChatOf, openWindow } from "~/test/window";

const MARA = 1 as ChatId;

const withText = (message: MessageView, text: string): MessageView => ({
  ...message,
  body: { kind: "text", text, spans: spansOf(text) },
});

/** The window with the last message of Mara's chat changed. */
async function openMara(change: (message: MessageView) => MessageView = (message) => message) {
  const window = await openWindow("demo", (world) => {
    const rows = world.messages.get(MARA) ?? [];
    const last = rows.at(-1);
    if (last) rows[rows.length - 1] = change(last);
  });
  await openChatOf(window, "Mara");
  const articles = await screen.findAllByRole("article");
  return { ...window, articles, last: articles.at(-1) ?? document.body };
}

describe("the message list", () => {
  it("is one stop of Tab and is walked by arrows", async () => {
    const { user, articles, last } = await openMara();
    expect(articles.filter((row) => row.tabIndex === 0)).toEqual([last]);
    last.focus();
    await user.keyboard("{ArrowUp}");
    expect(document.activeElement).toBe(articles.at(-2));
    await user.keyboard("{Home}");
    expect(document.activeElement).toBe(articles[0]);
  });

  it("names each message: who, when, what, how far", async () => {
    const { articles } = await openMara();
    expect(articles.at(-2)?.getAttribute("aria-label")).toMatch(
      /^You, \d\d:\d\d, Ground control points are in the second folder\., Handed to the relay \d\d:\d\d\./,
    );
  });

  it("speaks what comes in, and only that", async () => {
    const { engine, user } = await openMara();
    const log = screen.getByRole("log");
    expect(log.textContent).toBe("");
    act(() => void engine.receive(MARA, "On my way"));
    await waitFor(() => expect(log.textContent).toBe("Mara Lindqvist: On my way"));
    await user.type(screen.getByTestId("composer"), "Good{Enter}");
    await screen.findByText("Good", { selector: "article span" });
    expect(log.textContent).toBe("Mara Lindqvist: On my way");
  });

  it("shows text as text, whatever it looks like", async () => {
    const text = "<script>alert(1)</script><b>bold</b> javascript:alert(1)";
    const { last } = await openMara((message) => withText(message, text));
    expect(last.textContent).toContain(text);
    expect(last.querySelector("script, b, a")).toBe(null);
  });

  it("shows the beginning of a very long text until asked", async () => {
    const { user, last } = await openMara((message) => withText(message, "line\n".repeat(9_000)));
    expect(last.textContent?.length).toBeLessThan(1_000);
    await user.click(within(last).getByRole("button", { name: "Show all" }));
    expect(last.textContent?.length).toBeGreaterThan(40_000);
  });

  it("says hello where nothing has been said", async () => {
    const window = await openWindow("demo", (world) => {
      world.messages.set(MARA, []);
    });
    await openChatOf(window, "Mara");
    expect(await screen.findByText(/Say hello to/)).toBeTruthy();
  });
});

describe("actions of a message", () => {
  it("Delete asks first, then removes it here only", async () => {
    const { user, calls, last } = await openMara();
    last.focus();
    await user.keyboard("{Shift>}{F10}{/Shift}");
    await screen.findByRole("menu");
    await expectNoAxeFaults();
    await user.click(screen.getByRole("menuitem", { name: "Delete for me" }));
    const question = await screen.findByRole("alertdialog");
    expect(question.textContent).toContain("will not be sent");
    await user.click(within(question).getByRole("button", { name: "Delete" }));
    await waitFor(() => expect(last.isConnected).toBe(false));
    expect(calls("delete_message")).toHaveLength(1);
  });

  it("Ctrl C copies the message that has the focus", async () => {
    const { user, articles } = await openMara();
    articles[1]?.focus();
    await user.keyboard("{Control>}c{/Control}");
    await waitFor(async () =>
      expect(await navigator.clipboard.readText()).toBe(
        "Morning! Did the survey files make it off the drone?",
      ),
    );
  });

  it("Info tells all that is known", async () => {
    const { user, articles } = await openMara();
    articles[1]?.focus();
    await user.keyboard("{Enter}");
    await user.click(await screen.findByRole("menuitem", { name: "Info" }));
    const dialog = await screen.findByRole("dialog", { name: "Message info" });
    expect(await within(dialog).findByText("Encrypted, no forward secrecy")).toBeTruthy();
    expect(within(dialog).getByText("52 bytes")).toBeTruthy();
    await expectNoAxeFaults();
  });

  it("Info of a message to several people tells how far it came with each", async () => {
    const { user, last } = await openMara((message) => ({
      ...message,
      state: "handed",
      deliveredTo: 2,
      recipients: 3,
    }));
    expect(last.getAttribute("aria-label")).toMatch(/Delivered to 2 of 3$/);
    last.focus();
    await user.keyboard("{Enter}");
    await user.click(await screen.findByRole("menuitem", { name: "Info" }));
    const told = (await screen.findAllByTestId("info-recipient")).map((row) => row.textContent);
    expect(told).toHaveLength(3);
    expect(told[0]).toMatch(/^Mara LindqvistDelivered \d/);
    expect(told[1]).toMatch(/^Jonas WeberDelivered \d/);
    expect(told[2]).toMatch(/^Priya RamanHanded to the relay \d/);
    expect(screen.queryByText("Delivered")).toBe(null);
    await expectNoAxeFaults();
  });

  it("a failed message says why and is tried again", async () => {
    const { user, calls, last } = await openMara((message) => ({
      ...message,
      state: "failed",
      failure: "too_large",
    }));
    expect(within(last).getByTestId("message-failed").textContent).toContain(
      "Not sent. It is too long.",
    );
    await expectNoAxeFaults();
    await user.click(within(last).getByRole("button", { name: "Try again" }));
    expect(calls("retry_message")).toHaveLength(1);
  });

  it("a failed message is not tried again on a computer that the identity has left", async () => {
    const { user, engine, last } = await openMara((message) => ({ ...message, state: "failed" }));
    act(() => {
      const profile = { ...engine.world.profile, movedAt: Date.now() };
      engine.emit({ kind: "profile_changed", profile });
    });
    const line = within(last).getByTestId("message-failed");
    expect(within(line).queryByRole("button", { name: "Try again" })).toBeNull();
    within(line).getByRole("button", { name: "Delete" });
    last.focus();
    await user.keyboard("{Enter}");
    await screen.findByRole("menuitem", { name: "Info" });
    expect(screen.queryByRole("menuitem", { name: "Try again" })).toBeNull();
    await expectNoAxeFaults();
  });

  it("a link is opened only after a question that names its host", async () => {
    const { user, calls } = await openMara((message) => ({
      ...message,
      body: {
        kind: "text",
        text: "bank.example",
        spans: [{ kind: "link", text: "bank.example", url: "https://evil.example/login" }],
      },
    }));
    await user.click(screen.getByRole("link", { name: "bank.example" }));
    const question = await screen.findByRole("alertdialog", { name: "Open evil.example?" });
    expect(question.textContent).toContain("https://evil.example/login");
    expect(question.textContent).toContain("shows another address");
    expect(calls("open_link")).toHaveLength(0);
    await user.click(within(question).getByRole("button", { name: "Open" }));
    expect(calls("open_link")).toEqual([{ url: "https://evil.example/login" }]);
  });
});

describe("another name for a contact's key", () => {
  it("gets what is written only once the person lets it", async () => {
    const other = "pri\u202eya2";
    const window = await openWindow("demo", (world) => {
      const chat = world.chats.find((row) => row.id === (3 as ChatId));
      if (chat) Object.assign(contactOf(chat), { keyChange: null, otherName: other });
    });
    await openChatOf(window, "Priya");
    const banner = await screen.findByTestId("name-banner");
    expect(banner.textContent).toContain("lists Priya Raman’s key under another name");
    expect(banner.querySelector("bdi")).not.toBe(null);
    await expectNoAxeFaults();
    await window.user.click(within(banner).getByRole("button", { name: "Write there" }));
    await waitFor(() => expect(screen.queryByTestId("name-banner")).toBe(null));
    expect(window.calls("use_name")).toEqual([{ contact: contactIdOf(3), name: other }]);
  });
});

describe("another key", () => {
  it("is said loudly and used only after a question", async () => {
    const window = await openWindow();
    await openChatOf(window, "Priya");
    const banner = await screen.findByRole("alert");
    expect(banner.textContent).toContain("Somebody using the name of Priya Raman has another key");
    expect(banner.textContent).toContain("2 messages from it wait.");
    await expectNoAxeFaults();
    await window.user.click(within(banner).getByRole("button", { name: "Use the new key" }));
    const question = await screen.findByRole("alertdialog");
    expect(window.calls("decide_key")).toHaveLength(0);
    await window.user.click(within(question).getByRole("button", { name: "Use the new key" }));
    await waitFor(() => expect(screen.queryByTestId("key-banner")).toBe(null));
    expect(window.calls("decide_key")).toEqual([
      { contact: contactIdOf(3), key: keyOf("priya 2"), accept: true },
    ]);
  });

  it("can be ignored at once", async () => {
    const window = await openWindow();
    await openChatOf(window, "Priya");
    await window.user.click(await screen.findByTestId("key-ignore"));
    await waitFor(() =>
      expect(window.calls("decide_key")).toEqual([
        { contact: contactIdOf(3), key: keyOf("priya 2"), accept: false },
      ]),
    );
  });

  it("is compared as a key with the key of a secure session, not with the identity", async () => {
    const window = await openWindow("secure");
    await openChatOf(window, "Priya");
    await window.user.click(await screen.findByTestId("key-compare"));
    const dialog = await screen.findByRole("dialog");
    const value = (id: string) => within(dialog).getByTestId(id).dataset.value;
    const priya = contactIn(window, 3);
    expect(value("key-old")).toBe(priya?.publicKey);
    expect(value("key-new")).toBe(keyOf("priya 2"));
  });

  it("is compared by fingerprints of one kind with a client of the guide", async () => {
    const window = await openWindow();
    await openChatOf(window, "Priya");
    await window.user.click(await screen.findByTestId("key-compare"));
    const dialog = await screen.findByRole("dialog");
    const value = (id: string) => within(dialog).getByTestId(id).dataset.value;
    const priya = contactIn(window, 3);
    expect(value("key-old")).toBe(priya?.fingerprint);
    expect(value("key-new")).toBe(priya?.keyChange?.fingerprint);
  });

  it("of a verified contact stands in place of the composer", async () => {
    const window = await openWindow("secure");
    await openChatOf(window, "Priya");
    expect((await screen.findByTestId("key-banner")).textContent).toContain(
      "Priya Raman’s security key changed on",
    );
    expect(screen.queryByTestId("composer")).toBe(null);
    expect(screen.getByTestId("tag-key-changed")).toBeTruthy();
    await expectNoAxeFaults();
    await window.user.click(screen.getByRole("button", { name: "Accept as unverified" }));
    const question = await screen.findByRole("alertdialog");
    expect(question.textContent).toContain("no longer marked as verified");
    await window.user.click(within(question).getByRole("button", { name: "Accept as unverified" }));
    await waitFor(() => expect(screen.queryByTestId("key-choice")).toBe(null));
    expect(screen.getByTestId("composer")).toBeTruthy();
    expect(screen.getByTestId("tag-unverified")).toBeTruthy();
  });

  it("is decided as it was seen, and everything is read anew when yet another one came", async () => {
    const window = await openWindow();
    await openChatOf(window, "Priya");
    await window.user.click(await screen.findByTestId("key-accept"));
    const question = await screen.findByRole("alertdialog");
    const third = { publicKey: keyOf("priya 3"), fingerprint: "3".repeat(64) };
    act(() => {
      const { world } = window.engine;
      world.chats = world.chats.map((row) => {
        const { keyChange } = contactOf(row);
        return keyChange ? withContact(row, { keyChange: { ...keyChange, ...third } }) : row;
      });
    });
    await window.user.click(within(question).getByRole("button", { name: "Use the new key" }));
    await waitFor(() => expect(screen.queryByRole("alertdialog")).toBe(null));
    expect(window.calls("decide_key")).toEqual([
      { contact: contactIdOf(3), key: keyOf("priya 2"), accept: true },
    ]);
    expect(await screen.findByText(/Compare again\./)).toBeTruthy();
    await window.user.click(screen.getByTestId("key-compare"));
    expect(await screen.findByText("3333 ".repeat(16).trim())).toBeTruthy();
  });
});

describe("a contact by link", () => {
  it("is asked about in the chat, and marked when the person affirms", async () => {
    const window = await openWindow("secure");
    await openChatOf(window, "Jonas");
    const banner = await screen.findByTestId("link-banner");
    expect(banner.textContent).toContain("Did this link come to you directly from Jonas Weber");
    await expectNoAxeFaults();
    await window.user.click(within(banner).getByRole("button", { name: "Yes, mark as verified" }));
    await waitFor(() => expect(screen.queryByTestId("link-banner")).toBe(null));
    expect(window.calls("mark_verified")).toEqual([{ contact: contactIdOf(2), verified: true }]);
    expect(screen.getByTestId("tag-verified")).toBeTruthy();
    const lines = (await screen.findAllByRole("article")).map((row) => row.textContent);
    expect(lines.at(-1)).toBe("You marked Jonas Weber as verified");
    expect(document.activeElement).not.toBe(document.body);
  });

  it("is not asked about again in the chat once it was put off", async () => {
    const window = await openWindow("secure");
    await openChatOf(window, "Elif");
    const banner = await screen.findByTestId("link-banner");
    expect(banner.textContent).toContain("Did you give your link directly to Elif Demir");
    await window.user.click(within(banner).getByRole("button", { name: "Not now" }));
    expect(screen.queryByTestId("link-banner")).toBe(null);
    expect(window.calls("mark_verified")).toEqual([]);
    // The details still offer it.
    await window.user.click(screen.getByTestId("mark-again"));
    expect(await screen.findByTestId("link-banner")).toBeTruthy();
  });
});

describe("a secure chat", () => {
  it("says of each message how far it came and what protected it", async () => {
    const window = await openWindow("secure");
    await openChatOf(window, "Mara");
    const articles = await screen.findAllByRole("article");
    const names = articles.map((row) => row.getAttribute("aria-label") ?? "");
    expect(names.some((name) => /Delivered to Mara Lindqvist’s device \d\d:\d\d$/.test(name))).toBe(
      true,
    );
    const told = articles.find((row) => row.dataset.state === "delivered") ?? document.body;
    await window.user.pointer({ keys: "[MouseRight]", target: told });
    await window.user.click(await screen.findByTestId("message-info-open"));
    const dialog = await screen.findByTestId("message-info");
    await within(dialog).findByText("Secure session: forward secrecy, post-quantum");
    expect(within(dialog).getByText("Delivered")).toBeTruthy();
    expect(within(dialog).getByText("Encrypted to the identity")).toBeTruthy();
    expect(within(dialog).getByText("Relay").nextElementSibling?.textContent).toBe("This computer");
  });

  it("speaks the lines of the program that ask for something", async () => {
    const window = await openWindow("secure");
    await openChatOf(window, "Mara");
    await screen.findAllByRole("article");
    act(() => window.engine.addLine(MARA, "session_renewed"));
    act(() => window.engine.addLine(MARA, "downgrade_refused"));
    await waitFor(() =>
      expect(screen.getByRole("log").textContent).toBe(
        "A message without forward secrecy came under Mara Lindqvist’s key and was refused. Ask Mara Lindqvist whether they sent it.",
      ),
    );
  });
});

describe("search in the chat", () => {
  const count = () => screen.getByTestId("find-count").textContent;
  const marked = () => [...document.querySelectorAll("article mark")].map((one) => one.textContent);
  const shown = () => document.querySelector("article[class*=hit]")?.getAttribute("aria-label");

  async function find(words: string, of = openMara()) {
    const window = await of;
    await window.user.keyboard("{Control>}f{/Control}");
    const field = await screen.findByTestId("find-field");
    await waitFor(() => expect(document.activeElement).toBe(field));
    await window.user.type(field, words);
    return { ...window, field };
  }

  it("that finds nothing goes on in all chats", async () => {
    const { user, calls } = await find("works");
    await user.click(await screen.findByRole("button", { name: "Search all chats" }));
    expect(screen.queryByTestId("find-bar")).toBe(null);
    const palette = await screen.findByTestId<HTMLInputElement>("palette-field");
    expect(palette.value).toBe("works");
    await waitFor(() => expect(calls("search").at(-1)).toMatchObject({ query: { text: "works" } }));
    expect((await screen.findByTestId("search-hit")).textContent).toContain("that key works");
  });

  it("says which of how many, marks the words and goes round from result to result", async () => {
    const { user, calls } = await find("the");
    await waitFor(() => expect(count()).toMatch(/^1 of \d/));
    expect(calls("find_in_chat").at(-1)).toMatchObject({ query: { chat: MARA, text: "the" } });
    const all = Number(/\d+$/.exec(count() ?? "")?.[0]);
    expect(all).toBeGreaterThan(2);
    expect(new Set(marked().map((word) => word?.toLowerCase()))).toEqual(new Set(["the"]));
    const newest = shown();
    await user.keyboard("{Enter}");
    expect(count()).toBe(`2 of ${all}`);
    expect(shown()).not.toBe(newest);
    await expectNoAxeFaults();
    await user.keyboard("{Shift>}{Enter}{/Shift}{Shift>}{Enter}{/Shift}");
    expect(count()).toBe(`${all} of ${all}`);
    await user.keyboard("{F3}");
    expect(count()).toBe(`1 of ${all}`);
    await user.keyboard("{Control>}g{/Control}{Control>}{Shift>}g{/Shift}{/Control}");
    expect(count()).toBe(`1 of ${all}`);
    await user.keyboard("{Escape}");
    expect(screen.queryByTestId("find-bar")).toBe(null);
    expect(marked()).toEqual([]);
  });

  it("is closed by Escape from the messages, too, and F3 goes on from there", async () => {
    const { user, articles } = await find("the");
    await waitFor(() => expect(count()).toMatch(/^1 of/));
    articles[0]?.focus();
    await user.keyboard("{F3}");
    expect(count()).toMatch(/^2 of/);
    await user.keyboard("{Escape}");
    expect(screen.queryByTestId("find-bar")).toBe(null);
  });

  it("marks what is written otherwise, also in links, and cuts no character", async () => {
    const text = "Ich komme nach \u0130zm\u0131r\u{1f3fb} https://izmir.example/izmir";
    const of = openMara((message) => ({
      ...message,
      body: {
        kind: "text",
        text,
        spans: [
          { kind: "text", text: text.slice(0, text.indexOf("https")) },
          {
            kind: "link",
            text: "https://izmir.example/izmir",
            url: "https://izmir.example/izmir",
          },
        ],
      },
    }));
    await find("izmir", of);
    await waitFor(() => expect(count()).toBe("1 of 1"));
    expect(marked()).toEqual(["\u0130zm\u0131r\u{1f3fb}", "izmir", "izmir"]);
    expect(screen.getByRole("link", { name: "https://izmir.example/izmir" })).toBeTruthy();
  });

  it("shows the rest of a long text if what was found stands there", async () => {
    const long = `${"line\n".repeat(900)}zebra`;
    const { last } = await find(
      "zebra",
      openMara((message) => withText(message, long)),
    );
    await waitFor(() => expect(last.textContent).toContain("zebra"));
    await waitFor(() => expect(marked()).toEqual(["zebra"]));
  });
});

describe("typing anywhere in a chat", () => {
  const composer = () => screen.getByTestId<HTMLTextAreaElement>("composer");

  it("writes into the composer, from messages, rows and buttons", async () => {
    const { user, articles } = await openMara();
    for (const element of [articles[1], screen.getAllByTestId("chat-row")[2]]) {
      element?.focus();
      await user.keyboard("a");
      expect(document.activeElement).toBe(composer());
    }
    (document.activeElement as HTMLElement).blur();
    await user.keyboard("b c");
    expect(composer().value).toBe("aab c");
  });

  it("leaves keys to what has a use for them", async () => {
    const { user, articles } = await openMara();
    articles[1]?.focus();
    await user.keyboard("{ArrowUp}{F2}{Control>}c{/Control}");
    expect(document.activeElement).toBe(articles[0]);
    await user.keyboard(" ");
    expect(document.activeElement).toBe(articles[0]);
    await user.keyboard("{Control>}f{/Control}");
    await user.keyboard("letters");
    expect(screen.getByTestId<HTMLInputElement>("find-field").value).toBe("letters");
    expect(composer().value).toBe("");
  });

  it("waits while a dialog is open", async () => {
    const { user } = await openMara();
    await user.keyboard("{Control>},{/Control}");
    // It is fetched first.
    const dialog = await screen.findByTestId("settings-dialog", {}, { timeout: 4_000 });
    await waitFor(() => expect(dialog.contains(document.activeElement)).toBe(true));
    await user.keyboard("x");
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByTestId("settings-dialog")).toBe(null));
    expect(composer().value).toBe("");
  });
});
