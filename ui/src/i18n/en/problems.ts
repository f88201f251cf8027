/** Full-window screens while the program starts or cannot start. Title: at most 50 characters. */
export const problems = {
  // Spoken title while the program starts.
  "starting.title": "Sotto is starting",
  // Shown while the engine answers for the first time; step "keychain".
  "starting.keychain": "Asking your keychain",
  // Step "passphrase": Argon2 runs, about a second.
  "starting.passphrase": "Checking your passphrase",
  // Step "history".
  "starting.history": "Opening your messages",
  // Step "migration": may take minutes with a large history.
  "starting.migration": "Bringing your messages up to date",
  // Line under the step "migration".
  "starting.migration.hint":
    "This can take a few minutes with many messages. Do not turn off the computer.",

  // Problem: keychain locked. Title, sentence.
  "problem.keychain_locked": "Your keychain is locked.",
  "problem.keychain_locked.text": "Unlock it to open your messages.",
  // Problem: the keychain runs and has nowhere to keep anything.
  "problem.keychain_empty": "Your keychain holds no keyring yet.",
  "problem.keychain_empty.text": "Your system asks for a password for the first one.",
  // Problem: no keychain although a profile with keys in it exists.
  "problem.keychain_missing": "No keychain on this system.",
  "problem.keychain_missing.text":
    "Your keys are in a keychain that is not running. Start or install GNOME Keyring or KWallet, then try again.",
  // Problem: keychain refused.
  "problem.keychain_refused": "Your keychain did not give the key.",
  "problem.keychain_refused.text": "Allow Sotto in the question that your system asks.",
  // Problem: the key does not fit.
  "problem.wrong_key": "This key does not fit your messages.",
  "problem.wrong_key.text": "Nothing was changed.",
  // Problem: database gone, keys there.
  "problem.history_gone": "Your messages are gone.",
  "problem.history_gone.text": "Your keys are still here.",
  // Help of the field for the person's own name: what else was lost with the history.
  "problem.history_gone.name":
    "It was kept with your messages, as were your contacts and relays. You begin with the relay of this computer.",
  // Problem: key gone, database there.
  "problem.key_gone": "The key for your messages is missing.",
  "problem.key_gone.text": "You can start new. Old messages stay locked, and their folder is kept.",
  // Problem: what keeps the key cannot be read, or the keychain has two of it.
  "problem.key_damaged": "The key for your messages is damaged.",
  "problem.key_damaged.text":
    "Nothing was changed. What your keychain or passphrase file holds cannot be read, or is there twice. You can start new; old messages stay locked, and their folder is kept.",
  // Problem: the file that says where the keys lie cannot be read.
  "problem.profile_damaged": "The file about your keys is damaged.",
  "problem.profile_damaged.text":
    "Nothing was changed. The file profile.json says where your keys are; a copy of it puts this right. You can start new; old messages stay locked, and their folder is kept.",
  // Problem: database damaged.
  "problem.history_damaged": "Your message file is damaged.",
  "problem.history_damaged.text":
    "Nothing was changed. You can start new; the damaged file is kept.",
  // Problem: newer schema.
  "problem.history_newer": "Your messages were written by a newer Sotto.",
  "problem.history_newer.text": "Update this copy; nothing was changed.",
  // Problem: no space left at the start.
  "problem.disk_full": "The disk is full.",
  "problem.disk_full.text": "Nothing was changed. Free some space, then try again.",
  // Problem: data folder not readable or writable.
  "problem.folder_unusable": "Sotto cannot use its data folder.",
  "problem.folder_unusable.text":
    "Nothing was changed. Check who owns the folder and whether the disk is there.",

  // Buttons of the problem screens, at most 28 characters.
  "problem.unlock": "Unlock",
  "problem.try_again": "Try again",
  "problem.quit": "Quit",
  "problem.show_folder": "Show folder",
  "problem.start_same_keys": "Start with the same keys",
  "problem.start_new": "Start new",
  "problem.how_to": "How to",
  // Text behind "How to".
  "problem.how_to.text":
    "GNOME: install the package gnome-keyring. KDE: turn on the wallet in the system settings. Then log out and in again, and come back here.",
  // Question before starting new: title, sentence, buttons.
  "problem.start_new.title": "Start new?",
  "problem.start_new.text":
    "Sotto makes new keys and an empty history. The old folder is moved aside, never deleted. Your contacts have to add your new key.",
  "problem.start_new.cancel": "Cancel",

  // Passphrase at the start: title, sentence, label, button.
  "passphrase.title": "Enter your passphrase",
  "passphrase.text": "It opens your keys and messages on this computer.",
  "passphrase.label": "Passphrase",
  "passphrase.open": "Open",
  // Error of the field.
  "passphrase.wrong": "That is not the passphrase.",
  // After a wrong one: time until the next try.
  "passphrase.wait": "Next try in {time}.",
  // Button in the field.
  "passphrase.show": "Show passphrase",
  "passphrase.hide": "Hide passphrase",
} as const;
