/** Relays: status strip, banner, the test of an address, states. */
export const relays = {
  // Status strip under the chat list, at most 34 characters.
  "strip.connected": "{count, plural, one {Connected to 1 relay} other {Connected to # relays}}",
  // The same while some do not work. At most 34 characters.
  "strip.connectedSome": "Connected to {count} of {total} relays",
  // The same where nobody on another computer can be reached. At most 34 characters.
  "strip.onlyHere": "Connected on this computer only",
  "strip.connecting": "Connecting…",
  "strip.waiting": "Not connected. Trying again in {time}.",
  "strip.waiting.now": "Not connected. Trying again…",
  "strip.offline": "You are offline. Messages wait here.",
  // This computer stopped: the identity is in use on another one. At most 34 characters.
  "strip.moved": "Moved to another computer",
  "strip.none": "No relay. You cannot reach anybody.",
  "strip.try_now": "Try now",
  "strip.details": "Details",
  // Banner on top after a minute without a connection. {time}: a length of time. One of
  // relay.problem.* follows.
  "banner.disconnected": "Not connected for {time}. Messages wait here and go out by themselves.",
  "banner.disk_full": "The disk is full. Receiving is paused; nothing is lost. Free some space.",
  "banner.history_unusable":
    "Your messages could not be read or written. Close other programs that use Sotto’s folder. It tries again by itself.",
  "banner.sending_held":
    "Your keychain refuses to be written to, so secure messages wait. Unlock or allow it. It tries again by itself.",
  // Banner on top of a computer that its identity has left, for good.
  "banner.moved":
    "This identity moved to another computer. Here you can only read. If it was not you, somebody has your keys: warn your contacts.",
  // Banner while the clock of this computer differs from the relays'. {time}: a length of time.
  "banner.wrong_clock":
    "Your clock is {time} off. Messages may fail. Set it right in your system’s settings.",

  // Buttons of a banner: the others are shown, or hidden again. At most 16 characters.
  "banner.more": "{count, plural, other {and # more}}",
  "banner.fewer": "Show one",
  // Spoken names of a button: the whole text of the banner, or its beginning again.
  "banner.whole": "Show the whole text",
  "banner.less": "Show less",

  // States in a list of relays, a word or two.
  "relay.connected": "Connected",
  "relay.connecting": "Connecting",
  "relay.waiting": "Not connected",
  // The identity moved to another computer.
  "relay.stopped": "Stopped",
  "relay.this_computer": "This computer",
  // Why a relay cannot be used: a sentence.
  "relay.problem.name_not_found": "There is no computer with this name.",
  "relay.problem.unreachable": "The relay does not answer.",
  "relay.problem.no_network": "This computer is offline.",
  "relay.problem.proxy": "The proxy does not answer or refuses.",
  "relay.problem.certificate":
    "This network changes secure connections. Sign in to the Wi-Fi or use another.",
  "relay.problem.not_a_relay": "There is something at this address, but it is not a relay.",
  "relay.problem.name_taken":
    "Somebody else uses your id at this relay. Choose another id in your profile.",
  "relay.problem.busy": "The relay is full or asks to wait.",
  "relay.problem.replaced": "You connected from somewhere else with the same key.",
  "relay.problem.closed": "The relay ended the connection.",
  "relay.problem.timed_out": "The relay took too long to answer.",
  "relay.problem.needs_proxy":
    "Onion addresses are only reached through a proxy, such as Tor. Set one in the settings.",
  "relay.problem.bad_address": "This version of Sotto cannot use this address.",
  "relay.problem.no_room": "Paused, because what comes cannot be stored on this computer.",

  // Test of an address: label, placeholder (an example, not translated), button, progress.
  "relay.address": "Address",
  "relay.address.example": "wss://relay.example",
  "relay.test": "Test",
  "relay.testing": "Testing the relay",
  // Result of the test. {time}: round trip in ms.
  "relay.works": "It works. Round trip {time} ms.",
  "relay.fails": "It does not work.",
  "relay.not_private":
    "The way to this relay is not encrypted: everybody on it sees what the relay sees. Messages stay sealed.",
  // What a relay is, and how to get one: where one is chosen, and where only the one of this computer is.
  "relay.what":
    "A relay is a program on a computer that both of you can reach. It passes on sealed messages between people who are connected to it.",
  "relay.get":
    "Ask somebody whom you trust with it for the address of theirs, or run one yourself: the program is called sotto-relay and is a part of Sotto’s source code. Nobody runs one for everybody.",
  // Consent to a relay of level 0.
  "relay.level0":
    "A relay of this kind sees names, who is online and who writes to whom. It cannot read messages, and it keeps nothing for people who are away.",
  "relay.level0.consent": "I want to use it all the same",
} as const;
