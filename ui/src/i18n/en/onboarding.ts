/** The five screens of the first start. Titles: at most 60 characters; buttons: at most 24. */
export const onboarding = {
  // Buttons of every screen.
  "onboarding.back": "Back",
  "onboarding.continue": "Continue",
  // Spoken: which screen of how many.
  "onboarding.step": "Step {step} of {count}",

  // Screen 1.
  "onboarding.welcome.title": "Private messages, from your computer to theirs.",
  "onboarding.welcome.text": "No phone number. No account. Keys stay on this device.",
  "onboarding.welcome.start": "Get started",

  // Screen 2: title, label of the field, help.
  "onboarding.name.title": "What should people call you?",
  "onboarding.name.label": "Your name",
  "onboarding.name.hint": "Only people you add see this.",
  // Screen 2: the field is empty, or too long.
  "onboarding.name.empty": "Write a name first. Any name will do.",
  "onboarding.name.long":
    "{count, plural, one {One character} other {# characters}} too many. The limit is 40.",

  // Screen 3. {keychain} is the name of the program that keeps keys, e.g. "GNOME Keyring".
  "onboarding.keys.title": "Keep your keys safe",
  "onboarding.keys.text": "Your keys are stored in {keychain}. You can add a passphrase.",
  "onboarding.keys.add": "Add a passphrase",
  "onboarding.keys.set": "Set passphrase",
  "onboarding.keys.without": "Without a passphrase",
  // Screen 3, keychain locked, empty or missing: title and sentence.
  "onboarding.keys.locked.title": "Your keychain is locked.",
  "onboarding.keys.locked.text": "Unlock it to keep your keys in it, or set a passphrase.",
  // The keychain runs, and has no keyring to put anything in: title, sentence, button.
  "onboarding.keys.empty.title": "Your keychain holds no keyring yet.",
  "onboarding.keys.empty.text":
    "Make one to keep your keys in {keychain}: your system asks for a password for it. Or set a passphrase.",
  "onboarding.keys.make": "Make a keyring",
  "onboarding.keys.missing.title": "No keychain on this system.",
  "onboarding.keys.missing.text":
    "Your keys need a safe place: set a passphrase (asked at start), or install GNOME Keyring or KWallet.",
  // Screen 3, passphrase form.
  "onboarding.passphrase.text": "Sotto asks for it each time it starts.",
  "onboarding.passphrase.label": "Passphrase",
  "onboarding.passphrase.again": "The same once more",
  "onboarding.passphrase.warning": "We cannot reset it.",
  "onboarding.passphrase.warning.text":
    "Without it nobody can open your messages again, not even you. Write it down and keep it somewhere safe.",
  "onboarding.passphrase.differ": "The two are not the same.",
  "onboarding.passphrase.short": "Use at least 8 characters.",
  // Strength of the passphrase in words; {strength} is one of the five below.
  "onboarding.strength": "Strength: {strength}",
  "onboarding.strength.hint": "Four or more random words make a strong one.",
  "strength.very_weak": "very weak, guessed in seconds",
  "strength.weak": "weak, guessed within a day",
  "strength.fair": "fair",
  "strength.good": "good",
  "strength.strong": "strong",

  // Screen 4.
  "onboarding.relay.title": "How messages travel",
  "onboarding.relay.text": "It cannot read them. It sees your IP address unless you use a proxy.",
  "onboarding.relay.label": "Relay",
  "onboarding.relay.here": "This computer",
  "onboarding.relay.here.hint":
    "For trying out: it reaches only other profiles on this computer, nobody else.",
  "onboarding.relay.own": "My own relay",
  "onboarding.relay.own.hint": "Yours, or one that somebody runs for you. It is tested first.",
  "onboarding.relay.untested": "Test the address first.",
  "onboarding.relay.no_consent": "Tick the box to use this relay.",
  // While the profile is made; the second while a passphrase is worked on.
  "onboarding.making": "Making your keys",
  "onboarding.making.passphrase": "Making your keys and sealing them with your passphrase",

  // Screen 5.
  "onboarding.contact.title": "Add your first contact",
  "onboarding.contact.text": "Show the other person your code, or use the link that they gave you.",
  "onboarding.contact.yours": "Yours",
  "onboarding.contact.later": "Later",
  "onboarding.contact.done": "Start",
} as const;
