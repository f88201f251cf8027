/** What a person has chosen so far at the first start, and which screen comes next. Pure. */

import type { KeychainState, RelayChoice } from "~/ipc/bindings";
import { NO_TRIAL, type RelayTrial, usableUrl } from "~/parts/RelayAddressTest";

export type Step = "welcome" | "name" | "keys" | "relay" | "contact";

export const STEPS: readonly Step[] = ["welcome", "name", "keys", "relay", "contact"];

export interface Draft {
  readonly name: string;
  /** Whether the keys are sealed with a passphrase in place of the keychain. */
  readonly withPassphrase: boolean;
  readonly passphrase: string;
  readonly again: string;
  readonly relay: RelayChoice["kind"];
  readonly trial: RelayTrial;
}

export const EMPTY_DRAFT: Draft = {
  name: "",
  withPassphrase: false,
  passphrase: "",
  again: "",
  relay: "this_computer",
  trial: NO_TRIAL,
};

/** The engine refuses shorter ones too. */
const SHORTEST_PASSPHRASE = 8;
/** In characters, as the engine counts. */
export const LONGEST_NAME = 40;

export type NameFault =
  | { readonly kind: "empty" }
  | { readonly kind: "long"; readonly over: number };

export function nameFault({ name }: Draft): NameFault | null {
  const length = [...name.trim()].length;
  if (length === 0) return { kind: "empty" };
  return length > LONGEST_NAME ? { kind: "long", over: length - LONGEST_NAME } : null;
}

export type PassphraseFault = "short" | "differ";

export function passphraseFault({ passphrase, again }: Draft): PassphraseFault | null {
  if ([...passphrase].length < SHORTEST_PASSPHRASE) return "short";
  return passphrase === again ? null : "differ";
}

/** Whether the keys screen can be left: a keychain that works, or a good passphrase. */
export function keysReady(draft: Draft, keychain: KeychainState): boolean {
  return draft.withPassphrase ? passphraseFault(draft) === null : keychain === "available";
}

/** The choice of relay, or null if the address is not usable yet. */
export function relayChoice({ relay, trial }: Draft): RelayChoice | null {
  if (relay === "this_computer") return { kind: "this_computer" };
  const url = usableUrl(trial);
  return url === null ? null : { kind: "custom", url };
}

export function stepBefore(step: Step): Step {
  return STEPS[Math.max(0, STEPS.indexOf(step) - 1)] ?? "welcome";
}
