/**
 * An engine in memory with the manners of the real one, for the gallery, the dev server and
 * component tests. It is not in the production bundle. It encrypts nothing and talks to nobody.
 */
import { contactOf } from "~/state/chatKind";
import { type Mark, marksIn, soughtIn } from "../search/marks";
import type {
  ChatId,
  ChatView,
  ContactId,
  ContactView,
  ErrorCode,
  Event,
  FrameView,
  InviteId,
  InviteView,
  LinkView,
  MessageId,
  MessagePage,
  MessageView,
  PageQuery,
  PlacesPage,
  PlacesQuery,
  RelayId,
  RelayProblem,
  RelayTest,
  RequestId,
  SearchPage,
  SearchQuery,
  SystemLine,
  Trust,
  Update,
  Verdict,
  VerifiedBy,
} from "./bindings";
import type { CloseAsked, CommandName, Commands, Place, Transport } from "./commands";
import { fakeCode, linkOf, readFakeLink } from "./fake/links";
import {
  contact,
  DAY,
  emptyChat,
  invite,
  keyOf,
  secureContact,
  textMessage,
  withContact,
} from "./fake/material";
import { isRefusedOnceMoved } from "./fake/moved";
import {
  freshMessageId,
  lastLineOf,
  relay,
  type ScenarioName,
  system,
  thisComputer,
  type World,
  worldOf,
} from "./fake/scenarios";
import {
  CODE_TTL,
  numberOf,
  readFakeCode,
  readFakeDigits,
  verifyCodeOf,
} from "./fake/verification";

export type { ScenarioName } from "./fake/scenarios";

/** The passphrase that opens the fake history. */
export const RIGHT_PASSPHRASE = "correct horse battery staple";

export interface FakeOptions {
  /** How long a slow thing (Argon2, a relay test) takes, ms. */
  readonly slow?: number;
}

type Args = Commands[CommandName]["args"];
type Handlers = {
  readonly [C in CommandName]: (
    args: Commands[C]["args"],
  ) => Promise<Commands[C]["gives"]> | Commands[C]["gives"];
};

function refuse(code: ErrorCode): never {
  throw { code };
}

export class FakeEngine implements Transport {
  readonly world: World;
  /** Every command that was called, for tests. */
  readonly calls: { command: CommandName; args: Args }[] = [];
  private readonly slow: number;
  private listener: ((update: Update) => void) | null = null;
  private seq = 0;
  private wrongTries = 0;
  private placeWanted: (() => void) | null = null;
  private place: Place | null = null;
  private closeAsked: ((asked: CloseAsked) => void) | null = null;
  private linkOpened: (() => void) | null = null;
  private pictureDropped: (() => void) | null = null;
  private opened: { link: string } | { code: ErrorCode } | null = null;
  /** What pasting does not bring, as in WebKitGTK. */
  clipboardPicture: ArrayBuffer | null = null;
  /** Null where the page reads it itself. */
  clipboardText: string | null = null;
  /** What the dialog for a picture gives: the text of its code, null if the person closes it. */
  chosenPicture: string | null = linkOf("invite", "anouk");
  /** The text of the code on the screen. */
  screenCode: string | null = null;
  /** What is before the camera. */
  inSight: FrameView = { kind: "nothing" };
  /** Looks at frames in place of that, where somebody has a real decoder. */
  lookAt: ((frame: Uint8Array) => Promise<FrameView>) | null = null;
  private scanning = false;
  private scans = 0;
  /** Why the system shows no notifications. */
  notificationFault: ErrorCode | null = null;
  startsAtLogin = false;
  /** Whether the dialog for saving a picture is closed without saving. */
  savingCancelled = false;

  constructor(scenario: ScenarioName | World = "demo", options: FakeOptions = {}) {
    this.world = typeof scenario === "string" ? worldOf(scenario, Date.now()) : scenario;
    this.slow = options.slow ?? 0;
  }

  /** What it answers. */
  get commands(): readonly string[] {
    return Object.keys(this.handlers);
  }

  async invoke<C extends CommandName>(
    command: C,
    args: Commands[C]["args"],
  ): Promise<Commands[C]["gives"]> {
    this.calls.push({ command, args });
    if (this.world.profile.movedAt !== null && isRefusedOnceMoved(command, args)) refuse("moved");
    const handler: Handlers[C] = this.handlers[command];
    return handler(args);
  }

  async subscribe(onUpdate: (update: Update) => void): Promise<void> {
    this.listener = onUpdate;
    this.seq = 0;
    this.emit({ kind: "phase", phase: this.world.phase });
    if (this.world.phase.kind === "ready") this.emitSnapshot();
  }

  onPlaceWanted(callback: () => void): () => void {
    this.placeWanted = callback;
    queueMicrotask(() => this.placeWanted === callback && callback());
    return () => {
      this.placeWanted = null;
    };
  }

  /** As if a notification of this chat, or of requests, were clicked. */
  clickNotification(chat: ChatId | "requests"): void {
    this.place = chat === "requests" ? { kind: "requests" } : { kind: "chat", chat };
    this.placeWanted?.();
  }

  onCloseAsked(callback: (asked: CloseAsked) => void): () => void {
    this.closeAsked = callback;
    return () => {
      this.closeAsked = null;
    };
  }

  /** As if the window's own button for it were pressed. */
  askClose(tray: boolean): void {
    const { closing } = this.world.settings;
    this.closeAsked?.({ leads: closing, tray });
  }

  onLinkOpened(callback: () => void): () => void {
    this.linkOpened = callback;
    queueMicrotask(() => this.linkOpened === callback && callback());
    return () => {
      this.linkOpened = null;
    };
  }

  onPictureDropped(callback: () => void): () => void {
    this.pictureDropped = callback;
    return () => {
      this.pictureDropped = null;
    };
  }

  /** As if a picture were dropped onto the window; what it has comes by `openFromOutside`. */
  dropPicture(): void {
    this.pictureDropped?.();
  }

  /** As if a link were opened outside of the window, or a picture dropped onto it. */
  openFromOutside(opened: { link: string } | { code: ErrorCode }): void {
    this.opened = opened;
    this.linkOpened?.();
  }

  /** As if somebody used an invite of the person's: one that never left this screen verifies. */
  joinBy(id: InviteId, name: string): ChatId {
    const { shared } = this.invite(id);
    const chat = this.putChat(
      secureContact(name, Date.now(), {
        addedAt: Date.now(),
        trust: shared
          ? { kind: "by_link", inviter: "me" }
          : { kind: "verified", how: "code", by: "them", at: Date.now() },
      }),
    );
    this.addLine(chat, "joined_by_invite");
    this.changeInvite(id, { state: { kind: "used", chat } });
    return chat;
  }

  /** As if a contact's program proved to have scanned the code that is shown. */
  proveScan(contact: ContactId): void {
    this.changeContact(contact, () => ({ verifyAsked: Date.now() + CODE_TTL }));
  }

  private takeVerdict(
    contact: ContactId,
    verdict: Verdict | ErrorCode,
    how: "scan" | "picture" | "digits",
  ): Verdict {
    if (typeof verdict === "string") return refuse(verdict);
    if (verdict.kind === "verified") this.verify(contact, how, "me");
    return verdict;
  }

  private verify(contact: ContactId, how: "scan" | "picture" | "digits", by: VerifiedBy): void {
    this.changeContact(contact, () => ({
      trust: { kind: "verified", how, by, at: Date.now() },
      differedAt: null,
      verifyAsked: null,
    }));
    const line = by === "them" ? "verified_by_their_scan" : (`verified_by_${how}` as const);
    this.addLine(this.chatWith(contact).id, line);
  }

  private differ(contact: ContactId): void {
    this.changeContact(contact, () => ({
      trust: { kind: "unverified" },
      differedAt: Date.now(),
      verifyAsked: null,
    }));
    this.addLine(this.chatWith(contact).id, "keys_differ");
  }

  /** Sends an event as the engine would. */
  emit(event: Event): void {
    const { seq } = this;
    this.seq += 1;
    this.listener?.({ seq, event });
  }

  /** As if an update were lost on the way. */
  skipUpdate(): void {
    this.seq += 1;
  }

  /** As if somebody wrote. */
  receive(chat: ChatId, text: string): MessageView {
    const message = textMessage(freshMessageId(), chat, "in", text, Date.now());
    this.rows(chat).push(message);
    this.emit({ kind: "message_added", message });
    this.changeChat(chat, (row) => ({
      unread: row.unread + 1,
      last: lastLineOf(message),
      activityAt: message.at,
    }));
    return message;
  }

  /** Goes to another phase. */
  enter(phase: World["phase"]): void {
    this.world.phase = phase;
    this.emit({ kind: "phase", phase });
    if (phase.kind === "ready") this.emitSnapshot();
  }

  private emitSnapshot(): void {
    const { profile, settings, chats, requests, invites, relays, people } = this.world;
    this.emit({
      kind: "snapshot",
      snapshot: {
        profile,
        settings,
        chats: [...chats],
        requests: [...requests],
        invites,
        relays: [...relays],
        people,
      },
    });
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, this.slow));
  }

  private rows(chat: ChatId): MessageView[] {
    const rows = this.world.messages.get(chat);
    return rows ?? refuse("unknown_contact");
  }

  private chat(id: ChatId): ChatView {
    return this.world.chats.find((chat) => chat.id === id) ?? refuse("unknown_contact");
  }

  private changeChat(id: ChatId, change: (chat: ChatView) => Partial<ChatView>): void {
    const before = this.chat(id);
    const chat = { ...before, ...change(before) };
    this.world.chats = this.world.chats.map((row) => (row.id === id ? chat : row));
    this.emit({ kind: "chat_changed", chat });
  }

  private chatWith(id: ContactId): ChatView {
    return this.world.chats.find((chat) => contactOf(chat).id === id) ?? refuse("unknown_contact");
  }

  private changeContact(id: ContactId, change: (contact: ContactView) => Partial<ContactView>) {
    this.changeChat(this.chatWith(id).id, (chat) => withContact(chat, change(contactOf(chat))));
  }

  /** How far a message came with each of its recipients: with the first ones, it was delivered. */
  private recipients({ chat, state, stateAt, deliveredTo, recipients }: MessageView) {
    const others = this.world.chats.filter(({ id }) => id !== chat);
    const all = [this.chat(chat), ...others].slice(0, recipients).map(contactOf);
    return all.map(({ id }, index) => ({
      contact: id,
      state: index < deliveredTo ? ("delivered" as const) : (state ?? "queued"),
      stateAt,
    }));
  }

  private changeMessage(message: MessageView): void {
    const rows = this.rows(message.chat);
    rows.splice(
      rows.findIndex((row) => row.id === message.id),
      1,
      message,
    );
    this.emit({ kind: "message_changed", message });
    this.changeChat(message.chat, () => ({
      last: lastLineOf(rows.at(-1)),
      waiting: rows.filter((row) => row.state === "queued").length,
    }));
  }

  private message(id: MessageId): MessageView {
    for (const rows of this.world.messages.values()) {
      const found = rows.find((row) => row.id === id);
      if (found) return found;
    }
    return refuse("unknown_message");
  }

  /** A queued message goes out when its recipient is there. */
  private async deliver(message: MessageView): Promise<void> {
    await this.pause();
    const who = contactOf(this.chat(message.chat));
    if (who.reach !== "online" || who.keyChange) return;
    if (who.protection === "pq" && who.session !== "ready") return;
    this.changeMessage({ ...message, state: "handed", stateAt: Date.now() });
    if (who.protection === "plain") return;
    await this.pause();
    this.changeMessage({ ...message, state: "delivered", stateAt: Date.now(), deliveredTo: 1 });
  }

  private addChat(userId: string, publicKey: string, name: string): ChatId {
    const now = Date.now();
    const id = this.putChat(
      contact(name || userId, now, {
        userId,
        publicKey,
        addedAt: now,
        client: "unknown",
        reach: "offline",
      }),
    );
    this.world.people = this.world.people.map((person) =>
      person.publicKey === publicKey ? { ...person, chat: id, nameOfOther: null } : person,
    );
    this.emit({ kind: "people_changed", people: this.world.people });
    return id;
  }

  private putChat(who: ContactView): ChatId {
    const id = (Math.max(0, ...this.world.chats.map((chat) => chat.id)) + 1) as ChatId;
    const chat = emptyChat(id, who);
    this.world.chats = [chat, ...this.world.chats];
    this.world.messages.set(id, []);
    this.emit({ kind: "chat_changed", chat });
    return id;
  }

  /** Writes a line of the program into a chat. */
  addLine(chat: ChatId, line: SystemLine): void {
    const message = system(chat, line, Date.now());
    this.rows(chat).push(message);
    this.emit({ kind: "message_added", message });
    this.changeChat(chat, () => ({ last: lastLineOf(message) }));
  }

  private invite(id: InviteId): InviteView {
    return this.world.invites.find((known) => known.id === id) ?? refuse("unknown_invite");
  }

  private openInvite(id: InviteId): InviteView {
    const found = this.invite(id);
    return found.state.kind === "open" ? found : refuse("unknown_invite");
  }

  private changeInvite(id: InviteId, change: Partial<InviteView>): void {
    this.world.invites = this.world.invites.map((known) =>
      known.id === id ? { ...known, ...change } : known,
    );
    this.emit({ kind: "invites_changed", invites: this.world.invites });
  }

  private readLink(link: string): LinkView {
    const known = this.world.relays.map(({ url }) => url);
    const read = readFakeLink(link, known, Date.now());
    if (typeof read === "string") return refuse(read);
    const chat = this.world.chats.find((row) => contactOf(row).accountId === read.accountId);
    return { ...read, known: chat?.id ?? null };
  }

  private request(id: RequestId) {
    return this.world.requests.find((request) => request.id === id) ?? refuse("unknown_request");
  }

  private removeRequest(id: RequestId): null {
    this.request(id);
    this.world.requests = this.world.requests.filter((request) => request.id !== id);
    this.emit({ kind: "request_removed", request: id });
    return null;
  }

  private async open(): Promise<null> {
    this.enter({ kind: "starting", step: "history" });
    await this.pause();
    this.enter({ kind: "ready" });
    return null;
  }

  private readonly handlers: Handlers = {
    retry_start: () => this.open(),
    unlock_keychain: () => this.open(),
    unlock_passphrase: async ({ passphrase }) => {
      this.enter({ kind: "starting", step: "passphrase" });
      await this.pause();
      if (passphrase === RIGHT_PASSPHRASE) return this.open();
      this.wrongTries += 1;
      this.enter({ kind: "passphrase", wrong: true, wait_ms: 1000 * 2 ** (this.wrongTries - 1) });
      return null;
    },
    create_profile: async ({ name, passphrase, relay: choice }) => {
      if (name.trim() === "") refuse("bad_name");
      await this.pause();
      this.world.profile = {
        ...this.world.profile,
        name,
        keyStorage: passphrase === null ? "os_keychain" : "passphrase",
      };
      this.world.relays = [
        choice.kind === "this_computer"
          ? thisComputer(1, Date.now(), { people: 0 })
          : relay(1, Date.now(), { name: hostOf(choice.url), url: choice.url }),
      ];
      this.enter({ kind: "ready" });
      return null;
    },
    start_new: () => {
      this.enter({ kind: "onboarding", keychain_name: "GNOME Keyring", keychain: "available" });
      return null;
    },
    start_same_keys: ({ name }) => {
      if (name.trim() === "" || name.length > 40) refuse("bad_name");
      this.world.profile = { ...this.world.profile, name };
      return this.open();
    },
    show_data_folder: () => null,
    quit: () => null,

    list_messages: ({ query }) => this.page(query),
    message_info: ({ message: id }) => {
      const message = this.message(id);
      const who = contactOf(this.chat(message.chat));
      return {
        message,
        publicId: id.toString(16).padStart(32, "0"),
        createdAt: message.at,
        relayAt: message.direction === "in" ? message.at - 400 : null,
        recipients: this.recipients(message),
        relay: this.world.relays[0]?.name ?? null,
        protection: who.protection,
        fingerprint: who.fingerprint,
        sizeBytes: new TextEncoder().encode(message.body.kind === "text" ? message.body.text : "")
          .length,
      };
    },
    search: ({ query }) => this.find(query),
    find_in_chat: ({ query }) => this.places(query),
    send_text: ({ chat, text }) => {
      if (text.trim() === "") refuse("empty_text");
      if (new TextEncoder().encode(text).length > 61_440) refuse("text_too_long");
      if (contactOf(this.chat(chat)).blocked) refuse("blocked");
      const at = Date.now();
      const message = textMessage(freshMessageId(), chat, "out", text, at, {
        state: "queued",
        stateAt: at,
      });
      this.rows(chat).push(message);
      this.emit({ kind: "message_added", message });
      this.changeChat(chat, (row) => ({
        last: lastLineOf(message),
        waiting: row.waiting + 1,
        draft: "",
        activityAt: at,
      }));
      void this.deliver(message);
      return message.id;
    },
    delete_message: ({ message: id }) => {
      const { chat } = this.message(id);
      const rows = this.rows(chat);
      rows.splice(
        rows.findIndex((row) => row.id === id),
        1,
      );
      this.emit({ kind: "message_removed", chat, message: id });
      this.changeChat(chat, () => ({ last: lastLineOf(rows.at(-1)) }));
      return null;
    },
    retry_message: ({ message: id }) => {
      const message: MessageView = {
        ...this.message(id),
        state: "queued",
        stateAt: Date.now(),
        failure: null,
      };
      this.changeMessage(message);
      void this.deliver(message);
      return null;
    },
    clear_chat: ({ chat }) => {
      this.rows(chat).length = 0;
      this.emit({ kind: "chat_cleared", chat });
      this.changeChat(chat, () => ({ last: null, unread: 0, waiting: 0 }));
      return null;
    },
    save_draft: ({ chat, text }) => {
      this.changeChat(chat, () => ({ draft: text }));
      return null;
    },
    mark_read: ({ chat }) => {
      this.changeChat(chat, () => ({ unread: 0 }));
      return null;
    },

    add_contact: ({ contact: { userId, publicKey, name } }) => {
      if (userId.trim() === "" || userId.length > 64) refuse("bad_user_id");
      if (!/^[A-Za-z0-9+/]{43}=$/.test(publicKey)) refuse("bad_key");
      if (publicKey === this.world.profile.publicKey) refuse("own_key");
      const contacts = this.world.chats.map(contactOf);
      if (contacts.some((known) => known.publicKey === publicKey)) refuse("already_added");
      if (contacts.some((known) => known.userId === userId)) refuse("id_taken");
      return this.addChat(userId, publicKey, name);
    },
    rename_contact: ({ contact, name }) => {
      this.changeContact(contact, ({ userId }) => ({ name: name || userId }));
      return null;
    },
    block_contact: ({ contact, blocked }) => {
      this.changeContact(contact, () => ({ blocked }));
      return null;
    },
    delete_contact: ({ contact }) => {
      const { id: chat } = this.chatWith(contact);
      this.world.chats = this.world.chats.filter((row) => row.id !== chat);
      this.world.messages.delete(chat);
      this.emit({ kind: "chat_removed", chat });
      return null;
    },
    decide_key: ({ contact, key, accept }) => {
      const change = contactOf(this.chatWith(contact)).keyChange;
      if (change?.publicKey !== key) return refuse("no_key_change");
      const { publicKey, fingerprint } = change;
      this.changeContact(contact, () => ({
        keyChange: null,
        ...(accept ? { publicKey, fingerprint, trust: { kind: "unverified" } } : {}),
      }));
      return null;
    },
    use_name: ({ contact, name }) => {
      if (contactOf(this.chatWith(contact)).otherName !== name) return refuse("no_other_name");
      this.changeContact(contact, () => ({ otherName: null }));
      return null;
    },
    mark_verified: ({ contact, verified }) => {
      const chat = this.chatWith(contact);
      const { trust } = contactOf(chat);
      if (trust.kind !== (verified ? "by_link" : "verified")) refuse("nothing_to_verify");
      this.changeContact(contact, () => ({
        trust: verified
          ? { kind: "verified", how: "affirmed", by: "me", at: Date.now() }
          : { kind: "unverified" },
      }));
      this.addLine(chat.id, verified ? "verified_by_person" : "mark_removed");
      return null;
    },
    contact_info: ({ contact: id }) => {
      const { fingerprint, addedAt, protection } = contactOf(this.chatWith(id));
      const key = { fingerprint, firstSeen: addedAt, lastSeen: Date.now(), current: true };
      return { keys: [{ whole: protection === "pq", ...key }] };
    },
    safety_number: ({ chat }) => {
      const contact = contactOf(this.chat(chat));
      if (contact.publicKey === null) return refuse("not_comparable");
      return { digits: numberOf(contact), whole: contact.session === "ready" };
    },
    check_digits: ({ contact: id, digits, cameFrom }) => {
      const contact = contactOf(this.chatWith(id));
      return this.takeVerdict(id, readFakeDigits(digits, contact, cameFrom), "digits");
    },
    show_own_code: ({ contact: id }) => {
      const { userId, publicKey, session } = contactOf(this.chatWith(id));
      if (publicKey === null) return refuse("not_comparable");
      const code = fakeCode(verifyCodeOf(`${userId}${Date.now()}`));
      this.changeContact(id, () => ({ verifyAsked: null }));
      return { code, expiresAt: Date.now() + CODE_TTL, whole: session === "ready" };
    },
    close_own_code: ({ contact }) => {
      this.changeContact(contact, () => ({ verifyAsked: null }));
      return null;
    },
    check_code: ({ contact: id, code, cameFrom }) => {
      const contact = contactOf(this.chatWith(id));
      const verdict = readFakeCode(code, contact, this.world.chats, cameFrom);
      return this.takeVerdict(id, verdict, cameFrom === "camera" ? "scan" : "picture");
    },
    answer_seen: ({ contact, seen }) => {
      if (contactOf(this.chatWith(contact)).verifyAsked === null) refuse("nothing_to_verify");
      if (seen) this.verify(contact, "scan", "them");
      else this.differ(contact);
      return null;
    },
    they_differ: ({ contact }) => {
      this.differ(contact);
      return null;
    },
    create_invite: ({ ttlSecs }) => {
      const now = Date.now();
      const id = Math.max(0, ...this.world.invites.map((known) => known.id)) + 1;
      const made = invite(id, now, {
        createdAt: now,
        expiresAt: now + (ttlSecs === null ? DAY : ttlSecs * 1000),
      });
      this.world.invites = [made, ...this.world.invites];
      this.emit({ kind: "invites_changed", invites: this.world.invites });
      return { invite: made, code: fakeCode(linkOf("invite", `mine${id}`)) };
    },
    show_invite: ({ invite: id }) => {
      this.openInvite(id);
      return fakeCode(linkOf("invite", `mine${id}`));
    },
    share_invite: ({ invite: id }) => {
      this.openInvite(id);
      this.changeInvite(id, { shared: true });
      return linkOf("invite", `mine${id}`);
    },
    save_invite: ({ invite: id }) => {
      this.openInvite(id);
      if (this.savingCancelled) return false;
      this.changeInvite(id, { shared: true });
      return true;
    },
    revoke_invite: ({ invite: id }) => {
      this.openInvite(id);
      this.changeInvite(id, { state: { kind: "revoked" } });
      return null;
    },
    contact_card: () => {
      const link = linkOf("card", "me");
      return { link, code: fakeCode(link) };
    },
    save_card: () => !this.savingCancelled,
    read_link: async ({ link }) => {
      await this.pause();
      return this.readLink(link);
    },
    add_by_link: async ({ link, name, allowPrivate, byCamera }) => {
      const { accountId, fingerprint, hue, relays, known, what } = this.readLink(link);
      if (known !== null) refuse("already_added");
      if (!allowPrivate && relays.some(({ asks }) => asks)) refuse("private_relay");
      await this.pause();
      const now = Date.now();
      for (const { address } of relays.filter((named) => !named.known)) {
        const id = Math.max(0, ...this.world.relays.map(({ id }) => id)) + 1;
        const added = relay(id, now, { name: hostOf(address), url: address });
        this.world.relays = [...this.world.relays, added];
        this.emit({ kind: "relay_changed", relay: added });
      }
      const invited = what.kind === "invite";
      const seen: Trust = byCamera
        ? { kind: "verified", how: "scan", by: "me", at: now }
        : { kind: "by_link", inviter: "them" };
      const chat = this.putChat(
        secureContact(name || accountId, now, {
          accountId,
          publicKey: null,
          fingerprint,
          hue,
          addedAt: now,
          session: "waiting",
          reach: "away",
          trust: invited ? seen : { kind: "unverified" },
        }),
      );
      this.addLine(chat, "added_by_link");
      if (invited && byCamera) this.addLine(chat, "verified_by_scan");
      return chat;
    },
    choose_code_picture: () => this.chosenPicture,
    read_code_picture: (bytes) => {
      const text = new TextDecoder().decode(bytes);
      return text.startsWith("sotto:") ? text : refuse("no_code");
    },
    sees_screen: () => true,
    read_screen_code: () => {
      if (this.screenCode === null) return refuse("no_code");
      return this.screenCode;
    },
    open_scan: () => {
      this.scans += 1;
      this.scanning = true;
      return this.scans;
    },
    scan_frame: (frame) => {
      if (!this.scanning) return { kind: "passed" };
      return this.lookAt ? this.lookAt(frame) : this.inSight;
    },
    close_scan: ({ scan }) => {
      if (scan === this.scans) this.scanning = false;
      return null;
    },
    copy_text: () => false,
    copy_briefly: () => false,
    clipboard_text: () => this.clipboardText,
    clipboard_picture: () => this.clipboardPicture,
    take_opened_link: () => {
      const { opened } = this;
      this.opened = null;
      if (opened && "code" in opened) return refuse(opened.code);
      return opened?.link ?? null;
    },
    accept_request: ({ request: id, name }) => {
      const { userId, publicKey, texts } = this.request(id);
      const chat = this.addChat(userId, publicKey, name);
      const rows = texts.map((text) =>
        textMessage(freshMessageId(), chat, "in", text.text, text.at),
      );
      this.world.messages.set(chat, rows);
      this.changeChat(chat, () => ({ last: lastLineOf(rows.at(-1)), unread: rows.length }));
      this.removeRequest(id);
      return chat;
    },
    delete_request: ({ request }) => this.removeRequest(request),
    block_request: ({ request }) => this.removeRequest(request),

    test_relay: async ({ url }) => {
      if (!/^wss?:\/\/[^\s/]+/.test(url.trim())) refuse("bad_address");
      await this.pause();
      return testOf(url.trim());
    },
    add_relay: ({ url }) => {
      if (this.world.relays.some((known) => known.url === url)) refuse("relay_exists");
      const id = Math.max(0, ...this.world.relays.map((known) => known.id)) + 1;
      const added =
        url === "sotto:this-computer"
          ? thisComputer(id, Date.now(), { people: 0 })
          : relay(id, Date.now(), { name: hostOf(url), url });
      this.world.relays = [...this.world.relays, added];
      this.emit({ kind: "relay_changed", relay: added });
      return added.id;
    },
    remove_relay: ({ relay: id }) => {
      this.world.relays = this.world.relays.filter((known) => known.id !== id);
      this.emit({ kind: "relay_removed", relay: id });
      return null;
    },
    order_relays: ({ relays }) => {
      this.world.relays = relays.map(
        (id: RelayId) =>
          this.world.relays.find((known) => known.id === id) ?? refuse("unknown_relay"),
      );
      this.emitSnapshot();
      return null;
    },
    reconnect_now: async () => {
      const before = this.world.relays;
      for (const known of before)
        this.emit({ kind: "relay_changed", relay: { ...known, state: { kind: "connecting" } } });
      await this.pause();
      for (const known of before) this.emit({ kind: "relay_changed", relay: known });
      return null;
    },
    update_profile: ({ patch }) => {
      if (patch.name?.trim() === "" || (patch.name?.length ?? 0) > 40) refuse("bad_name");
      if (patch.userId?.trim() === "" || (patch.userId?.length ?? 0) > 64) refuse("bad_user_id");
      this.world.profile = { ...this.world.profile, ...patch };
      this.emit({ kind: "profile_changed", profile: this.world.profile });
      return null;
    },
    update_settings: ({ patch }) => {
      if (patch.proxy?.kind === "socks5" && !/^[^\s:]+:\d+$/.test(patch.proxy.address))
        refuse("bad_proxy");
      this.world.settings = { ...this.world.settings, ...patch };
      this.emit({ kind: "settings_changed", settings: this.world.settings });
      return null;
    },
    open_link: () => null,
    set_active_chat: () => null,
    test_notification: () => {
      if (this.notificationFault) refuse(this.notificationFault);
      return null;
    },
    notification_trouble: () => this.notificationFault,
    login_start: () => this.startsAtLogin,
    set_login_start: ({ start }) => {
      this.startsAtLogin = start;
      return null;
    },
    take_place: () => {
      const { place } = this;
      this.place = null;
      return place;
    },
    ask_close: () => {
      this.askClose(true);
      return null;
    },
    hear_close: () => null,
    close_window: () => null,
  };

  private page({ chat, anchor, limit }: PageQuery): MessagePage {
    const rows = this.rows(chat);
    const unread = this.chat(chat).unread;
    const [from, to] = ((): [number, number] => {
      switch (anchor.kind) {
        case "newest":
          return [rows.length - limit, rows.length];
        case "before": {
          const end = rows.findIndex((row) => row.id >= anchor.message);
          return [end - limit, end];
        }
        case "after": {
          const start = rows.findIndex((row) => row.id > anchor.message);
          return start < 0 ? [rows.length, rows.length] : [start, start + limit];
        }
        case "around": {
          const middle = rows.findIndex((row) => row.id >= anchor.message);
          return [middle - Math.floor(limit / 2), middle + Math.ceil(limit / 2)];
        }
      }
    })();
    const start = Math.max(0, from);
    const end = Math.min(rows.length, Math.max(to, 0));
    const received = rows.filter((row) => row.direction === "in");
    return {
      chat,
      messages: rows.slice(start, end),
      hasOlder: start > 0,
      hasNewer: end < rows.length,
      firstUnread:
        unread > 0 ? (received.at(-Math.min(unread, received.length))?.id ?? null) : null,
      unread,
    };
  }

  /** Newest first; like the index, by whole words as they are compared. */
  private holding(text: string): { row: MessageView; whole: string; marks: readonly Mark[] }[] {
    const sought = soughtIn(text);
    return [...this.world.messages.values()]
      .flat()
      .flatMap((row) => {
        const whole = row.body.kind === "text" ? row.body.text : "";
        const marks = marksIn(whole, sought);
        const all = sought.every((run) => marksIn(whole, [run]).length > 0);
        return all && marks.length > 0 ? [{ row, whole, marks }] : [];
      })
      .sort((a, b) => b.row.id - a.row.id);
  }

  private find({ text, before, limit }: SearchQuery): SearchPage {
    const all = this.holding(text);
    const older = all.filter(({ row }) => before === null || row.id < before);
    const hits = older.slice(0, limit).map(({ row, whole, marks: [first] }) => {
      const { start, end } = first ?? { start: 0, end: 0 };
      const line = (from: number, to: number) => whole.slice(from, to).replace(/\s/g, " ");
      return {
        chat: row.chat,
        message: row.id,
        direction: row.direction,
        snippet: [line(Math.max(0, start - 40), start), line(start, end), line(end, start + 80)],
        at: row.at,
      };
    });
    return { hits, hasMore: older.length > limit, total: Math.min(all.length, 1000) };
  }

  private places({ text, chat, before, limit }: PlacesQuery): PlacesPage {
    const messages = this.holding(text)
      .map(({ row }) => row)
      .filter((row) => row.chat === chat && (before === null || row.id < before))
      .map(({ id }) => id);
    return { messages: messages.slice(0, limit), hasMore: messages.length > limit };
  }
}

function hostOf(url: string): string {
  return /^wss?:\/\/([^/:]+)/.exec(url)?.[1] ?? url;
}

/** What the test of an address shows: hosts named after a problem have it. */
function testOf(url: string): RelayTest {
  const problems: Readonly<Record<string, RelayProblem>> = {
    "down.example": "unreachable",
    "nowhere.example": "name_not_found",
    "wifi.example": "certificate",
    "web.example": "not_a_relay",
    "taken.example": "name_taken",
    "full.example": "busy",
    "slow.example": "timed_out",
  };
  const host = hostOf(url);
  const problem = problems[host];
  if (problem) return { kind: "fails", problem };
  const local = host === "127.0.0.1" || host === "localhost";
  return {
    kind: "works",
    url,
    round_trip_ms: local ? 1 : 24,
    level: 0,
    private: url.startsWith("wss:") || local,
  };
}

/** The engine that the address of the page asks for: `?scenario=demo&slow=900`. */
export function fakeFromAddress(): FakeEngine {
  const query = new URLSearchParams(window.location.search);
  return new FakeEngine((query.get("scenario") ?? "demo") as ScenarioName, {
    slow: Number(query.get("slow") ?? 900),
  });
}

/** A key of somebody who is in no scenario, to try out adding a contact. */
export const SPARE_KEY = keyOf("somebody new");
