/** Adding, naming, blocking and deleting contacts; people online. */
export const contacts = {
  // Own id and key, in onboarding, settings and the add dialog.
  "own.id": "Your id",
  "own.key": "Your public key",
  "own.fingerprint":
    "Fingerprint of your key: {digits}. Others see it and can compare it with you.",
  // Button that copies id and key together, and the toast that follows.
  "own.copy_both": "Copy id and key",
  "own.copied": "Id and key copied",

  // Dialog "Add contact": title, sentence.
  "add.title": "Add contact",
  "add.text": "Ask the other person for their id and public key.",
  // Fields: label, help.
  "add.id": "Their id",
  "add.key": "Their public key",
  "add.key.hint": "44 characters that end in =",
  "add.name": "Name",
  "add.name.hint": "What you call them. Empty: their id.",
  // Buttons.
  "add.submit": "Add",
  "add.cancel": "Cancel",
  "add.show_own": "Show my id and key",
  "add.open_chat": "Open chat",
  "add.another": "Add another",
  // An empty field.
  "add.id.empty": "Write their id.",
  "add.key.empty": "Paste their public key.",
  // The clipboard holds an id and a key: offered, never used by itself. {id} is the id.
  "add.paste.found": "The clipboard holds the id and key of {id}.",
  "add.paste.key": "The clipboard holds a public key.",
  "add.paste.use": "Use it",
  "add.paste.no": "Not now",
  // A button that reads the clipboard, and what follows when there is nothing.
  "add.paste": "Paste id and key",
  "add.paste.none": "The clipboard holds no id and key.",
  "add.paste.refused": "The clipboard could not be read. Paste into the fields instead.",
  // The result. {name}: the new contact.
  "add.result.title": "{name} is added",
  "add.result.how": "Added by id and key: verify when you can",
  "add.result.how.text":
    "Nobody has checked yet that this key is theirs. Compare the fingerprint by phone or in person.",
  "add.result.fingerprint": "Fingerprint",

  // Dialog "Rename": title, label, button.
  "rename.title": "Rename {name}",
  "rename.label": "Name",
  "rename.hint": "Only you see this name. Empty: {id}",
  "rename.save": "Rename",
  // Dialog "Block": title, sentence, button.
  "block.title": "Block {name}?",
  "block.text":
    "You get no more messages from {name}, and they are not told. You can unblock them in the settings.",
  "block.action": "Block",
  // Dialog "Delete contact": title, sentence, button.
  "delete_contact.title": "Delete {name}?",
  "delete_contact.text":
    "The contact and all messages of this chat are deleted on this computer. What {name} has stays there.",
  "delete_contact.action": "Delete contact",
  // Dialog "Clear chat": title, sentence, button.
  "clear.title": "Clear this chat?",
  "clear.text":
    "All messages with {name} are deleted on this computer. What {name} has stays there.",
  "clear.waiting":
    "{count, plural, one {One message that waits} other {# messages that wait}} to be sent will not be sent.",
  "clear.action": "Clear chat",

  // Dialog "People online": title, sentences.
  "people.title": "People online",
  "people.text": "Everybody who is connected to your relays now. Anybody can take any name there.",
  "people.search": "Search people",
  "people.empty": "Nobody else is online",
  "people.empty.text": "People appear here when they connect to one of your relays.",
  "people.asking": "Asking your relays who is there",
  "people.empty.offline": "You are not connected, so nobody can be seen.",
  "people.none": "Nobody found for “{text}”",
  // Buttons and marks of a row.
  "people.add": "Add",
  "people.add.label": "Add {name}",
  "people.open": "Open chat",
  "people.open.label": "Open chat with {name}",
  "people.contact": "Contact",
  // Warning in a row: {name} is the contact.
  "people.other_key": "Uses the name of your contact {name} with another key",
  // Spoken before a short fingerprint.
  "people.fingerprint": "Fingerprint begins with {digits}",
} as const;
