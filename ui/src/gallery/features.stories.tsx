/** The start screens, dialogs and panes in every state. */
import { StartGate } from "~/app/StartGate";
import { AddContactDialog } from "~/features/contacts/AddContactDialog";
import {
  BlockDialog,
  ClearChatDialog,
  DeleteContactDialog,
  RenameDialog,
} from "~/features/contacts/ContactDialogs";
import { PeopleDialog } from "~/features/people/PeopleDialog";
import { ConnectionBanner } from "~/features/relays/ConnectionBanner";
import { StatusStrip } from "~/features/relays/StatusStrip";
import { RequestsPane } from "~/features/requests/RequestsPane";
import type { SettingsPane } from "~/features/settings/panes";
import { SettingsDialog } from "~/features/settings/SettingsDialog";
import type { ChatView, InviteId, StartProblem } from "~/ipc/bindings";
import { SPARE_KEY } from "~/ipc/fake";
import { linkOf } from "~/ipc/fake/links";
import { accountIdOf, keyOf, withContact } from "~/ipc/fake/material";
import { RELAY_STATES, worldOf } from "~/ipc/fake/scenarios";
import { useSortedChats } from "~/state/selectors";
import { useStore } from "~/state/store";
import { found, hitKey, press, seen, type } from "./hands";
import { SMALL, type Story, WINDOW } from "./story";

const nothing = (): void => undefined;

function Gate() {
  const phase = useStore((state) => state.phase);
  return (
    <StartGate phase={phase} told>
      {null}
    </StartGate>
  );
}

const gate = () => <Gate />;
const BOTH = [WINDOW, SMALL] as const;

async function toName(): Promise<void> {
  await press("onboarding-continue");
  await seen("onboarding-name");
}

async function toKeys(): Promise<void> {
  await toName();
  await type("onboarding-name", "Nora Feld");
  await press("onboarding-continue");
  await seen("onboarding-step-keys");
}

async function toRelay(): Promise<void> {
  await toKeys();
  await press("onboarding-continue");
  await seen("onboarding-step-relay");
}

async function toAddress(url: string): Promise<void> {
  await toRelay();
  await press("onboarding-relay-own");
  await type("relay-address", url);
  await press("relay-test");
}

async function toContact(): Promise<void> {
  await toRelay();
  await press("onboarding-continue");
  await seen("onboarding-step-contact");
  await seen("invite-code");
}

const onboarding: Story[] = [
  {
    id: "onboarding-1-welcome",
    play: () => seen("onboarding-step-welcome").then(nothing),
    scenario: "onboarding",
    render: gate,
    sizes: BOTH,
    languages: true,
  },
  { id: "onboarding-2-name", scenario: "onboarding", render: gate, play: toName, languages: true },
  {
    id: "onboarding-2-name-empty",
    scenario: "onboarding",
    render: gate,
    play: async () => {
      await toName();
      await press("onboarding-continue");
    },
  },
  { id: "onboarding-3-keys", scenario: "onboarding", render: gate, play: toKeys, languages: true },
  {
    id: "onboarding-3-passphrase",
    scenario: "onboarding",
    render: gate,
    sizes: BOTH,
    languages: true,
    play: async () => {
      await toKeys();
      await press("onboarding-passphrase-toggle");
      await type("onboarding-passphrase", "correct horse battery staple");
      await type("onboarding-passphrase-again", "correct horse");
      await press("onboarding-continue");
    },
  },
  { id: "onboarding-3-locked", scenario: "onboarding-locked", render: gate, play: toKeys },
  { id: "onboarding-3-empty", scenario: "onboarding-empty", render: gate, play: toKeys },
  { id: "onboarding-3-missing", scenario: "onboarding-missing", render: gate, play: toKeys },
  {
    id: "onboarding-4-relay",
    scenario: "onboarding",
    render: gate,
    play: toRelay,
    languages: true,
  },
  {
    id: "onboarding-4-relay-works",
    scenario: "onboarding",
    render: gate,
    sizes: BOTH,
    play: async () => {
      await toAddress("ws://relay.example");
      await seen("relay-works");
    },
  },
  {
    id: "onboarding-4-relay-fails",
    scenario: "onboarding",
    render: gate,
    play: async () => {
      await toAddress("wss://wifi.example");
      await seen("relay-fails");
    },
  },
  {
    id: "onboarding-4-relay-testing",
    scenario: "onboarding",
    render: gate,
    slow: 1e9,
    play: () => toAddress("wss://relay.example"),
  },
  {
    id: "onboarding-4-making",
    scenario: "onboarding",
    render: gate,
    slow: 1e9,
    play: async () => {
      await toRelay();
      await press("onboarding-continue");
    },
  },
  {
    id: "onboarding-5-contact",
    scenario: "onboarding",
    render: gate,
    sizes: BOTH,
    languages: true,
    play: toContact,
  },
  {
    id: "onboarding-5-used",
    scenario: "onboarding",
    render: gate,
    play: async (engine) => {
      await toContact();
      engine.joinBy(1 as InviteId, "Mara Lindqvist");
      await seen("invite-used");
    },
  },
  {
    id: "onboarding-5-link",
    scenario: "onboarding",
    render: gate,
    sizes: BOTH,
    languages: true,
    play: async () => {
      await toContact();
      await press("add-way-link");
      await type("link-field", linkOf("invite", "anouk"));
      await press("link-continue");
      await seen("link-confirm");
    },
  },
  {
    id: "onboarding-5-added",
    scenario: "onboarding",
    render: gate,
    play: async () => {
      await toContact();
      await press("add-way-key");
      await type("add-contact-id", "mara");
      await type("add-contact-key", SPARE_KEY);
      await press("onboarding-add");
      await seen("add-contact-result");
    },
  },
];

const PROBLEMS: readonly StartProblem[] = [
  "keychain_locked",
  "keychain_empty",
  "keychain_missing",
  "keychain_refused",
  "wrong_key",
  "history_gone",
  "key_gone",
  "key_damaged",
  "profile_damaged",
  "history_damaged",
  "history_newer",
  "disk_full",
  "folder_unusable",
];

const problems: Story[] = [
  ...PROBLEMS.map(
    (problem): Story => ({
      id: `problem-${problem.replaceAll("_", "-")}`,
      scenario: `problem-${problem}`,
      render: gate,
      ...(problem === "keychain_locked" && { sizes: BOTH, languages: true }),
    }),
  ),
  {
    id: "problem-start-new-question",
    scenario: "problem-key_gone",
    render: gate,
    languages: true,
    play: () => press("problem-start_new"),
  },
  { id: "passphrase", scenario: "passphrase", render: gate, sizes: BOTH, languages: true },
  { id: "passphrase-wrong", scenario: "passphrase-wrong", render: gate },
  {
    id: "starting-migration",
    scenario: "starting",
    render: gate,
    play: () =>
      seen("starting-screen").then(() => new Promise((resolve) => setTimeout(resolve, 400))),
  },
];

const pane = (initial: SettingsPane) => () => (
  <SettingsDialog open initial={initial} onClose={nothing} />
);

const settings: Story[] = [
  { id: "settings-profile", render: pane("profile"), sizes: BOTH, languages: true },
  { id: "settings-profile-long", scenario: "names", render: pane("profile"), sizes: BOTH },
  {
    id: "settings-relays",
    scenario: "relays-mixed",
    render: pane("relays"),
    sizes: BOTH,
    languages: true,
  },
  { id: "settings-relays-none", scenario: "relays-none", render: pane("relays") },
  { id: "settings-relays-long", scenario: "names", render: pane("relays"), sizes: BOTH },
  {
    id: "settings-relays-add",
    render: pane("relays"),
    sizes: BOTH,
    play: async () => {
      await press("settings-relay-add");
      await type("relay-address", "ws://relay.example");
      await press("relay-test");
      await seen("relay-works");
    },
  },
  {
    id: "settings-relays-add-this-computer",
    scenario: "relays-none",
    render: pane("relays"),
    sizes: BOTH,
    play: async () => {
      await press("settings-relay-add");
      await press("add-relay-here");
    },
  },
  {
    id: "settings-relays-remove-last",
    scenario: "empty",
    render: pane("relays"),
    play: () => press("settings-relay-remove"),
  },
  {
    id: "settings-relays-proxy-refused",
    render: pane("relays"),
    play: async () => {
      await press("settings-proxy-socks5");
      await type("settings-proxy-address", "nonsense");
      await hitKey("settings-proxy-address", "Enter");
    },
  },
  { id: "settings-notifications", render: pane("notifications"), languages: true },
  { id: "settings-appearance", render: pane("appearance"), sizes: BOTH, languages: true },
  { id: "settings-privacy-none", render: pane("privacy") },
  {
    id: "settings-privacy",
    scenario: (now) => {
      const world = worldOf("names", now);
      return {
        ...world,
        chats: world.chats.map((chat) => withContact(chat, { blocked: true })),
      };
    },
    render: pane("privacy"),
    sizes: BOTH,
  },
  { id: "settings-keyboard", render: pane("keyboard"), languages: true },
  { id: "settings-about", render: pane("about"), sizes: BOTH, languages: true },
];

const addDialog = () => <AddContactDialog open onClose={nothing} onOpenChat={nothing} />;

/** From the field to the question whose link it is. */
async function ask(link: string): Promise<void> {
  await press("add-way-link");
  await type("link-field", link);
  await press("link-continue");
  await seen("link-confirm");
}

async function fill(id: string, key: string): Promise<void> {
  await press("add-way-key");
  await type("add-contact-id", id);
  await type("add-contact-key", key);
  await press("add-contact-submit");
}

function First({ children }: { children: (chat: ChatView) => React.ReactNode }) {
  const chat = useSortedChats().find((row) => row.waiting > 0);
  return chat ? children(chat) : null;
}

const contacts: Story[] = [
  {
    id: "add-contact",
    scenario: "empty",
    render: addDialog,
    sizes: BOTH,
    languages: true,
    play: () => seen("invite-code").then(nothing),
  },
  {
    id: "add-contact-invites",
    scenario: "secure",
    render: addDialog,
    sizes: BOTH,
    languages: true,
    play: async () => {
      await seen("invite-code");
      await press("invites");
      (await seen("invites")).scrollIntoView();
    },
  },
  {
    id: "add-contact-revoke",
    scenario: "secure",
    render: addDialog,
    play: async () => {
      await press("invites");
      await press("invite-revoke");
      await seen("revoke-dialog");
    },
  },
  {
    id: "add-contact-card",
    scenario: "empty",
    render: addDialog,
    sizes: BOTH,
    languages: true,
    play: async () => {
      await seen("invite-code");
      await press("contact-card");
      (await seen("card-save")).scrollIntoView();
    },
  },
  {
    id: "add-contact-shared",
    scenario: "empty",
    render: addDialog,
    play: async () => {
      await press("invite-save");
      await press("confirm");
      await seen("toast");
    },
  },
  {
    id: "add-contact-used",
    scenario: "empty",
    render: addDialog,
    play: async (engine) => {
      await seen("invite-code");
      engine.joinBy(1 as InviteId, "ليلى عبد الرحمن بن خالد الأنصاري Wolfeschlegelsteinhausen");
      await seen("invite-used");
    },
  },
  {
    id: "add-contact-link",
    render: addDialog,
    sizes: BOTH,
    languages: true,
    play: () => press("add-way-link"),
  },
  {
    id: "add-contact-link-refused",
    render: addDialog,
    play: async () => {
      await press("add-way-link");
      await type("link-field", linkOf("invite", "expired"));
      await press("link-continue");
      await found('[data-testid="link-field"][aria-invalid]');
    },
  },
  {
    id: "add-contact-link-picture",
    render: addDialog,
    play: async () => {
      await press("add-way-link");
      const picture = new File(["a cat"], "cat.png", { type: "image/png" });
      const clipboardData = new DataTransfer();
      clipboardData.items.add(picture);
      const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true });
      (await seen("link-field")).dispatchEvent(paste);
      await found('[data-testid="link-field"][aria-invalid]');
    },
  },
  {
    id: "add-contact-confirm",
    render: addDialog,
    sizes: BOTH,
    languages: true,
    play: () => ask(linkOf("invite", "anouk")),
  },
  {
    id: "add-contact-confirm-long",
    render: addDialog,
    sizes: BOTH,
    play: async () => {
      await ask(linkOf("card", "long"));
      await type(
        "link-name",
        "ليلى عبد الرحمن بن خالد الأنصاري Wolfeschlegelsteinhausenbergerdorff",
      );
    },
  },
  {
    id: "add-contact-confirm-known",
    scenario: (now) => {
      const world = worldOf("secure", now);
      return {
        ...world,
        chats: world.chats.map((chat, index) =>
          index === 0 ? withContact(chat, { accountId: accountIdOf("mara") }) : chat,
        ),
      };
    },
    render: addDialog,
    play: () => ask(linkOf("card", "mara")),
  },
  {
    id: "add-contact-by-link",
    render: addDialog,
    languages: true,
    play: async () => {
      await ask(linkOf("invite", "anouk"));
      await type("link-name", "Anouk Berg");
      await press("link-add");
      await seen("add-contact-result");
    },
  },
  {
    id: "add-contact-key",
    render: addDialog,
    sizes: BOTH,
    languages: true,
    play: () => press("add-way-key"),
  },
  {
    id: "add-contact-empty",
    render: addDialog,
    play: async () => {
      await press("add-way-key");
      await press("add-contact-submit");
    },
  },
  {
    id: "add-contact-own-shown",
    render: addDialog,
    play: async () => {
      await press("add-way-key");
      await press("add-contact-own");
    },
  },
  { id: "add-contact-bad-key", render: addDialog, play: () => fill("anna", "not a key") },
  { id: "add-contact-taken", render: addDialog, play: () => fill("jonas-weber", SPARE_KEY) },
  { id: "add-contact-known", render: addDialog, play: () => fill("x", keyOf("jonas-weber")) },
  {
    id: "add-contact-result",
    render: addDialog,
    languages: true,
    play: async () => {
      await fill("anna", SPARE_KEY);
      await seen("add-contact-result");
    },
  },
  {
    id: "add-contact-result-long",
    render: addDialog,
    sizes: BOTH,
    play: async () => {
      await press("add-way-key");
      await type("add-contact-name", "ليلى عبد الرحمن بن خالد الأنصاري Wolfeschlegelsteinhausen");
      await fill("w".repeat(64), SPARE_KEY);
      await seen("add-contact-result");
    },
  },
  {
    id: "add-contact-prefilled",
    render: () => (
      <AddContactDialog
        open
        onClose={nothing}
        onOpenChat={nothing}
        prefill={{ userId: "ravi", publicKey: keyOf("ravi") }}
      />
    ),
  },
  {
    id: "rename-contact",
    render: () => <First>{(chat) => <RenameDialog chat={chat} onClose={nothing} />}</First>,
  },
  {
    id: "block-contact",
    render: () => <First>{(chat) => <BlockDialog chat={chat} onClose={nothing} />}</First>,
  },
  {
    id: "delete-contact",
    render: () => <First>{(chat) => <DeleteContactDialog chat={chat} onClose={nothing} />}</First>,
    languages: true,
  },
  {
    id: "clear-chat",
    render: () => <First>{(chat) => <ClearChatDialog chat={chat} onClose={nothing} />}</First>,
  },
];

const requestsPane = () => <RequestsPane onClose={nothing} onOpenChat={nothing} />;

async function openRequest(userId: string): Promise<void> {
  (await found(`[data-testid="request-row"][data-user-id^="${userId}"]`)).click();
  await seen("request-detail");
}

const requests: Story[] = [
  { id: "requests-list", render: requestsPane, sizes: BOTH, languages: true },
  { id: "requests-empty", scenario: "empty", render: requestsPane },
  {
    id: "requests-detail",
    render: requestsPane,
    sizes: BOTH,
    languages: true,
    play: () => openRequest("ravi"),
  },
  { id: "requests-claim", render: requestsPane, play: () => openRequest("Priya"), languages: true },
  {
    id: "requests-long",
    scenario: "names",
    render: requestsPane,
    sizes: BOTH,
    play: () => openRequest("Wolfe"),
  },
  {
    id: "requests-rtl-name",
    scenario: "names",
    render: requestsPane,
    play: () => openRequest("ليلى"),
  },
  {
    id: "requests-accept",
    render: requestsPane,
    play: async () => {
      await openRequest("ravi");
      await press("request-accept");
    },
  },
  {
    id: "requests-block",
    render: requestsPane,
    play: async () => {
      await openRequest("ravi");
      await press("request-block");
    },
  },
];

const peopleDialog = () => (
  <PeopleDialog open onClose={nothing} onAdd={nothing} onOpenChat={nothing} />
);

const people: Story[] = [
  { id: "people", render: peopleDialog, sizes: BOTH, languages: true },
  { id: "people-empty", scenario: "empty", render: peopleDialog },
  { id: "people-long-names", scenario: "names", render: peopleDialog, sizes: BOTH },
];

/** Both widths of the sidebar: a column and a rail. */
const strip = () => (
  <main style={{ display: "grid", gap: 24, padding: 24 }}>
    <h1 className="type-title">Status strip</h1>
    {[320, 260, 72].map((width) => (
      <div key={width} style={{ width, background: "var(--color-surface)" }}>
        <StatusStrip onDetails={nothing} />
      </div>
    ))}
    <div style={{ width: 480 }}>
      <ConnectionBanner />
    </div>
  </main>
);

const relayStates: Story[] = [
  ...Object.keys(RELAY_STATES).map(
    (state): Story => ({
      id: `relays-${state}`,
      scenario: `relays-${state as keyof typeof RELAY_STATES}`,
      render: strip,
      languages: state === "waiting",
    }),
  ),
  {
    id: "relays-banner",
    scenario: "relays-waiting",
    render: strip,
    play: async () => {
      await seen("status-strip");
      useStore.setState({ disconnectedSince: Date.now() - 180_000 });
    },
  },
  {
    id: "relays-disk-full",
    render: strip,
    play: (engine) => engine.emit({ kind: "history_trouble", trouble: "disk_full" }),
  },
];

export const stories: readonly Story[] = [
  ...onboarding,
  ...problems,
  ...settings,
  ...contacts,
  ...requests,
  ...people,
  ...relayStates,
];
