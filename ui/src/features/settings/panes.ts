/** The panes of the settings, in their order. */
import {
  Bell,
  CircleUserRound,
  Info,
  Keyboard,
  type LucideIcon,
  Palette,
  Power,
  RadioTower,
  ShieldCheck,
} from "lucide-react";
import type { MessageKey } from "~/i18n/t";

export type SettingsPane =
  | "profile"
  | "relays"
  | "general"
  | "notifications"
  | "appearance"
  | "privacy"
  | "keyboard"
  | "about";

export const PANES: readonly { id: SettingsPane; label: MessageKey; icon: LucideIcon }[] = [
  { id: "profile", label: "settings.profile", icon: CircleUserRound },
  { id: "relays", label: "settings.relays", icon: RadioTower },
  { id: "general", label: "settings.general", icon: Power },
  { id: "notifications", label: "settings.notifications", icon: Bell },
  { id: "appearance", label: "settings.appearance", icon: Palette },
  { id: "privacy", label: "settings.privacy", icon: ShieldCheck },
  { id: "keyboard", label: "settings.keyboard", icon: Keyboard },
  { id: "about", label: "settings.about", icon: Info },
];
