/**
 * The worlds that the fake engine can show: each gives the state it starts with. Used by the
 * gallery, the dev server (`?scenario=name`) and component tests.
 */
import { initialState } from "~/state/state";
import type {
  ChatId,
  ChatView,
  ContactView,
  InviteView,
  KeychainState,
  LastLine,
  MessageId,
  MessageView,
  Phase,
  ProfileView,
  RelayId,
  RelayView,
  RequestId,
  RequestView,
  SettingsView,
  Snapshot,
  StartProblem,
  SystemLine,
} from "../bindings";
import {
  accountIdOf,
  contact,
  contactIdOf,
  DAY,
  emptyChat,
  FIRST,
  fingerprintOf,
  HOUR,
  hueOf,
  invite,
  keyOf,
  LAST,
  LINES,
  MINUTE,
  person,
  secureContact,
  textMessage,
} from "./material";

/** What the fake engine holds. */
export interface World {
  phase: Phase;
  profile: ProfileView;
  settings: SettingsView;
  chats: ChatView[];
  messages: Map<ChatId, MessageView[]>;
  requests: RequestView[];
  invites: InviteView[];
  relays: RelayView[];
  people: Snapshot["people"];
}

export const PROFILE: ProfileView = {
  profile: "",
  name: "Nora Feld",
  accountId: accountIdOf("nora"),
  userId: accountIdOf("nora"),
  publicKey: keyOf("nora"),
  fingerprint: fingerprintOf("the three keys of nora"),
  keyFingerprint: fingerprintOf(keyOf("nora")),
  keyStorage: "os_keychain",
  version: "0.1.0",
  movedAt: null,
};

export const SETTINGS: SettingsView = initialState.settings;

export function relay(id: number, now: number, over: Partial<RelayView> = {}): RelayView {
  return {
    id: id as RelayId,
    place: "custom",
    name: "relay.example",
    url: "wss://relay.example/",
    state: { kind: "connected", since: now - 3 * HOUR },
    roundTripMs: 24,
    clockAheadMs: 0,
    people: 4,
    listed: (over.state?.kind ?? "connected") === "connected",
    ...over,
  };
}

export const thisComputer = (id: number, now: number, over: Partial<RelayView> = {}): RelayView =>
  relay(id, now, {
    place: "this_computer",
    name: "",
    url: "sotto:this-computer",
    roundTripMs: 1,
    clockAheadMs: null,
    people: 1,
    ...over,
  });

function empty(now: number): World {
  return {
    phase: { kind: "ready" },
    profile: { ...PROFILE },
    settings: { ...SETTINGS },
    chats: [],
    messages: new Map(),
    requests: [],
    invites: [],
    relays: [thisComputer(1, now, { people: 0 })],
    people: [],
  };
}

/** The line of the list for the newest message. */
export function lastLineOf(message: MessageView | undefined): LastLine | null {
  if (!message) return null;
  const text = message.body.kind === "text" ? message.body.text : message.body.line;
  return {
    direction: message.direction,
    snippet: text.replace(/\s+/g, " ").slice(0, 200),
    body: message.body.kind === "text" ? { kind: "text" } : message.body,
    state: message.state,
    at: message.at,
  };
}

let nextMessage = 1;
export const freshMessageId = (): number => nextMessage++;

function addChat(
  world: World,
  id: number,
  who: ContactView,
  rows: MessageView[],
  over: Partial<ChatView> = {},
): void {
  const chat = id as ChatId;
  world.messages.set(chat, rows);
  const last = rows.at(-1);
  world.chats.push(
    emptyChat(id, who, {
      last: lastLineOf(last),
      waiting: rows.filter((row) => row.state === "queued").length,
      activityAt: last?.at ?? who.addedAt,
      ...over,
    }),
  );
}

type Line = readonly [
  direction: "in" | "out",
  text: string,
  minutesAgo: number,
  over?: Partial<MessageView>,
];

function say(chat: number, now: number, lines: readonly Line[]): MessageView[] {
  return lines.map(([direction, text, ago, over]) =>
    textMessage(freshMessageId(), chat as ChatId, direction, text, now - ago * MINUTE, over),
  );
}

/** A line of the program in a chat. */
export function system(chat: number, line: SystemLine, at: number): MessageView {
  return {
    id: freshMessageId() as MessageId,
    chat: chat as ChatId,
    direction: "system",
    body: { kind: "system", line },
    at,
    state: null,
    stateAt: null,
    deliveredTo: 0,
    recipients: 0,
    failure: null,
  };
}

/** The people of the design's pictures. */
function demo(now: number): World {
  const world = empty(now);
  world.relays = [thisComputer(1, now), relay(2, now)];
  const mara = contact("Mara Lindqvist", now, { hue: 0 });
  addChat(world, 1, mara, [
    system(1, "contact_added", now - DAY),
    ...say(1, now, [
      ["in", "Morning! Did the survey files make it off the drone?", 14],
      ["in", "The client wants the raw set, not the compressed one.", 14],
      [
        "out",
        "Sure. It is about 4.8 GB, so keep the app open on your side and it will come straight over.",
        8,
      ],
      ["in", "Plan attached. I am on the office line now, go ahead. https://example.org/plan", 2],
      ["out", "Ground control points are in the second folder.", 0],
      ["out", "👍", 0, { state: "queued", stateAt: now - 5000 }],
    ]),
  ]);
  addChat(
    world,
    2,
    contact("Jonas Weber", now, { hue: 2, client: "guide" }),
    say(2, now, [
      ["out", "Try it with the new one", 100],
      ["in", "Thanks, that key works", 87],
    ]),
    { unread: 4 },
  );
  const priya = contact("Priya Raman", now, { hue: 3, client: "guide" });
  addChat(
    world,
    3,
    {
      ...priya,
      keyChange: {
        publicKey: keyOf("priya 2"),
        fingerprint: fingerprintOf(keyOf("priya 2")),
        seenAt: now - 2 * HOUR,
        held: 2,
      },
    },
    [
      ...say(3, now, [
        ["in", "See you on Friday", 2000],
        ["out", "Good. I bring the prints.", 1990, { state: "queued" }],
      ]),
      system(3, "other_key_seen", now - 2 * HOUR),
    ],
  );
  addChat(
    world,
    4,
    contact("Studio Kollektiv", now, { hue: 4, reach: "offline" }),
    say(4, now, [["in", "Could you look at the contract?", 1600]]),
    { draft: "Could you resend the contract" },
  );
  addChat(
    world,
    5,
    contact("Elif Demir", now, { hue: 5, reach: "away" }),
    say(5, now, [["in", "Three photos, all from the north side", 1500]]),
  );
  addChat(
    world,
    6,
    contact("Laptop backup", now, { hue: 6, client: "guide" }),
    say(6, now, [["in", "backup-2026-11-16 done", 8000]]),
    { unread: 12 },
  );
  addChat(
    world,
    7,
    contact("Tomás Oliveira", now, { hue: 7, reach: "offline" }),
    say(7, now, [["in", "See you at the station at nine", 9500]]),
  );
  world.requests = [
    request(1, "ravi", now, ["Hello, this is Ravi from the workshop.", "Is this the right place?"]),
    request(2, "Priya-Raman", now, ["It is me, with a new computer."], 3 as ChatId),
  ];
  world.people = [
    person(mara.userId, [1 as RelayId, 2 as RelayId], {
      chat: 1 as ChatId,
      publicKey: mara.publicKey ?? "",
    }),
    person("jonas-weber", [2 as RelayId], { chat: 2 as ChatId }),
    person("priya-raman", [2 as RelayId], {
      publicKey: keyOf("priya 2"),
      nameOfOther: contactIdOf(3),
    }),
    person("ravi", [2 as RelayId]),
    person("workshop-terminal", [1 as RelayId]),
  ];
  return world;
}

const delivered = (at: number): Partial<MessageView> => ({ state: "delivered", stateAt: at });

/** A contact of every kind that links and secure sessions make. */
function secure(now: number): World {
  const world = empty(now);
  world.relays = [thisComputer(1, now), relay(2, now)];
  addChat(
    world,
    1,
    secureContact("Mara Lindqvist", now, {
      hue: 0,
      trust: { kind: "verified", how: "code", by: "them", at: now - 20 * DAY },
    }),
    [
      system(1, "joined_by_invite", now - DAY),
      system(1, "verified_by_code", now - DAY),
      system(1, "session_started", now - DAY),
      ...say(1, now, [
        ["in", "Morning! Did the survey files make it off the drone?", 14],
        ["out", "They did. I read them tonight.", 8, delivered(now - 8 * MINUTE)],
        ["in", "Good. Keep the raw set, the client asks for it.", 3],
        ["out", "Of course.", 0],
      ]),
    ],
  );
  addChat(
    world,
    2,
    secureContact("Jonas Weber", now, { hue: 2, trust: { kind: "by_link", inviter: "them" } }),
    [
      system(2, "added_by_link", now - HOUR),
      system(2, "session_started", now - HOUR),
      ...say(2, now, [["in", "You found me.", 58]]),
    ],
  );
  addChat(
    world,
    3,
    secureContact("Priya Raman", now, {
      hue: 3,
      trust: { kind: "verified", how: "affirmed", by: "me", at: now - 30 * DAY },
      keyChange: {
        publicKey: keyOf("priya 2"),
        fingerprint: fingerprintOf(keyOf("priya 2")),
        seenAt: now - 3 * DAY,
        held: 1,
      },
    }),
    say(3, now, [
      ["in", "See you on Friday", 6000],
      ["out", "Good. I bring the prints.", 5990, { state: "queued" }],
    ]),
  );
  addChat(
    world,
    4,
    secureContact("Elif Demir", now, {
      hue: 5,
      publicKey: null,
      session: "waiting",
      reach: "away",
      trust: { kind: "by_link", inviter: "me" },
    }),
    [
      system(4, "joined_by_invite", now - 2 * HOUR),
      ...say(4, now, [["out", "Write when you are there.", 110, { state: "queued" }]]),
    ],
  );
  addChat(world, 5, secureContact("Studio Kollektiv", now, { hue: 4 }), [
    system(5, "added_by_link", now - 3 * DAY),
    ...say(5, now, [["in", "Could you look at the contract?", 1600]]),
  ]);
  addChat(world, 6, secureContact("Tomás Oliveira", now, { hue: 7, reach: "offline" }), [
    ...LOUD_LINES.map((line, index) => system(6, line, now - (9 - index) * HOUR)),
    ...say(6, now, [["in", "See you at the station at nine", 2000]]),
  ]);
  addChat(
    world,
    7,
    contact("Laptop backup", now, { hue: 6, client: "guide" }),
    say(7, now, [["in", "backup-2026-11-16 done", 8000]]),
  );
  world.invites = [
    invite(5, now, { shared: true, createdAt: now - 3 * HOUR, expiresAt: now + 21 * HOUR }),
    invite(4, now, { createdAt: now - DAY, state: { kind: "used", chat: 1 as ChatId } }),
    invite(3, now, { createdAt: now - 2 * DAY, state: { kind: "used", chat: null } }),
    invite(2, now, { createdAt: now - 2 * DAY, state: { kind: "revoked" } }),
    invite(1, now, {
      createdAt: now - 3 * DAY,
      expiresAt: now - 2 * DAY,
      state: { kind: "expired" },
    }),
  ];
  return world;
}

/** The lines that say more than that all is well. */
const LOUD_LINES: readonly SystemLine[] = [
  "history_restored",
  "session_renewed",
  "newer_version",
  "cannot_be_shown",
  "already_a_contact",
  "undecryptable",
  "identity_refused",
  "downgrade_refused",
  "invite_used_twice",
  "mark_removed",
];

export function request(
  id: number,
  userId: string,
  now: number,
  texts: string[],
  claims: ChatId | null = null,
): RequestView {
  const publicKey = keyOf(`request ${userId}`);
  return {
    id: id as RequestId,
    userId,
    publicKey,
    fingerprint: fingerprintOf(publicKey),
    hue: hueOf(publicKey),
    texts: texts.map((text, index) => ({ text, at: now - (60 - index) * MINUTE })),
    firstAt: now - HOUR,
    lastAt: now - (61 - texts.length) * MINUTE,
    claims,
  };
}

function many(now: number): World {
  const world = demo(now);
  for (let index = 0; index < 193; index += 1) {
    const id = 100 + index;
    const name = `${FIRST[index % FIRST.length]} ${LAST[Math.floor(index / FIRST.length) % LAST.length]}`;
    const text = LINES[index % LINES.length] ?? "";
    addChat(
      world,
      id,
      contact(name, now, {
        reach: index % 3 ? "offline" : "online",
        client: index % 4 ? "sotto" : "guide",
      }),
      say(id, now, [[index % 2 ? "in" : "out", text, 1000 + index * 500]]),
      { unread: index % 9 === 0 ? (index % 120) + 1 : 0 },
    );
  }
  return world;
}

function long(now: number): World {
  const world = demo(now);
  const rows: MessageView[] = [];
  for (let index = 0; index < 100_000; index += 1) {
    const run = Math.floor(index / 3);
    rows.push(
      textMessage(
        freshMessageId(),
        8 as ChatId,
        run % 2 ? "in" : "out",
        `${index + 1}. ${LINES[(index * 7) % LINES.length]}`,
        now - (100_000 - index) * 4 * MINUTE,
      ),
    );
  }
  addChat(world, 8, contact("Archive of everything", now, { hue: 8 }), rows);
  return world;
}

function names(now: number): World {
  const world = demo(now);
  const strange = [
    "Wolfeschlegelsteinhausenbergerdorff-Zimmermann von und zu Hohenlohe-Langenburg",
    "ليلى عبد الرحمن بن خالد الأنصاري",
    "שירה בן־דוד",
    "Verified \u202edevifirev\u202c",
    "👩‍👩‍👧‍👦🏳️‍🌈👩🏽‍🚀👨‍🌾 Family",
    "W".repeat(64),
    "a̶̧̛̛b̷̡̛c̸̨̛ z̵̧̛a̷l̸g̴o̵",
    '<b>bold</b> & "quoted"',
  ];
  strange.forEach((name, index) => {
    const id = 20 + index;
    addChat(
      world,
      id,
      contact(name, now, { userId: `strange-${index}`, reach: index % 2 ? "online" : "offline" }),
      say(id, now, [
        ["in", `${name} مرحبا`, 3 + index],
        ["out", LINES[8] ?? "", 2 + index],
      ]),
      { unread: index === 2 ? 1250 : 0 },
    );
  });
  world.profile = { ...world.profile, name: strange[1] ?? "", userId: "W".repeat(64) };
  world.requests = [
    request(
      1,
      strange[0] ?? "",
      now,
      Array.from({ length: 20 }, (_, index) => LINES[index % LINES.length] ?? ""),
    ),
    request(2, strange[1] ?? "", now, ["مرحبا، هل هذا المكان الصحيح؟"]),
    request(3, "<img src=x onerror=alert(1)>", now, [
      "<script>alert(1)</script> **not bold** https://example.org",
    ]),
  ];
  world.people = strange.map((name) => person(name, [1 as RelayId, 2 as RelayId]));
  world.relays = [
    relay(1, now, {
      name: `${"a-very-long-name.".repeat(6)}example`,
      url: `wss://${"a-very-long-name.".repeat(6)}example/`,
    }),
    thisComputer(2, now),
  ];
  return world;
}

/** Each way that the relays can stand. */
export const RELAY_STATES = {
  connecting: (now: number) => [
    relay(1, now, { state: { kind: "connecting" }, roundTripMs: null, people: 0 }),
  ],
  waiting: (now: number) => [
    relay(1, now, {
      state: { kind: "waiting", retry_at: now + 12_000, problem: "unreachable" },
      people: 0,
    }),
    relay(2, now, {
      name: "second.example",
      state: { kind: "waiting", retry_at: now + 40_000, problem: "certificate" },
      people: 0,
    }),
  ],
  offline: (now: number) => [
    relay(1, now, {
      state: { kind: "waiting", retry_at: now + 30_000, problem: "no_network" },
      people: 0,
    }),
  ],
  none: () => [],
  stopped: (now: number) => [
    relay(1, now, { state: { kind: "stopped" }, roundTripMs: null, people: 0 }),
  ],
  mixed: (now: number) => [
    thisComputer(1, now),
    relay(2, now),
    relay(3, now, {
      name: "old.example",
      url: "ws://old.example/",
      state: { kind: "waiting", retry_at: now + 30_000, problem: "name_taken" },
      roundTripMs: null,
      people: 0,
    }),
    relay(4, now, {
      name: "slow.example",
      state: { kind: "connecting" },
      roundTripMs: null,
      people: 0,
    }),
  ],
} as const satisfies Record<string, (now: number) => RelayView[]>;

export type ScenarioName =
  | "empty"
  | "demo"
  | "secure"
  | "many"
  | "long"
  | "names"
  | "onboarding"
  | "onboarding-locked"
  | "onboarding-empty"
  | "onboarding-missing"
  | "passphrase"
  | "passphrase-wrong"
  | "starting"
  | `problem-${StartProblem}`
  | `relays-${keyof typeof RELAY_STATES}`;

const onboarding = (keychain: KeychainState): Phase => ({
  kind: "onboarding",
  keychain_name: "GNOME Keyring",
  keychain,
});

/** The world of a name. An unknown name is the demo. */
export function worldOf(name: string, now: number): World {
  const [kind, rest] = [name.split("-", 1)[0] ?? "", name.slice(name.indexOf("-") + 1)];
  switch (kind) {
    case "empty":
      return empty(now);
    case "secure":
      return secure(now);
    case "many":
      return many(now);
    case "long":
      return long(now);
    case "names":
      return names(now);
    case "onboarding":
      return {
        ...empty(now),
        phase: onboarding(
          rest === "locked" || rest === "empty" || rest === "missing" ? rest : "available",
        ),
      };
    case "passphrase":
      return {
        ...demo(now),
        phase: {
          kind: "passphrase",
          wrong: rest === "wrong",
          wait_ms: rest === "wrong" ? 4000 : 0,
        },
      };
    case "starting":
      return { ...demo(now), phase: { kind: "starting", step: "migration" } };
    case "problem":
      return { ...demo(now), phase: { kind: "problem", problem: rest as StartProblem } };
    case "relays": {
      const relays = RELAY_STATES[rest as keyof typeof RELAY_STATES];
      const movedAt = rest === "stopped" ? now - 300_000 : null;
      const profile = { ...PROFILE, movedAt };
      return { ...demo(now), profile, relays: relays ? relays(now) : [] };
    }
    default:
      return demo(now);
  }
}
