// Made from the types of crates/engine by `cargo xtask bless`. Do not edit.

/**
 * What a message says.
 */
export type Body = { "kind": "text", 
/**
 * The whole text, for copying.
 */
text: string, 
/**
 * The same text in pieces, for drawing.
 */
spans: Array<Span>, } | { "kind": "system", 
/**
 * What happened.
 */
line: SystemLine, };

/**
 * Where a code or digits came from, as the person says: it decides whether a match is believed.
 */
export type CameFrom = "camera" | "their_screen" | "outside_sotto" | "inside_sotto";

/**
 * A conversation: with one contact, or a group's.
 */
export type ChatId = number & { readonly brand: "ChatId" };

/**
 * What a chat is, and whom it is with.
 */
export type ChatKind = { "kind": "contact", 
/**
 * With whom.
 */
contact: ContactView, };

/**
 * A chat, as the list and the header show it.
 */
export type ChatView = { 
/**
 * The chat.
 */
id: ChatId, 
/**
 * What it is, and whom it is with.
 */
kind: ChatKind, 
/**
 * The newest line.
 */
last: LastLine | null, 
/**
 * How many received messages are unread.
 */
unread: number, 
/**
 * How many messages wait to be sent.
 */
waiting: number, 
/**
 * What the person typed and did not send.
 */
draft: string, 
/**
 * When something last happened, ms since 1970.
 */
activityAt: number, };

/**
 * What is known of a contact's program.
 */
export type ClientKind = "unknown" | "guide" | "sotto";

/**
 * What happens when the window is closed.
 */
export type Closing = "ask" | "background" | "quit";

/**
 * A person that was added.
 */
export type ContactId = number & { readonly brand: "ContactId" };

/**
 * All that is known of the keys of a contact.
 */
export type ContactInfo = { 
/**
 * Every key that the contact ever had, the first at the beginning.
 */
keys: Array<KeyView>, };

/**
 * A person that was added.
 */
export type ContactView = { 
/**
 * The contact.
 */
id: ContactId, 
/**
 * The name that the person gave, or the user id.
 */
name: string, 
/**
 * The id under which the contact was added; it never changes.
 */
userId: string, 
/**
 * The contact's box key, standard base64 of 32 bytes; none before the first answer of somebody
 * who was added by a link.
 */
publicKey: string | null, 
/**
 * Whether another contact's name looks the same.
 */
doubled: boolean, 
/**
 * The account id of a contact whose whole identity is known, 26 characters.
 */
accountId: string | null, 
/**
 * 64 hexadecimal digits: over the whole identity if it is known, else over the box key.
 */
fingerprint: string, 
/**
 * Which of the twelve avatar colours, 0 to 11, by hash of the key.
 */
hue: number, 
/**
 * What is known of the contact's program.
 */
client: ClientKind, 
/**
 * What protects the messages with this contact.
 */
protection: Protection, 
/**
 * Where the secure session stands.
 */
session: SessionState, 
/**
 * Whether the person has checked the key.
 */
trust: Trust, 
/**
 * When the person found that a code or digits were not the contact's, ms since 1970, if nothing
 * was found to match since.
 */
differedAt: number | null, 
/**
 * The contact's program proved to have scanned the person's code that is shown: until then, ms
 * since 1970, the person is asked whether the contact's screen says that it is verified.
 */
verifyAsked: number | null, 
/**
 * Whether the contact can be reached now.
 */
reach: Reach, 
/**
 * Somebody using this contact's name has another key, and the person has not decided.
 */
keyChange: KeyChangeView | null, 
/**
 * The contact's key is listed only under this name, from which nothing ever came: plain texts
 * wait until the person lets them go there.
 */
otherName: string | null, 
/**
 * Whether the person blocked this contact.
 */
blocked: boolean, 
/**
 * When the contact was added, ms since 1970.
 */
addedAt: number, };

/**
 * Row height of the chat list.
 */
export type Density = "cosy" | "compact";

/**
 * Which way a message went.
 */
export type Direction = "in" | "out" | "system";

/**
 * Why a request was not carried out, for a person to read in the front's words.
 */
export type ErrorCode = "not_ready" | "unknown_contact" | "unknown_message" | "unknown_request" | "unknown_relay" | "id_taken" | "already_added" | "own_key" | "bad_key" | "bad_name" | "bad_user_id" | "empty_text" | "text_too_long" | "blocked" | "moved" | "no_key_change" | "no_other_name" | "unknown_invite" | "not_a_link" | "link_newer" | "clock_slow" | "invite_expired" | "link_too_long" | "private_relay" | "nothing_to_verify" | "not_comparable" | "bad_digits" | "bad_address" | "relay_exists" | "bad_proxy" | "disk_full" | "history" | "keychain_locked" | "keychain_empty" | "keychain_missing" | "keychain_refused" | "wrong_passphrase" | "weak_passphrase" | "already_initialised" | "not_initialised" | "no_receipts" | "timed_out" | "bad_link" | "bad_picture" | "picture_too_large" | "no_code" | "foreign_code" | "not_saved" | "screen_refused" | "notifications_missing" | "notifications_refused" | "notifications_silent" | "login_refused" | "internal";

/**
 * Something that happened, for a front.
 */
export type Event = { "kind": "phase", 
/**
 * Which one.
 */
phase: Phase, } | { "kind": "snapshot", 
/**
 * Everything.
 */
snapshot: Snapshot, } | { "kind": "message_added", 
/**
 * The message.
 */
message: MessageView, } | { "kind": "message_changed", 
/**
 * The message as it is now.
 */
message: MessageView, } | { "kind": "message_removed", 
/**
 * The chat.
 */
chat: ChatId, 
/**
 * The message.
 */
message: MessageId, } | { "kind": "chat_cleared", 
/**
 * The chat.
 */
chat: ChatId, } | { "kind": "chat_changed", 
/**
 * The chat as it is now.
 */
chat: ChatView, } | { "kind": "chat_removed", 
/**
 * The chat.
 */
chat: ChatId, } | { "kind": "request_changed", 
/**
 * The request as it is now.
 */
request: RequestView, } | { "kind": "request_removed", 
/**
 * The request.
 */
request: RequestId, } | { "kind": "relay_changed", 
/**
 * The relay as it is now.
 */
relay: RelayView, } | { "kind": "relay_removed", 
/**
 * The relay.
 */
relay: RelayId, } | { "kind": "invites_changed", 
/**
 * As in [`Snapshot::invites`].
 */
invites: Array<InviteView>, } | { "kind": "people_changed", 
/**
 * Everybody, by name.
 */
people: Array<PersonView>, } | { "kind": "profile_changed", 
/**
 * As it is now.
 */
profile: ProfileView, } | { "kind": "settings_changed", 
/**
 * As they are now.
 */
settings: SettingsView, } | { "kind": "history_trouble", 
/**
 * Why, or none once it has passed.
 */
trouble: HistoryTrouble | null, } | { "kind": "sending_held", 
/**
 * Whether it still waits.
 */
held: boolean, };

/**
 * What became of a frame, for the window.
 */
export type FrameView = { "kind": "nothing" } | { "kind": "foreign" } | { "kind": "found", 
/**
 * The link.
 */
link: string, } | { "kind": "passed" };

/**
 * Why an open history cannot be written or read.
 */
export type HistoryTrouble = "disk_full" | "unusable" | "damaged";

/**
 * An invite of one's own.
 */
export type InviteId = number & { readonly brand: "InviteId" };

/**
 * What became of an invite.
 */
export type InviteState = { "kind": "open" } | { "kind": "used", 
/**
 * The chat with the contact that used it, unless that was deleted.
 */
chat: ChatId | null, } | { "kind": "revoked" } | { "kind": "expired" };

/**
 * An invite of one's own. Its link is not in here: whoever has it can use it.
 */
export type InviteView = { 
/**
 * The invite.
 */
id: InviteId, 
/**
 * When it was made, ms since 1970.
 */
createdAt: number, 
/**
 * From when on it no longer holds, ms since 1970.
 */
expiresAt: number, 
/**
 * Whether it left the program other than as a code on this screen: copied, saved, printed.
 */
shared: boolean, 
/**
 * What became of it.
 */
state: InviteState, };

/**
 * Who made an invite.
 */
export type Inviter = "me" | "them";

/**
 * Another key under a contact's name, undecided.
 */
export type KeyChangeView = { 
/**
 * The other key, standard base64 of 32 bytes.
 */
publicKey: string, 
/**
 * 64 hexadecimal digits over the other key.
 */
fingerprint: string, 
/**
 * When it was first seen, ms since 1970.
 */
seenAt: number, 
/**
 * How many of its texts are held until the person decides.
 */
held: number, };

/**
 * Where the private keys lie.
 */
export type KeyStorage = "os_keychain" | "passphrase";

/**
 * A key that a contact has or had.
 */
export type KeyView = { 
/**
 * Whether it is a whole identity; otherwise a box key.
 */
whole: boolean, 
/**
 * 64 hexadecimal digits: over the identity, or over the box key.
 */
fingerprint: string, 
/**
 * When it became the contact's, ms since 1970.
 */
firstSeen: number, 
/**
 * When something last came under it, to the hour, or when it was given up, ms since 1970.
 */
lastSeen: number, 
/**
 * Whether the contact has it now.
 */
current: boolean, };

/**
 * Whether the keychain can be used.
 */
export type KeychainState = "available" | "locked" | "empty" | "missing";

/**
 * What the newest line of a chat is.
 */
export type LastBody = { "kind": "text" } | { "kind": "system", 
/**
 * What happened.
 */
line: SystemLine, };

/**
 * The newest line of a chat.
 */
export type LastLine = { 
/**
 * Who wrote it.
 */
direction: Direction, 
/**
 * At most 200 characters, on one line.
 */
snippet: string, 
/**
 * What the line is.
 */
body: LastBody, 
/**
 * Of an outgoing message, how far it came.
 */
state: MessageState | null, 
/**
 * When, ms since 1970.
 */
at: number, };

/**
 * What kind of link it is.
 */
export type LinkKind = { "kind": "invite", 
/**
 * From when on it no longer holds, ms since 1970.
 */
expires_at: number, } | { "kind": "card" };

/**
 * A relay that a link names.
 */
export type LinkRelay = { 
/**
 * Its address, whole: byte for byte the one that would be connected to.
 */
address: string, 
/**
 * Whether it is in the settings; if not, it is added with the contact.
 */
known: boolean, 
/**
 * Whether it is only added if the person agrees to it ([`PrivateRelays`]).
 */
asks: boolean, };

/**
 * What a link says, before anything is done with it.
 */
export type LinkView = { 
/**
 * Whether it is an invite for one use or a contact card.
 */
what: LinkKind, 
/**
 * The account id that it names, 26 characters.
 */
accountId: string, 
/**
 * 64 hexadecimal digits over the whole identity.
 */
fingerprint: string, 
/**
 * Which of the twelve avatar colours, 0 to 11.
 */
hue: number, 
/**
 * The relays where the person can be reached.
 */
relays: Array<LinkRelay>, 
/**
 * The chat with the contact that this already is.
 */
known: ChatId | null, };

/**
 * A message in the local history. A later message of a chat has a greater id.
 */
export type MessageId = number & { readonly brand: "MessageId" };

/**
 * All that is known of one message.
 */
export type MessageInfo = { 
/**
 * The message.
 */
message: MessageView, 
/**
 * 32 hexadecimal digits: its id on the command line.
 */
publicId: string, 
/**
 * When it was typed or received here, ms since 1970.
 */
createdAt: number, 
/**
 * When the relay says that it was sent, ms since 1970; received messages only.
 */
relayAt: number | null, 
/**
 * To whom it goes and how far it came with each; empty for what is not outgoing.
 */
recipients: Array<RecipientView>, 
/**
 * The relay that it went through, as the person knows it, if it still is in the settings; empty
 * for this computer.
 */
relay: string | null, 
/**
 * What protected it.
 */
protection: Protection, 
/**
 * 64 hexadecimal digits over the contact's key that it was encrypted to or came from: of a
 * secure session the whole identity. None while it waits for whoever is behind a new key.
 */
fingerprint: string | null, 
/**
 * Length of the text in bytes of UTF-8.
 */
sizeBytes: number, };

/**
 * Some messages of a chat, oldest first.
 */
export type MessagePage = { 
/**
 * The chat.
 */
chat: ChatId, 
/**
 * Oldest first.
 */
messages: Array<MessageView>, 
/**
 * Whether there are older ones.
 */
hasOlder: boolean, 
/**
 * Whether there are newer ones.
 */
hasNewer: boolean, 
/**
 * The first unread message of the chat, wherever it lies.
 */
firstUnread: MessageId | null, 
/**
 * How many messages of the chat are unread.
 */
unread: number, };

/**
 * How far an outgoing message came. It never claims more than is known.
 */
export type MessageState = "queued" | "handed" | "delivered" | "failed";

/**
 * A message or a line of a chat.
 */
export type MessageView = { 
/**
 * The message.
 */
id: MessageId, 
/**
 * The chat.
 */
chat: ChatId, 
/**
 * Which way it went.
 */
direction: Direction, 
/**
 * What it says.
 */
body: Body, 
/**
 * When it was written, ms since 1970: by this computer's clock, for received messages the
 * relay's where that is plausible.
 */
at: number, 
/**
 * Of an outgoing message, how far it came.
 */
state: MessageState | null, 
/**
 * Since when it is in that state, ms since 1970.
 */
stateAt: number | null, 
/**
 * How many of the recipients have confirmed an outgoing message.
 */
deliveredTo: number, 
/**
 * To how many an outgoing message goes: 1 in a chat with a contact, 0 for what is not outgoing.
 */
recipients: number, 
/**
 * Of a failed message, why.
 */
failure: SendFailure | null, };

/**
 * Whom to add.
 */
export type NewContact = { 
/**
 * The name that the contact uses at relays, 1 to 64 characters.
 */
userId: string, 
/**
 * The box key, base64 of 32 bytes.
 */
publicKey: string, 
/**
 * What the person calls the contact; empty for the user id.
 */
name: string, };

/**
 * What a notification shows.
 */
export type NotificationContent = "name_and_text" | "name" | "nothing" | "off";

/**
 * Which messages of a chat to load.
 */
export type PageAnchor = { "kind": "newest" } | { "kind": "before", 
/**
 * The message, not itself included.
 */
message: MessageId, } | { "kind": "after", 
/**
 * The message, not itself included.
 */
message: MessageId, } | { "kind": "around", 
/**
 * The message, in the middle.
 */
message: MessageId, };

/**
 * Which messages of a chat.
 */
export type PageQuery = { 
/**
 * The chat.
 */
chat: ChatId, 
/**
 * Which part of it.
 */
anchor: PageAnchor, 
/**
 * How many, at most 400.
 */
limit: number, };

/**
 * Somebody who is listed at a connected relay.
 */
export type PersonView = { 
/**
 * The name used there; anybody can take any name.
 */
userId: string, 
/**
 * The box key, standard base64 of 32 bytes.
 */
publicKey: string, 
/**
 * 64 hexadecimal digits over the key; of a contact those that it has everywhere.
 */
fingerprint: string, 
/**
 * Which of the twelve avatar colours, 0 to 11.
 */
hue: number, 
/**
 * At which relays.
 */
relays: Array<RelayId>, 
/**
 * The chat with this key, if it has been added.
 */
chat: ChatId | null, 
/**
 * The contact that has this name but another key.
 */
nameOfOther: ContactId | null, };

/**
 * The phase that the program is in.
 */
export type Phase = { "kind": "starting", 
/**
 * What takes its time.
 */
step: StartStep, } | { "kind": "onboarding", 
/**
 * The keychain of this computer, as the person knows it ("GNOME Keyring").
 */
keychain_name: string, 
/**
 * Whether it can be used.
 */
keychain: KeychainState, } | { "kind": "passphrase", 
/**
 * Whether the last one was wrong.
 */
wrong: boolean, 
/**
 * How long to wait before the next try, ms.
 */
wait_ms: number, } | { "kind": "problem", 
/**
 * What it is.
 */
problem: StartProblem, } | { "kind": "ready" };

/**
 * Where in a chat something stands.
 */
export type PlacesPage = { 
/**
 * Newest first.
 */
messages: Array<MessageId>, 
/**
 * Whether there are older ones.
 */
hasMore: boolean, };

/**
 * Which messages of one chat to find, without their texts.
 */
export type PlacesQuery = { 
/**
 * Words; each must be there, the last may be a beginning.
 */
text: string, 
/**
 * Where.
 */
chat: ChatId, 
/**
 * Only messages before this one.
 */
before: MessageId | null, 
/**
 * How many, at most 1,000.
 */
limit: number, };

/**
 * A change to the person's profile: what is absent stays.
 */
export type ProfilePatch = { 
/**
 * What the person wants to be called, 1 to 40 characters.
 */
name?: string, 
/**
 * The name at level-0 relays, 1 to 64 characters.
 */
userId?: string, };

/**
 * The person's own profile.
 */
export type ProfileView = { 
/**
 * The name of the profile on this computer (`--profile`), empty for the usual one.
 */
profile: string, 
/**
 * What the person wants to be called, 1 to 40 characters.
 */
name: string, 
/**
 * 26 lower-case characters of base32.
 */
accountId: string, 
/**
 * The name shown to everybody at relays that speak only the guide's protocol.
 */
userId: string, 
/**
 * The box key, standard base64 of 32 bytes.
 */
publicKey: string, 
/**
 * 64 hexadecimal digits: the hash whose first half is the account id.
 */
fingerprint: string, 
/**
 * 64 hexadecimal digits over the box key alone: what people who added this key by id and key
 * see as its fingerprint, and compare.
 */
keyFingerprint: string, 
/**
 * Where the private keys lie.
 */
keyStorage: KeyStorage, 
/**
 * The version of the program.
 */
version: string, 
/**
 * Since when it is known that the identity moved to another computer, ms since 1970. Then this one
 * connects to nothing and sends nothing; what was is still there to be read.
 */
movedAt: number | null, };

/**
 * What protects the messages of a chat.
 */
export type Protection = "plain" | "pq";

/**
 * How relays are reached.
 */
export type ProxyView = { "kind": "none" } | { "kind": "socks5", 
/**
 * `host:port`.
 */
address: string, };

/**
 * A code to be drawn black on white.
 */
export type QrMatrix = { 
/**
 * Modules a side, with the white ones around the code: the side of an SVG's `viewBox`.
 */
side: number, 
/**
 * The black modules as the `d` of an SVG path.
 */
path: string, };

/**
 * A part of every day in which nothing is notified of, by the clock of the computer.
 */
export type QuietHours = { 
/**
 * Whether there is one.
 */
on: boolean, 
/**
 * When it begins, minutes since midnight, 0 to 1439.
 */
from: number, 
/**
 * When it ends, likewise; one that ends before it begins lasts over midnight.
 */
to: number, };

/**
 * Whether a contact can be reached now.
 */
export type Reach = "offline" | "away" | "online";

/**
 * How far an outgoing message came with one of its recipients.
 */
export type RecipientView = { 
/**
 * The recipient.
 */
contact: ContactId, 
/**
 * How far the message came; never more than is known.
 */
state: MessageState, 
/**
 * Since when it is in that state, ms since 1970.
 */
stateAt: number | null, };

/**
 * How messages shall travel, chosen at the first start.
 */
export type RelayChoice = { "kind": "this_computer" } | { "kind": "custom", 
/**
 * `ws://` or `wss://` address.
 */
url: string, };

/**
 * A relay in the settings.
 */
export type RelayId = number & { readonly brand: "RelayId" };

/**
 * Which relay it is.
 */
export type RelayPlace = "this_computer" | "custom";

/**
 * Why a relay cannot be used now.
 */
export type RelayProblem = "name_not_found" | "unreachable" | "no_network" | "proxy" | "certificate" | "not_a_relay" | "name_taken" | "busy" | "replaced" | "closed" | "timed_out" | "no_room" | "needs_proxy" | "bad_address";

/**
 * How the connection to a relay stands.
 */
export type RelayState = { "kind": "connecting" } | { "kind": "connected", 
/**
 * Since when, ms since 1970.
 */
since: number, } | { "kind": "waiting", 
/**
 * When the next try begins, ms since 1970.
 */
retry_at: number, 
/**
 * What went wrong.
 */
problem: RelayProblem, } | { "kind": "stopped" };

/**
 * The result of trying out a relay before it is saved.
 */
export type RelayTest = { "kind": "works", 
/**
 * The address as it would be saved.
 */
url: string, 
/**
 * The measured round trip, ms.
 */
round_trip_ms: number, 
/**
 * The level that it speaks; 0 is the guide's protocol, which needs the person's consent.
 */
level: number, 
/**
 * Whether the connection is encrypted, or does not leave this computer.
 */
private: boolean, } | { "kind": "fails", 
/**
 * Why.
 */
problem: RelayProblem, };

/**
 * A relay in the settings.
 */
export type RelayView = { 
/**
 * The relay.
 */
id: RelayId, 
/**
 * Which one.
 */
place: RelayPlace, 
/**
 * What the strip and the list call it; empty for this computer, whose name the front has.
 */
name: string, 
/**
 * `ws://` or `wss://` address, or `sotto:this-computer`.
 */
url: string, 
/**
 * How the connection stands.
 */
state: RelayState, 
/**
 * Whether the whole list of people there has come.
 */
listed: boolean, 
/**
 * The last measured round trip, ms.
 */
roundTripMs: number | null, 
/**
 * By how much the clock of this computer was ahead of the relay's when it last told it, ms,
 * negative if behind: 0 if it is less than five minutes, none while it is not known. The relay of this computer says
 * nothing of it.
 */
clockAheadMs: number | null, 
/**
 * How many people are listed there, without the person.
 */
people: number, };

/**
 * A key that wrote without having been added.
 */
export type RequestId = number & { readonly brand: "RequestId" };

/**
 * A text that waits in a request.
 */
export type RequestText = { 
/**
 * The text.
 */
text: string, 
/**
 * When it came, ms since 1970.
 */
at: number, };

/**
 * A key that wrote without having been added.
 */
export type RequestView = { 
/**
 * The request.
 */
id: RequestId, 
/**
 * The name that it uses at the relay; anybody can take any name there.
 */
userId: string, 
/**
 * Its box key, standard base64 of 32 bytes.
 */
publicKey: string, 
/**
 * 64 hexadecimal digits over its key.
 */
fingerprint: string, 
/**
 * Which of the twelve avatar colours, 0 to 11.
 */
hue: number, 
/**
 * Its texts, oldest first, at most 20.
 */
texts: Array<RequestText>, 
/**
 * When the first came, ms since 1970.
 */
firstAt: number, 
/**
 * When the newest came, ms since 1970.
 */
lastAt: number, 
/**
 * The chat with the contact whose name it uses with another key, if that is why it waits here.
 */
claims: ChatId | null, };

/**
 * What two people compare to know that nobody is between them (P-130). Whoever sees it learns
 * whom the person talks to, so it cannot be printed.
 */
export type SafetyNumberView = { 
/**
 * Sixty digits without spaces.
 */
digits: string, 
/**
 * Whether it is of all keys of both; otherwise of the box keys alone.
 */
whole: boolean, };

/**
 * A found message.
 */
export type SearchHit = { 
/**
 * The chat.
 */
chat: ChatId, 
/**
 * The message.
 */
message: MessageId, 
/**
 * Which way it went.
 */
direction: Direction, 
/**
 * A part of the text, on one line, in pieces; every second one, beginning with the second,
 * is what was looked for.
 */
snippet: Array<string>, 
/**
 * When, ms since 1970.
 */
at: number, };

/**
 * The result of a search, newest first.
 */
export type SearchPage = { 
/**
 * Newest first.
 */
hits: Array<SearchHit>, 
/**
 * Whether there are older ones.
 */
hasMore: boolean, 
/**
 * How many there are in all, counted up to 1,000.
 */
total: number, };

/**
 * What to look for.
 */
export type SearchQuery = { 
/**
 * Words; each must be there, the last may be a beginning.
 */
text: string, 
/**
 * Only messages before this one.
 */
before: MessageId | null, 
/**
 * How many, at most 100.
 */
limit: number, };

/**
 * Why a message cannot be sent.
 */
export type SendFailure = "too_large" | "not_encrypted" | "unreadable" | "unknown";

/**
 * Where the secure session with a contact stands.
 */
export type SessionState = "none" | "waiting" | "ready";

/**
 * A change to the preferences: what is absent stays.
 */
export type SettingsPatch = { 
/**
 * Colours.
 */
theme?: Theme, 
/**
 * Size of message text in px: 13, 14, 15, 16 or 18.
 */
textSize?: number, 
/**
 * Size of everything, %: 80, 90, 100, 110, 125, 150, 175 or 200.
 */
zoom?: number, 
/**
 * Row height of the chat list.
 */
density?: Density, 
/**
 * Whether Enter sends.
 */
enterSends?: boolean, 
/**
 * What a notification shows.
 */
notifications?: NotificationContent, 
/**
 * Whether texts of contacts are notified of.
 */
notifyTexts?: boolean, 
/**
 * Whether texts of people who are no contacts are notified of.
 */
notifyRequests?: boolean, 
/**
 * Whether a notification may make a sound.
 */
notificationSound?: boolean, 
/**
 * When nothing is notified of, every day.
 */
quietHours?: QuietHours, 
/**
 * Until when nothing is notified of, ms since 1970; 0 ends it.
 */
mutedUntil?: number, 
/**
 * What happens when the window is closed.
 */
closing?: Closing, 
/**
 * How relays are reached.
 */
proxy?: ProxyView, };

/**
 * How the person wants the window to look and to speak up.
 */
export type SettingsView = { 
/**
 * Colours.
 */
theme: Theme, 
/**
 * Size of message text in px: 13, 14, 15, 16 or 18.
 */
textSize: number, 
/**
 * Size of everything in the window, %: 80, 90, 100, 110, 125, 150, 175 or 200.
 */
zoom: number, 
/**
 * Row height of the chat list.
 */
density: Density, 
/**
 * Whether Enter sends; if not, Ctrl+Enter does.
 */
enterSends: boolean, 
/**
 * What a notification shows.
 */
notifications: NotificationContent, 
/**
 * Whether texts of contacts are notified of.
 */
notifyTexts: boolean, 
/**
 * Whether texts of people who are no contacts are notified of.
 */
notifyRequests: boolean, 
/**
 * Whether a notification may make a sound.
 */
notificationSound: boolean, 
/**
 * When nothing is notified of, every day.
 */
quietHours: QuietHours, 
/**
 * Until when nothing is notified of, ms since 1970; a time that has passed mutes nothing.
 */
mutedUntil: number, 
/**
 * What happens when the window is closed.
 */
closing: Closing, 
/**
 * How relays are reached.
 */
proxy: ProxyView, };

/**
 * Everything that the window needs to draw its first picture.
 */
export type Snapshot = { 
/**
 * The person's own profile.
 */
profile: ProfileView, 
/**
 * Preferences.
 */
settings: SettingsView, 
/**
 * All chats, the one with the newest activity first.
 */
chats: Array<ChatView>, 
/**
 * Keys that wrote without having been added, oldest first; at most 50.
 */
requests: Array<RequestView>, 
/**
 * The person's invites that can still be used or were used lately, newest first.
 */
invites: Array<InviteView>, 
/**
 * The relays in the person's order.
 */
relays: Array<RelayView>, 
/**
 * Who is listed at the connected relays, by name.
 */
people: Array<PersonView>, };

/**
 * A piece of a text.
 */
export type Span = { "kind": "text", 
/**
 * The text.
 */
text: string, } | { "kind": "link", 
/**
 * The text.
 */
text: string, 
/**
 * The address: http, https or mailto, in its canonical (punycode) form.
 */
url: string, };

/**
 * What is in the way of starting.
 */
export type StartProblem = "keychain_locked" | "keychain_empty" | "keychain_missing" | "keychain_refused" | "wrong_key" | "history_gone" | "key_gone" | "key_damaged" | "profile_damaged" | "history_damaged" | "history_newer" | "disk_full" | "folder_unusable";

/**
 * What takes its time at the start.
 */
export type StartStep = "keychain" | "passphrase" | "history" | "migration";

/**
 * A line of the program's own in a chat.
 */
export type SystemLine = "contact_added" | "request_accepted" | "other_key_seen" | "other_key_accepted" | "other_key_ignored" | "added_by_link" | "joined_by_invite" | "session_started" | "session_renewed" | "history_restored" | "downgrade_refused" | "identity_refused" | "already_a_contact" | "undecryptable" | "newer_version" | "cannot_be_shown" | "invite_used_twice" | "verified_by_code" | "verified_by_person" | "verified_by_scan" | "verified_by_their_scan" | "verified_by_picture" | "verified_by_digits" | "mark_removed" | "keys_differ" | "named_like_verified";

/**
 * Colours of the window.
 */
export type Theme = "system" | "light" | "dark" | "high_contrast";

/**
 * Whether the person has checked a contact's key.
 */
export type Trust = { "kind": "unverified" } | { "kind": "by_link", 
/**
 * Who made the invite.
 */
inviter: Inviter, } | { "kind": "verified", 
/**
 * How.
 */
how: VerifiedHow, 
/**
 * Who did what was seen: the person who scanned, typed or affirmed.
 */
by: VerifiedBy, 
/**
 * When, ms since 1970.
 */
at: number, };

/**
 * An [`Event`] with its place in the order. A front that sees a gap subscribes anew.
 */
export type Update = { 
/**
 * Counts up by one from each subscription's first, which is 0.
 */
seq: number, 
/**
 * What happened.
 */
event: Event, };

/**
 * What a code or digits say of a contact.
 */
export type Verdict = { "kind": "matches" } | { "kind": "matches_other_key" } | { "kind": "verified", 
/**
 * Whether the contact's program is told, so that it asks its person.
 */
asks: boolean, } | { "kind": "differs" } | { "kind": "other_contact", 
/**
 * Whose.
 */
contact: ContactId, } | { "kind": "own_code" } | { "kind": "expired" } | { "kind": "used" } | { "kind": "not_comparable" };

/**
 * Who did what a contact was verified by.
 */
export type VerifiedBy = "me" | "them";

/**
 * How a contact was verified.
 */
export type VerifiedHow = "code" | "affirmed" | "scan" | "picture" | "digits" | "voice";
