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

  // Dialog "Add contact": title.
  "add.title": "Add contact",
  // Its four ways, as tabs: what they are, spoken; at most 14 characters each.
  "add.ways": "Ways to add a contact",
  "add.way.code": "My code",
  "add.way.scan": "Scan",
  "add.way.link": "Paste or file",
  "add.way.key": "Id and key",

  // Under the camera: to the tab "Paste or file".
  "add.scan.other": "No camera? Use a picture or a link",

  // One's own code: its name for a screen reader, and what is done with it.
  "invite.code": "Your invite as a QR code",
  "invite.making": "Making the code",
  "invite.how":
    "Let the other person take a picture of this and open it in their Sotto. From afar, give them the link.",
  // The same where only the relay of this computer is in use: what that means, and what to do.
  "invite.how.here":
    "Another profile on this computer can use this code: take a picture of it there, or give it the link.",
  "invite.here.title": "This works on this computer only",
  "invite.here.text":
    "You use only the relay inside Sotto, which nobody on another computer can reach. To invite somebody from afar, first add a relay (Settings, Relays), then make a new code.",
  // Question before such a link or picture is given out: title, sentence, buttons.
  "invite.here.ask": "Give out a link that works only here?",
  "invite.here.askText":
    "Whoever uses it on another computer will wait in vain, and nothing will tell them why.",
  "invite.here.copy": "Copy all the same",
  "invite.here.save": "Save all the same",
  // How long it holds. {time}: a length of time. A button follows.
  "invite.holds": "This code works for one person for {time}.",
  "invite.new": "Make a new one.",
  // The same as a button of its own, once the code on screen is over.
  "invite.another": "Make a new code",
  // What it proves: it was only ever on the screen, or it left the program.
  "invite.screenOnly": "As long as it is shown only here, whoever uses it is verified at once.",
  "invite.shared": "The link left this screen: you will be asked which way it went.",
  // Buttons, and the toasts that follow.
  "invite.copy": "Copy link",
  "invite.copied": "Link copied. Give it to one person only.",
  "invite.save": "Save as picture",
  "invite.saved": "Picture saved",
  // What became of the code on screen. {name}: the new contact.
  "invite.usedBy": "{name} used this code",
  // What to do then, with a button that takes the mark back.
  "invite.usedLook":
    "{name} counts as verified. Look at the screen of {name}: does it show that you were added?",
  "invite.undo": "No, undo",
  "invite.usedBySomebody": "This code was used",
  "invite.revoked": "You took this code back",
  "invite.expired": "This code has expired",

  // List of one's own invites, behind a disclosure.
  "invites.title": "{count, plural, one {Your invites (#)} other {Your invites (#)}}",
  // The list has no row.
  "invites.none": "You have made none yet.",
  // States of a row.
  "invites.open": "Can be used",
  "invites.usedBy": "Used by {name}",
  "invites.usedByNobody": "Used, by a contact that you deleted",
  "invites.revoked": "Revoked",
  "invites.expired": "Expired",
  // Facts of a row, with dots between them.
  "invites.made": "Made {time}",
  "invites.left": "{time} left",
  "invites.shared": "Link or picture given out",
  // Button, its spoken name, and the question that follows.
  "invites.revoke": "Revoke",
  "invites.revokeThis": "Revoke the invite made {time}",
  "invites.revokeTitle": "Revoke this invite?",
  "invites.revokeText": "Nobody can use its code or link any more. This cannot be undone.",

  // The contact card, behind a disclosure: what it is.
  "card.show": "Contact card: for everybody, verifies nobody",
  "card.text":
    "Put it on a website or under your mails: it works for everybody and does not expire. It proves nothing, so whoever adds you by it is not marked as verified.",
  // The explanation of the mark.
  "card.mark":
    "A contact is marked as verified once it is sure whose key it is: because your code was only ever shown on your screen, or because you said how the link went. Anybody can have copied a card, so it marks nobody. Compare the fingerprint by phone or in person.",
  "card.code": "Your contact card as a QR code",
  "card.link": "Link of your contact card",

  // Way "Paste or file": field, help, buttons.
  "link.field": "Link or text of a code",
  "link.hint": "You can also paste a picture of the code here, or drop one on the window.",
  "link.paste": "Paste",
  "link.choose": "Choose a picture",
  "link.continue": "Continue",
  "link.reading": "Reading the link",
  "link.picture.reading": "Reading the picture",
  "link.empty": "Paste a link first, or choose a picture of a code.",
  // Nothing was pasted: what the clipboard holds is of no use, or the system refused.
  "link.paste.none": "The clipboard holds neither a Sotto link nor a picture.",
  "link.paste.refused": "The clipboard could not be read. Press Ctrl V in the field instead.",
  // What a link is, before anything is done: title, sentence.
  "link.ask": "Add this person?",
  "link.ask.text": "Nothing has been sent yet, and nobody has been told.",
  "link.name.hint":
    "What you call them; only you see it. Empty: the name that they chose, as soon as their program tells it.",
  "link.relays": "Reached through",
  "link.relay.known": "in your settings",
  "link.relay.added": "will be added",
  "link.relays.added":
    "{count, plural, one {One relay is added to your settings with the contact.} other {# relays are added to your settings with the contact.}}",
  // A box to tick: an address of the link is in the person's own network, or has a query.
  "link.relays.private":
    "Connect to this address. It is inside my network or carries a query, and whoever made the link chose it.",
  // The link names no relay but that of its sender's own computer: title, sentence.
  "link.here.title": "This link works only on the sender’s computer",
  "link.here.text":
    "It names no relay that can be reached from anywhere else. Unless you sit at that computer, you would wait in vain: ask for a new link once they have added a relay.",
  // What kind of link it is. {time}: a length of time.
  "link.invite": "An invite for one person, for {time} more.",
  "link.card": "A contact card: anybody can have it, so it does not show whom you reach.",
  // The person is a contact already. {name}: the contact.
  "link.known": "You already have {name}",
  "link.known.text": "There is nothing to add.",
  // Fields: label, help.
  "add.id": "Their id",
  "add.key": "Their public key",
  "add.key.hint": "44 characters that end in =",
  "add.name": "Name",
  "add.name.hint":
    "What you call them; only you see it. Empty: their id, until their program tells their own name.",
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
  // A link on the clipboard when the dialog opens: at most 40 characters, and the spoken names of the
  // buttons "Use it" and a cross.
  "add.clip": "The clipboard holds a Sotto link.",
  "add.clip.use": "Use the link on the clipboard",
  "add.clip.no": "Do not use the link on the clipboard",
  // A button that reads the clipboard, and what follows when there is nothing.
  "add.paste": "Paste id and key",
  "add.paste.none": "The clipboard holds no id and key.",
  "add.paste.refused": "The clipboard could not be read. Paste into the fields instead.",
  // The result. {name}: the new contact.
  "add.result.title": "{name} is added",
  "add.result.link": "Added by link: verify when you can",
  // It was scanned from the screen of the contact, who waits to see it.
  "add.result.verified": "Verified",
  "add.result.verified.tell": "You scanned their code. Show them this screen.",
  "add.result.how": "Added by id and key: verify when you can",
  "add.result.how.text":
    "Nobody has checked yet that this key is theirs. Choose “Verify” in the chat.",
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

  // Dialog "People at your relays": title, sentences.
  "people.title": "People at your relays",
  "people.text":
    "Everybody whom your relays list now. A relay can list whom it likes, and anybody can take any name there.",
  "people.search": "Search people",
  "people.empty": "Nobody else is listed",
  "people.empty.text": "People appear here when one of your relays lists them.",
  "people.asking": "Asking your relays who is there",
  "people.empty.offline": "You are not connected, so nobody can be seen.",
  "people.none": "Nobody found for “{text}”",
  // Buttons and marks of a row.
  "people.add": "Add",
  "people.add.label": "Add {name}",
  "people.open": "Open chat",
  "people.open.label": "Open chat with {name}",
  "people.contact": "Contact",
  // Mark of a row that stays in its place although nobody lists the person any more.
  "people.left": "Not listed any more",
  // Warning in a row: {name} is the contact.
  "people.other_key": "Uses the name of your contact {name} with another key",
  // Spoken before a short fingerprint.
  "people.fingerprint": "Fingerprint begins with {digits}",
} as const;
