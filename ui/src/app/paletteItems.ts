/** What the palette offers for what was typed. Pure. */
import {
  Inbox,
  type LucideIcon,
  Moon,
  RefreshCw,
  Settings,
  Sun,
  SunMoon,
  UserPlus,
  Users,
} from "lucide-react";
import type { ShortcutId } from "~/components/shortcuts";
import { type MessageKey, t } from "~/i18n/t";
import type { ChatView } from "~/ipc/bindings";
import { chatsNamed, folded } from "~/search/chatsNamed";

export type CommandId =
  | "add"
  | "people"
  | "requests"
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

export type PaletteItem = { kind: "chat"; chat: ChatView } | Command;

const COMMANDS: readonly Command[] = [
  { kind: "command", id: "add", label: "chats.add", icon: UserPlus, keys: "new-chat" },
  { kind: "command", id: "people", label: "chats.people", icon: Users },
  { kind: "command", id: "requests", label: "chats.requests", icon: Inbox },
  { kind: "command", id: "settings", label: "chats.settings", icon: Settings, keys: "settings" },
  { kind: "command", id: "reconnect", label: "palette.reconnect", icon: RefreshCw },
  { kind: "command", id: "dark", label: "palette.dark", icon: Moon },
  { kind: "command", id: "light", label: "palette.light", icon: Sun },
  { kind: "command", id: "system", label: "palette.systemTheme", icon: SunMoon },
];

const MOST_CHATS = 8;

/** Chats first (the most recent ones while nothing is typed), then commands. */
export function paletteItems(chats: readonly ChatView[], words: string): PaletteItem[] {
  const typed = folded(words.trim());
  const found = typed === "" ? chats.slice(0, MOST_CHATS) : chatsNamed(chats, words, MOST_CHATS);
  const commands = COMMANDS.filter(({ label }) => folded(t(label)).includes(typed));
  return [...found.map((chat) => ({ kind: "chat" as const, chat })), ...commands];
}
