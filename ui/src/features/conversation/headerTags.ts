/**
 * The states of a contact that stand under its name: at most two, the loudest first (danger, warn, ok,
 * pq). Pure; the header draws them.
 */
import type { LucideIcon } from "lucide-react";
import {
  Atom,
  Ban,
  Clock,
  ClockAlert,
  ShieldAlert,
  ShieldCheck,
  ShieldQuestionMark,
  UsersRound,
} from "lucide-react";
import type { Tone } from "~/components/Tag";
import type { MessageKey } from "~/i18n/t";
import type { ContactView } from "~/ipc/bindings";

export interface HeaderTag {
  readonly id: string;
  readonly tone: Tone;
  readonly icon: LucideIcon;
  readonly label: MessageKey;
}

const BLOCKED: HeaderTag = { id: "blocked", tone: "plain", icon: Ban, label: "chat.blocked" };
const OTHER_KEY: HeaderTag = {
  id: "other-key",
  tone: "danger",
  icon: ShieldAlert,
  label: "chat.otherKey",
};
const KEY_CHANGED: HeaderTag = {
  id: "key-changed",
  tone: "danger",
  icon: ShieldAlert,
  label: "chat.keyChanged",
};
const DOUBLED: HeaderTag = {
  id: "doubled",
  tone: "danger",
  icon: UsersRound,
  label: "chat.doubled",
};
const PLAIN: HeaderTag = {
  id: "plain",
  tone: "warn",
  icon: ClockAlert,
  label: "chat.noForwardSecrecy",
};
const UNVERIFIED: HeaderTag = {
  id: "unverified",
  tone: "warn",
  icon: ShieldQuestionMark,
  label: "chat.notVerified",
};
const VERIFIED: HeaderTag = {
  id: "verified",
  tone: "ok",
  icon: ShieldCheck,
  label: "chat.verified",
};
const POST_QUANTUM: HeaderTag = {
  id: "pq",
  tone: "pq",
  icon: Atom,
  label: "chat.postQuantum",
};
const WAITING: HeaderTag = {
  id: "waiting",
  tone: "plain",
  icon: Clock,
  label: "chat.messagesWait",
};

export function headerTags(contact: ContactView): readonly HeaderTag[] {
  const { protection, session, trust, keyChange, blocked, doubled } = contact;
  const verified = trust.kind === "verified";
  if (blocked) return [BLOCKED];
  if (keyChange) return [verified ? KEY_CHANGED : OTHER_KEY];
  // Of two with one name, the verified one needs no warning.
  if (doubled && !verified) return [DOUBLED, protection === "plain" ? PLAIN : UNVERIFIED];
  switch (protection) {
    case "plain":
      // An unchecked key is the lesser fault of a plain chat; the details name it.
      return verified ? [PLAIN, VERIFIED] : [PLAIN];
    case "pq":
      return [verified ? VERIFIED : UNVERIFIED, session === "ready" ? POST_QUANTUM : WAITING];
  }
}
