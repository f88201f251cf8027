/** The words and ways out of each problem of ui.md 3.18. Buttons for what does not exist are left out. */

import type { MessageKey } from "~/i18n/t";
import type { StartProblem } from "~/ipc/bindings";

/** What a person can do about a problem. */
export type WayOut = "unlock" | "retry" | "start_same_keys" | "start_new" | "show_folder" | "quit";

export interface ProblemWords {
  readonly title: MessageKey;
  readonly text: MessageKey;
  /** The first is the primary one. */
  readonly waysOut: readonly WayOut[];
  /** Whether instructions for installing a keychain help. */
  readonly howTo?: true;
}

export const problemWords: Readonly<Record<StartProblem, ProblemWords>> = {
  keychain_locked: {
    title: "problem.keychain_locked",
    text: "problem.keychain_locked.text",
    waysOut: ["unlock", "quit"],
  },
  keychain_empty: {
    title: "problem.keychain_empty",
    text: "problem.keychain_empty.text",
    waysOut: ["unlock", "quit"],
  },
  keychain_missing: {
    title: "problem.keychain_missing",
    text: "problem.keychain_missing.text",
    waysOut: ["retry", "quit"],
    howTo: true,
  },
  keychain_refused: {
    title: "problem.keychain_refused",
    text: "problem.keychain_refused.text",
    waysOut: ["retry", "quit"],
  },
  wrong_key: {
    title: "problem.wrong_key",
    text: "problem.wrong_key.text",
    waysOut: ["retry", "quit"],
  },
  history_gone: {
    title: "problem.history_gone",
    text: "problem.history_gone.text",
    waysOut: ["start_same_keys", "quit"],
  },
  key_gone: {
    title: "problem.key_gone",
    text: "problem.key_gone.text",
    waysOut: ["start_new", "show_folder", "quit"],
  },
  key_damaged: {
    title: "problem.key_damaged",
    text: "problem.key_damaged.text",
    waysOut: ["retry", "start_new", "show_folder", "quit"],
  },
  profile_damaged: {
    title: "problem.profile_damaged",
    text: "problem.profile_damaged.text",
    waysOut: ["retry", "start_new", "show_folder", "quit"],
  },
  history_damaged: {
    title: "problem.history_damaged",
    text: "problem.history_damaged.text",
    waysOut: ["start_new", "show_folder", "quit"],
  },
  history_newer: {
    title: "problem.history_newer",
    text: "problem.history_newer.text",
    waysOut: ["show_folder", "quit"],
  },
  disk_full: {
    title: "problem.disk_full",
    text: "problem.disk_full.text",
    waysOut: ["retry", "show_folder", "quit"],
  },
  folder_unusable: {
    title: "problem.folder_unusable",
    text: "problem.folder_unusable.text",
    waysOut: ["retry", "show_folder", "quit"],
  },
};

export const wayOutLabel: Readonly<Record<WayOut, MessageKey>> = {
  unlock: "problem.unlock",
  retry: "problem.try_again",
  start_same_keys: "problem.start_same_keys",
  start_new: "problem.start_new",
  show_folder: "problem.show_folder",
  quit: "problem.quit",
};
