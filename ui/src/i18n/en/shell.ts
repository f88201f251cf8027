/** Window, chat list, conversation, composer, details. */
export const shell = {
  // Button and accessible name, everywhere. At most 12 characters.
  "common.cancel": "Cancel",
  // The X of a dialog or pane, spoken. At most 12 characters.
  "common.close": "Close",
  // Button for what failed. At most 14 characters.
  "common.tryAgain": "Try again",
  // Opens an explanation below a sentence. At most 16 characters.
  "common.learnMore": "Learn more",
  // Toast after copying; what = the label of the field.
  "copy.done": "{what} copied",
  // Toast when the system refuses the clipboard.
  "copy.failed": "The clipboard could not be used.",
  // Button beside a value, spoken; what = the label of the field.
  "copy.action": "Copy {what}",

  // Question when the window is closed for the first time.
  "closing.title": "Keep Sotto running?",
  "closing.tray":
    "Without its window, Sotto goes on in the tray: messages still come and you are told of them. Open or quit it there.",
  "closing.noTray":
    "Without its window, Sotto can go on unseen: messages still come and you are told of them. Start it again to open the window. Your desktop has no tray to show it in.",
  "closing.remembered": "You can change this in the settings, under General.",
  "closing.background": "Keep running",
  "closing.quit": "Quit",

  // Table of keys: opens the palette, which finds chats, commands, people and messages.
  "keys.palette": "Search everything",
  // Table of keys.
  "keys.newChat": "Add contact",
  // Table of keys.
  "keys.find": "Search in this chat",
  // Table of keys: to the next older place of what was found in a chat.
  "keys.findNext": "Older result",
  // Table of keys: to the next newer place of what was found in a chat.
  "keys.findPrevious": "Newer result",
  // Table of keys.
  "keys.findAll": "Search all messages",
  // Table of keys.
  "keys.previousChat": "Previous chat",
  // Table of keys.
  "keys.nextChat": "Next chat",
  // Table of keys.
  "keys.previousUnread": "Previous unread chat",
  // Table of keys.
  "keys.nextUnread": "Next unread chat",
  // Table of keys.
  "keys.details": "Show or hide details",
  // Table of keys.
  "keys.settings": "Settings",
  // Table of keys.
  "keys.keys": "This table",
  // Table of keys: F6 goes round search, chats, messages, composer, details.
  "keys.nextPane": "Next part of the window",
  // Table of keys.
  "keys.previousPane": "Previous part of the window",
  // Table of keys.
  "keys.escape": "Close what is open, then go to the newest message",
  // Table of keys, in the message list.
  "keys.newest": "Newest message",
  // Table of keys, on a message.
  "keys.copy": "Copy the message",
  // Table of keys, on a message.
  "keys.delete": "Delete the message for me",
  // Table of keys, in the composer.
  "keys.send": "Send",
  "keys.newLine": "New line",
  // Table of keys: the settings say whether the program goes on.
  "keys.close": "Close the window",
  // Table of keys, on a message or chat.
  "keys.menu": "Menu of the message or chat",
  // Table of keys.
  "keys.zoomIn": "Larger",
  "keys.zoomOut": "Smaller",
  "keys.zoomReset": "Usual size",
  "keys.quit": "Quit",

  // Heading of the sidebar and name of its landmark. At most 14 characters.
  "chats.title": "Chats",
  // Sidebar button, spoken and tooltip.
  "chats.add": "Add contact",
  // Sidebar button, spoken and tooltip: who is listed at the relays.
  "chats.people": "People at your relays",
  // Sidebar button, spoken and tooltip.
  "chats.settings": "Settings",
  // Sidebar row, with a count badge. At most 20 characters.
  "chats.requests": "Requests",
  // Spoken count on the requests row.
  "chats.requestsCount": "{count, plural, one {# request} other {# requests}}",
  // In the search field of the sidebar, which opens the palette. At most 30 characters.
  "chats.search": "Search",
  // Chip above the chat list. At most 10 characters.
  "chats.all": "All",
  // Chip above the chat list; count = chats with unread messages. At most 14 characters.
  "chats.unread": "{count, plural, =0 {Unread} other {Unread #}}",
  // Name of the group of chips, spoken.
  "chats.filter": "Which chats",
  // Part of a row's spoken name: the contact's key was checked.
  "chats.verified": "verified",
  // Part of a row's spoken name.
  "chats.unreadCount": "{count, plural, one {# unread} other {# unread}}",
  // Before the text of a draft in a row. At most 10 characters, with its colon.
  "chats.draft": "Draft:",
  // Row: the newest message waits. At most 12 characters, with its colon.
  "chats.waiting": "Waiting:",
  // Row: the newest message could not be sent. At most 12 characters, with its colon.
  "chats.notSent": "Not sent:",
  // Row: another key under this name, undecided. At most 44 characters.
  "chats.otherKey": "Another key uses this name",
  // Row: the same of a verified contact. At most 44 characters.
  "chats.keyChanged": "Security key changed. Check before you send.",
  // Row of a blocked contact. At most 14 characters.
  "chats.blocked": "Blocked",
  // Row of a chat without messages.
  "chats.nothing": "No messages yet",
  // Row: who wrote the newest line. The person who uses this computer.
  "chats.you": "You: {text}",
  // Sidebar without chats.
  "chats.emptyTitle": "Add someone to start",
  // Sidebar without chats.
  "chats.emptyText": "Show them your code, or use theirs.",
  // Chip "Unread" with nothing in it.
  "chats.allRead": "You are up to date",
  // Chip "Unread" with nothing in it: back to all.
  "chats.showAll": "Show all chats",
  // Search without result; text = what was looked for.
  "search.nothing": "Nothing found for “{text}”",
  // Search is running.
  "search.running": "Searching",
  // Search could not run.
  "search.failed": "The search did not work.",
  // Menu of a chat row.
  "chats.open": "Open",
  // Menu of a chat row.
  "chats.markRead": "Mark as read",

  // Main pane without a chat.
  "main.emptyTitle": "Choose a chat",
  // Main pane without a chat; keys = "Ctrl K".
  "main.emptyText": "Or press {keys}.",
  // Name of the main landmark.
  "main.name": "Chat with {name}",
  // Handle between the columns, spoken.
  "main.resize": "Width of the chat list",
  // The window could not draw something; title.
  "main.crashTitle": "This part of the window stopped working.",
  // The window could not draw something; sentence.
  "main.crashText": "Your messages are safe. Load the window again to go on.",
  // The window could not draw something; button.
  "main.crashAction": "Load again",

  // Header: goes back to the chat list in a narrow window.
  "chat.back": "Back to chats",
  // Header button.
  "chat.search": "Search in this chat",
  // Header button.
  "chat.details": "Details",
  // Header button: menu.
  "chat.more": "More",
  // Header: security state of a plain chat. At most 24 characters.
  "chat.noForwardSecrecy": "No forward secrecy",
  // Header: the key was checked. At most 16 characters.
  "chat.verified": "Verified",
  // Header: the key was not checked. At most 16 characters.
  "chat.notVerified": "Not verified",
  // Header: another contact's name looks the same. At most 16 characters.
  "chat.doubled": "Name is double",
  // Header: a secure session. At most 16 characters.
  "chat.postQuantum": "Post-quantum",
  // Header: there is no secure session yet. At most 20 characters.
  "chat.messagesWait": "Messages wait",
  // Header: the key of a verified contact changed. At most 24 characters.
  "chat.keyChanged": "Key changed",
  // Header: a relay says that the contact is there; nobody vouches for it. At most 20 characters.
  "chat.online": "A relay lists them",
  // Header: the contact is not listed at a connected relay. At most 20 characters.
  "chat.away": "No relay lists them",
  // Header: the contact is blocked. At most 14 characters.
  "chat.blocked": "Blocked",
  // Header: another key uses this name. At most 24 characters.
  "chat.otherKey": "Another key",
  // Menus.
  "chat.rename": "Rename",
  // Menus.
  "chat.clear": "Clear chat",
  // Menus.
  "chat.block": "Block",
  // Menus.
  "chat.unblock": "Unblock",
  // Menus.
  "chat.delete": "Delete contact",
  // Banner: someone uses this contact's name with another key. date = when it was first seen.
  "otherName.title": "A relay lists {name}’s key under another name: {other}.",
  "otherName.text":
    "Nothing ever came from there. Who takes the name can keep what you write, but not read it.",
  "otherName.use": "Write there",
  "key.title": "Somebody using the name of {name} has another key since {date}.",
  // Banner of a verified contact. date = when it was first seen.
  "key.verifiedTitle": "{name}’s security key changed on {date}.",
  // Banner of a verified contact: what it can mean and what to do.
  "key.verifiedText":
    "This happens with a new device, or if someone is in between. Check with {name} before you send.",
  // In place of the composer, until the key of a verified contact is decided on.
  "key.blocked": "Nothing is sent to {name} until you decide.",
  // Button: goes on with the key that was verified.
  "key.keep": "Keep the verified key",
  // Button: the new key, without a mark.
  "key.acceptUnverified": "Accept as unverified",
  // Question before the new key of a verified contact is used; sentence.
  "key.askUnverified":
    "From then on messages go only to the new key, and {name} is no longer marked as verified. Waiting messages go to it too.",
  // Banner: what to do.
  "key.ask": "Ask them before you decide.",
  // Dialog: what it can mean and what to do.
  "key.text":
    "This happens with a new device, or if someone pretends to be them. Ask them before you decide. Nothing is sent to the other key until then.",
  // Banner: texts from the other key that wait.
  "key.held":
    "{count, plural, =0 {} one {# message from it waits.} other {# messages from it wait.}}",
  // Banner button.
  "key.accept": "Use the new key",
  // Banner button.
  "key.ignore": "Ignore",
  // Banner button: shows both fingerprints.
  "key.compare": "Compare keys",
  // Question before the new key is used; title.
  "key.askTitle": "Use the new key for {name}?",
  // Question before the new key is used; sentence.
  "key.askText": "From then on messages go only to the new key. Waiting messages go to it too.",
  // Label of a fingerprint.
  "key.old": "Key you added",
  // Label of a fingerprint.
  "key.new": "Other key",
  // Dialog that shows both fingerprints; title.
  "key.compareTitle": "Two keys use this name",

  // Name of the list of messages, spoken.
  "list.name": "Messages with {name}",
  // Line above the first unread message.
  "list.unread": "New messages",
  // Round button at the end of the list, spoken.
  "list.newest": "Go to the newest message",
  // Spoken with the count of unread messages on that button.
  "list.newestUnread": "{count, plural, one {# new message} other {# new messages}}",
  // Chat without messages; title.
  "list.emptyTitle": "Say hello to {name}",
  // Chat without messages; sentence.
  "list.emptyText": "Only the two of you can read this chat.",
  // Messages are being loaded.
  "list.loading": "Loading messages",
  // Messages could not be loaded.
  "list.failed": "The messages could not be loaded.",
  // Spoken when a message comes in.
  "list.incoming": "{name}: {text}",

  // Spoken name of the person in front of this computer, in a message's name.
  "message.you": "You",
  // Long message: shows the rest.
  "message.showAll": "Show all",
  // Button of a message, spoken.
  "message.menu": "Actions",
  // Menu of a message.
  "message.copy": "Copy text",
  // Menu of a message whose link was pointed at.
  "message.copyLink": "Copy link",
  // Menu of a message.
  "message.info": "Info",
  // Menu of a message.
  "message.delete": "Delete for me",
  // Question before a message is deleted; title.
  "message.deleteTitle": "Delete this message?",
  // Question before a message is deleted; sentence. The other side keeps its copy.
  "message.deleteText": "It is removed from this computer only. {name} keeps it.",
  // The same for a message that was not sent yet.
  "message.deleteUnsent": "It was not sent yet and will not be sent.",
  // Question: button.
  "message.deleteAction": "Delete",
  // Toast after copying.
  "message.copied": "Message copied",
  // Toast: deleting did not work.
  "message.deleteFailed": "The message could not be deleted.",
  // State of an own message, spoken and on hover.
  "state.sending": "Sending",
  // State of an own message: this computer is offline.
  "state.offline": "Will be sent when you are online",
  // State of an own message on a computer that its identity has left.
  "state.moved": "Not sent. This identity moved to another computer",
  // State of an own message: no relay lists the contact.
  "state.away": "Will be sent when a relay lists {name}",
  // State of an own message: there is no secure session yet.
  "state.noSession": "Will be sent once you and {name} have been online at the same time",
  // State of an own message: the relay has it, and will lose it if it must.
  "state.handed": "Handed to the relay {time}. This relay keeps nothing: it can get lost",
  // State of an own message in a secure session: a loss is noticed and mended.
  "state.handedAgain":
    "Handed to the relay {time}. It is sent again by itself until {name}’s app confirms it",
  // The same on a computer that its identity has left.
  "state.handedLeft":
    "Handed to the relay {time}. {name}’s app has not confirmed it, and it is not sent again from here",
  // State of an own message.
  "state.delivered": "Delivered to {name}’s device {time}",
  // State of an own message. Also the line under the bubble.
  "state.failed": "Not sent",
  // State of an own message to several people: how many of their programs confirmed it.
  "state.deliveredTo": "Delivered to {count} of {total}",
  // Line under a bubble: not sent, why, and what to do.
  "state.failed.too_large": "Not sent. It is too long. Send it in parts.",
  // The same: the secure session could not take it.
  "state.failed.unreadable": "Not sent. Their program cannot read it. Ask them to update Sotto.",
  "state.failed.not_encrypted": "Not sent. It could not be encrypted. Try again.",
  // The same: a newer version wrote down why.
  "state.failed.unknown": "Not sent. Only a newer Sotto knows why. Update this copy.",
  // Line under a bubble: button.
  "state.retry": "Try again",
  // Line under a bubble: button.
  "state.delete": "Delete",

  // Line of the program in a chat.
  "system.contactAdded": "You added {name}",
  // Line of the program in a chat.
  "system.requestAccepted": "You accepted the request of {name}",
  // Line of the program in a chat.
  "system.otherKeySeen": "Somebody using this name has another key",
  // Line of the program in a chat.
  "system.otherKeyAccepted": "You use the new key of {name}",
  // Line of the program in a chat.
  "system.otherKeyIgnored": "You ignored the other key",
  // Line of the program in a chat: an invite or a contact card of the other person was used.
  "system.addedByLink": "You added {name} by link",
  // Line of the program in a chat: the other person used an invite of one's own.
  "system.joinedByInvite": "{name} used your invite",
  // Line of the program in a chat.
  "system.sessionStarted": "From here on messages go through a secure session, post-quantum",
  // Line of the program in a chat: the other program lost its session.
  "system.sessionRenewed": "{name}’s app began a new secure session",
  // Line of the program in a chat: a copy of the messages was put back.
  "system.historyRestored":
    "These messages were restored from a copy. A new secure session with {name} is being made.",
  // Line of the program in a chat, loud: a plain message where only secure ones are allowed.
  "system.downgradeRefused":
    "A message without forward secrecy came under {name}’s key and was refused. Ask {name} whether they sent it.",
  // Line of the program in a chat, loud: somebody answered with other keys.
  "system.identityRefused":
    "Somebody answered for {name} with other keys and was refused. Ask {name} before you send anything secret.",
  // Line of the program in a chat, loud.
  "system.alreadyAContact":
    "You know this person already, as another contact. Delete one of the two to go on here.",
  "system.undecryptable":
    "A message could not be decrypted. {name}’s app was asked for a new session: ask {name} to send it again.",
  // Line of the program in a chat, loud.
  "system.newerVersion": "{name}’s app is newer. Update to read this.",
  // Line of the program in a chat, loud: an update shows what it was.
  "system.cannotBeShown":
    "{name} sent something that this version cannot show. It is kept: a newer version will show it.",
  // Line of the program in a chat, loud: the mark is gone because of it.
  "system.inviteUsedTwice":
    "The invite of {name} was used by somebody else as well, so its mark no longer counts. Ask {name} who got the link.",
  // Line of the program in a chat.
  "system.verifiedByCode": "{name} is verified: your code was only ever shown on this screen",
  // Line of the program in a chat.
  "system.verifiedByPerson": "You marked {name} as verified",
  // Line of the program in a chat.
  "system.verifiedByScan": "You scanned the code of {name}: {name} is verified",
  // Line of the program in a chat.
  "system.verifiedByTheirScan": "{name} scanned your code: you are both verified",
  // Line of the program in a chat.
  "system.verifiedByPicture": "You compared the code of {name}: {name} is verified",
  // Line of the program in a chat.
  "system.verifiedByDigits": "You compared the safety number: {name} is verified",
  // Line of the program in a chat, loud: a code or digits were not those of the contact.
  "system.keysDiffer":
    "The codes of you and {name} did not match. Somebody may be between you: do not send anything secret.",
  // Line of the program in a chat.
  "system.markRemoved": "{name} is no longer marked as verified",
  // The name looks like that of a contact who is verified.
  "system.namedLikeVerified":
    "{name} has chosen a name like that of a contact you verified. This is somebody else.",

  // Info of a message; title.
  "info.title": "Message info",
  // Info of a message: label.
  "info.typed": "Written",
  // Info of a message: label.
  "info.received": "Received here",
  // Info of a message: label; the relay's clock.
  "info.relaySays": "Sent, as the relay says",
  // Info of a message: label.
  "info.handed": "Handed to the relay",
  // Info of a message: label.
  "info.relay": "Relay",
  // Info of a message: label.
  "info.protection": "Protection",
  // Info of a message: what protected it.
  "info.plain": "Encrypted, no forward secrecy",
  // Info of a message: what protected it.
  "info.pq": "Secure session: forward secrecy, post-quantum",
  // Info of a message: label.
  "info.delivered": "Delivered",
  // Value: how far the message came with one of several people. {time}: day and time.
  "info.recipient.queued": "Not sent yet",
  "info.recipient.handed": "Handed to the relay {time}",
  "info.recipient.delivered": "Delivered {time}",
  // Label in place of the name of one of them.
  "info.recipient.gone": "A contact that you deleted",
  // Info of a message: label of the contact's whole identity.
  "info.identitySent": "Encrypted to the identity",
  // Info of a message: label of the contact's whole identity.
  "info.identityReceived": "Came from the identity",
  // Info of a message: label.
  "info.state": "State",
  // Info of a message: label.
  "info.size": "Size",
  // Info of a message: size in bytes.
  "info.bytes": "{count, plural, one {# byte} other {# bytes}}",
  // Info of a message: label of the contact's key.
  "info.keySent": "Encrypted to the key",
  // Info of a message: label of the contact's key.
  "info.keyReceived": "Came from the key",
  // Info of a message: label; the id that the command line shows.
  "info.id": "Message id",
  // Info of a message could not be loaded.
  "info.failed": "The details could not be loaded.",

  // Question before a link is opened; title. host = the real host.
  "link.title": "Open {host}?",
  // Question before a mail link is opened; title.
  "link.mailTitle": "Write a mail to {address}?",
  // Question before a link is opened; sentence.
  "link.text": "The link opens in your browser. The site then sees your IP address.",
  // The shown text of a link names another host than it opens.
  "link.differs": "The message shows another address than the one that opens.",
  // Question: button.
  "link.open": "Open",
  // Question: button.
  "link.copy": "Copy link",
  // Toast.
  "link.copied": "Link copied",
  // Toast.
  "link.failed": "The link could not be opened.",

  // Search bar in a chat: field.
  "find.field": "Search in this chat",
  // Search bar in a chat: which of how many.
  "find.place": "{place} of {count}",
  // Search bar in a chat: the count stops at a thousand.
  "find.placeMany": "{place} of {count} or more",
  // Search bar in a chat.
  "find.none": "Nothing found",
  // Search bar in a chat with nothing found: button. At most 20 characters.
  "find.all": "Search all chats",
  // Search bar in a chat: button.
  "find.older": "Older result",
  // Search bar in a chat: button.
  "find.newer": "Newer result",
  // Search bar in a chat: button.
  "find.close": "Close search",

  // Composer: placeholder and name. At most 40 characters.
  "composer.placeholder": "Message {name}",
  // Composer: button.
  "composer.send": "Send",
  // Composer: how much room is left in a long text.
  "composer.left": "{count, plural, one {# byte left} other {# bytes left}}",
  // Composer: the text is too long.
  "composer.over": "{count, plural, one {# byte too long} other {# bytes too long}}",
  // Composer, above the field: the same, and what to do. An explanation follows.
  "composer.overText":
    "This text is too long for one message. Make it shorter, or send it in parts.",
  "composer.bytes":
    "A message holds 61,440 bytes. A letter from A to Z is one byte, most other letters are two or three, an emoji four or more.",
  // Composer of a blocked contact.
  "composer.blocked": "You blocked {name}.",
  // Composer on a computer that its identity has left.
  "composer.moved": "This identity moved to another computer. Here you can only read.",
  // Composer: sending was refused before it was queued.
  "composer.failed": "The message was not taken.",

  // Title of the details pane.
  "details.title": "Details",
  // Under the name: when the contact was added.
  "details.added": "Added {date}",
  // Details: heading that opens ids and keys. At most 24 characters.
  "details.advanced": "Advanced",
  // Card: title as in the header; sentence.
  "details.plainText": "If a key is stolen later, past messages of this chat could be read.",
  // Card of a chat without a secure session: the explanation of its title.
  "details.plainMore":
    "With forward secrecy the keys change with the messages, and old keys are thrown away: whoever steals a key later reads nothing of before. That needs Sotto on both sides. Here one key opens all messages, so keep out of this chat what must stay secret for years.",
  // Card: nobody has checked the key.
  "details.unverified": "Your messages are encrypted, but you have not checked whose key it is.",
  // Card of a verified contact: how. date = when.
  "details.verifiedCode": "{name} used the code on your screen on {date}.",
  // Card of a verified contact: how. date = when.
  "details.verifiedAffirmed":
    "You said on {date} that the invite went only from one of you to the other.",
  // Card of a verified contact: how. date = when.
  "details.verifiedScan": "You scanned the code of {name} on {date}.",
  // Card of a verified contact: how. date = when.
  "details.verifiedTheirScan": "{name} scanned your code on {date}.",
  // Card of a verified contact: how. date = when.
  "details.verifiedPicture": "You compared the code of {name} on {date}.",
  // Card of a verified contact: how. date = when.
  "details.verifiedDigits": "You compared the safety number with {name} on {date}.",
  // Card of a verified contact: how. date = when.
  "details.verifiedVoice": "You and {name} compared by voice on {date}.",
  // Card of a verified contact: button, and the question that follows with its sentence.
  "details.removeMark": "Remove the mark",
  "details.removeMarkTitle": "Remove the mark of {name}?",
  "details.removeMarkText": "You can go on writing, and verify {name} again at any time.",
  // Card: a secure session is in use; sentences.
  "details.pqText":
    "If a key is stolen later, past messages stay closed. Also protected against future quantum computers.",
  // Card: there is no secure session yet; sentences.
  "details.sessionWaits":
    "Messages wait until you and {name} have both been connected at the same time once. Nothing goes out unprotected.",
  // Question about a link that the other person made.
  "mark.them":
    "Did this link come to you directly from {name}, in a way that nobody else could read?",
  // Question about an invite that one made oneself.
  "mark.me": "Did you give your link directly to {name}, in a way that nobody else could read?",
  // Buttons of that question.
  "mark.yes": "Yes, mark as verified",
  "mark.later": "Not now",
  // Button that brings the question back.
  "mark.again": "Verify by how the link went",
  // Toast: the mark could not be set or removed. reason = a sentence.
  "mark.failed": "The mark could not be changed. {reason}",
  // Card for another key; title.
  "details.otherKeyTitle": "Another key",
  // Label.
  "details.id": "Id",
  // Label.
  "details.accountId": "Account id",
  // Label.
  "details.publicKey": "Public key",
  // Label.
  "details.fingerprint": "Fingerprint",
  // What is known of the contact's program.
  "details.guide":
    "Uses a program made from the guide. The relays of such programs keep nothing for people who are away.",
  // The explanation of "the guide", here and in the settings.
  "details.guideMore":
    "The guide is a published description of a simple encrypted messenger. Many people have made programs and relays from it, and Sotto talks to them. They know no secure sessions, no receipts and no invites.",

  // Palette: field.
  "palette.field": "Search chats, messages, people and commands",
  // Palette: what to do when nothing was found.
  "palette.nothing": "Try fewer words, or only the beginning of one.",
  // Palette: group.
  "palette.chats": "Chats",
  // Palette: group.
  "palette.commands": "Commands",
  // Palette: group, who is listed at the relays and no contact.
  "palette.people": "People at your relays",
  // Palette: group.
  "palette.messages": "Messages",
  // Palette: how many messages were found, beside the name of the group; they are counted to 1,000.
  "palette.messageCount": "{count, plural, =1000 {1,000 or more} other {#}}",
  // Palette: the last of the messages that are shown. Shows more.
  "palette.more": "Show more messages",
  // Palette: spoken after typing; count = all that was found.
  "palette.count": "{count, plural, =0 {Nothing found} one {# result} other {# results}}",
  // Palette: command.
  "palette.reconnect": "Connect again now",
  // Palette: command.
  "palette.dark": "Dark colours",
  // Palette: command.
  "palette.light": "Light colours",
  // Palette: command.
  "palette.systemTheme": "Colours of the system",
} as const;
