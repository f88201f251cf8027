/** What the palette offers for what was typed. Pure. */
import {
  Inbox,
  type LucideIcon,
  Moon,
  RefreshCw,
  Settings,
  ShieldCheck,
  Sun,
  SunMoon,
  UserPlus,
  Users,
} from "lucide-react";
import type { ShortcutId } from "~/components/shortcuts";
import { type MessageKey, t } from "~/i18n/t";
import type { ChatView, PersonView, SearchHit } from "~/ipc/bindings";
import { chatsNamed } from "~/search/chatsNamed";
import { folded } from "~/search/fold";
import type { Found } from "~/search/useSearch";

export type CommandId =
  | "add"
  | "people"
  | "requests"
  | "verify"
  | "settings"
  | "reconnect"
  | "light"
  | "dark"
  | "system";

export interface Command {
  kind: "command";
  id: CommandId;
  label: MessageKey;
  icon: LucideIcon;
  keys?: ShortcutId;
}

export type PaletteItem =
  | { kind: "chat"; chat: ChatView }
  | Command
  | { kind: "person"; person: PersonView }
  | { kind: "message"; hit: SearchHit }
  /** Shows older messages. */
  | { kind: "more" };

export interface PaletteGroup {
  id: "chats" | "commands" | "people" | "messages";
  heading: MessageKey;
  /** How many there are, of which those that are offered are the first. */
  count: number;
  items: readonly PaletteItem[];
}

const COMMANDS: readonly Command[] = [
  { kind: "command", id: "add", label: "chats.add", icon: UserPlus, keys: "new-chat" },
  { kind: "command", id: "people", label: "chats.people", icon: Users },
  { kind: "command", id: "requests", label: "chats.requests", icon: Inbox },
  { kind: "command", id: "verify", label: "palette.verify", icon: ShieldCheck },
  { kind: "command", id: "settings", label: "chats.settings", icon: Settings, keys: "settings" },
  { kind: "command", id: "reconnect", label: "palette.reconnect", icon: RefreshCw },
  { kind: "command", id: "dark", label: "palette.dark", icon: Moon },
  { kind: "command", id: "light", label: "palette.light", icon: Sun },
  { kind: "command", id: "system", label: "palette.systemTheme", icon: SunMoon },
];

const MOST_CHATS = 8;
const MOST_PEOPLE = 4;

export interface Searched {
  chats: readonly ChatView[];
  people: readonly PersonView[];
  /** Of messages, as far as they are known. */
  found: Found | null;
  /** Whether a chat is open, which some commands are about. */
  inChat: boolean;
}

/**
 * The groups that have something: chats (the most recent ones while nothing is typed), commands,
 * people, and at the end messages, which come later than the others and so move none of them.
 */
export function paletteGroups(
  words: string,
  { chats, people, found, inChat }: Searched,
): PaletteGroup[] {
  const typed = folded(words.trim());
  const named = typed === "" ? chats.slice(0, MOST_CHATS) : chatsNamed(chats, words, MOST_CHATS);
  const commands = COMMANDS.filter(
    ({ id, label }) => (inChat || id !== "verify") && folded(t(label)).includes(typed),
  );
  // Those who are contacts are found as chats.
  const others = people.filter(({ chat }) => chat === null);
  const listed = typed === "" ? [] : others.filter((one) => folded(one.userId).includes(typed));
  const groups: PaletteGroup[] = [
    {
      id: "chats",
      heading: "palette.chats",
      count: named.length,
      items: named.map((chat) => ({ kind: "chat", chat })),
    },
    { id: "commands", heading: "palette.commands", count: commands.length, items: commands },
    {
      id: "people",
      heading: "palette.people",
      count: listed.length,
      items: listed.slice(0, MOST_PEOPLE).map((person) => ({ kind: "person", person })),
    },
    messagesOf(typed === "" ? null : found),
  ];
  return groups.filter(({ items }) => items.length > 0);
}

function messagesOf(found: Found | null): PaletteGroup {
  const hits = found?.hits ?? [];
  const items: PaletteItem[] = hits.map((hit) => ({ kind: "message", hit }));
  if (found?.hasMore) items.push({ kind: "more" });
  return { id: "messages", heading: "palette.messages", count: found?.total ?? 0, items };
}

export function keyOf(item: PaletteItem): string {
  switch (item.kind) {
    case "chat":
      return `chat-${item.chat.id}`;
    case "command":
      return item.id;
    case "person":
      return `person-${item.person.publicKey}-${item.person.userId}`;
    case "message":
      return `message-${item.hit.message}`;
    case "more":
      return "more";
  }
}
