/**
 * The English texts. Each message has a comment above it that says where it stands; the comments
 * are for translators and are not in the bundle. ICU syntax as in `icu.ts`.
 */
import { contacts } from "./en/contacts";
import { errors } from "./en/errors";
import { onboarding } from "./en/onboarding";
import { problems } from "./en/problems";
import { relays } from "./en/relays";
import { requests } from "./en/requests";
import { settings } from "./en/settings";
import { shell } from "./en/shell";
import { time } from "./en/time";
import { verify } from "./en/verify";

export const en = {
  ...shell,
  ...contacts,
  ...errors,
  ...onboarding,
  ...problems,
  ...relays,
  ...requests,
  ...settings,
  ...time,
  ...verify,
} as const;

export type MessageKey = keyof typeof en;
