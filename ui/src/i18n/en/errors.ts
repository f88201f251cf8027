/** One sentence and one thing to do for each code with which the engine refuses something. */
export const errors = {
  // The engine is not open yet, or is closing. Sentence of an error.
  "error.not_ready": "Sotto is still opening your messages.",
  "error.not_ready.hint": "Try again in a moment.",
  // Sentence of an error.
  "error.unknown_contact": "This contact is not here any more.",
  "error.unknown_contact.hint": "It was deleted. Add it again to write to it.",
  // Sentence of an error.
  "error.unknown_message": "This message is not here any more.",
  "error.unknown_message.hint": "It was deleted.",
  // Sentence of an error.
  "error.unknown_request": "This request is not here any more.",
  "error.unknown_request.hint": "It was decided or deleted.",
  // Sentence of an error.
  "error.unknown_relay": "This relay is not in your settings any more.",
  "error.unknown_relay.hint": "Add it again to use it.",
  // Adding a contact under an id that another contact has.
  "error.id_taken": "You already have a contact with this id, and it has another key.",
  "error.id_taken.hint": "Ask which key is right. To use this one, delete the other contact first.",
  // Adding a contact whose key is known.
  "error.already_added": "You already added this key.",
  "error.already_added.hint": "Its chat is in your list.",
  // Adding oneself.
  "error.own_key": "This is your own key.",
  "error.own_key.hint": "Ask the other person for theirs.",
  // A public key that is not one.
  "error.bad_key": "This is not a public key.",
  "error.bad_key.hint": "A public key is 44 characters long and ends in =. Copy it whole.",
  // A name of a contact or of oneself.
  "error.bad_name": "This name cannot be used.",
  "error.bad_name.hint": "A name has 1 to 40 characters and no line breaks.",
  // An id at a relay.
  "error.bad_user_id": "This id cannot be used.",
  "error.bad_user_id.hint": "An id has 1 to 64 characters and no line breaks.",
  // Sending nothing.
  "error.empty_text": "There is nothing to send.",
  "error.empty_text.hint": "Write something first.",
  // Sending a text over 60 KiB.
  "error.text_too_long": "This text is too long for one message.",
  "error.text_too_long.hint": "The limit is 60 KB. Send it in parts.",
  // Writing to a blocked contact.
  "error.blocked": "You blocked this contact.",
  "error.blocked.hint": "Unblock it to write.",
  // Whatever others would have to hear of, on a computer that its identity has left.
  "error.moved": "This identity moved to another computer.",
  "error.moved.hint": "Go on there. Here you can only read.",
  // The other key was decided on or is gone.
  "error.no_key_change": "This is not the key that is in question now.",
  "error.no_other_name": "This is not the name in question now.",
  "error.no_other_name.hint": "They came back, or yet another name came. Look again.",
  "error.no_key_change.hint": "It was decided already, or yet another key came. Compare again.",
  // An invite of one's own.
  "error.unknown_invite": "This invite cannot be used any more.",
  "error.unknown_invite.hint": "Make a new one.",
  // A text or the content of a code.
  "error.not_a_link": "This is not a Sotto link.",
  "error.not_a_link.hint": "Copy the whole link, from “sotto:” to its end.",
  // A link of a newer version.
  "error.link_newer": "This link was made by a newer Sotto.",
  "error.link_newer.hint": "Update this copy, then use the link again.",
  // An invite whose end is further away than any can be.
  "error.clock_slow": "The clock of this computer seems to be slow.",
  "error.clock_slow.hint":
    "By it, this invite holds longer than any can. Set date and time, then try again.",
  // An invite that is over.
  "error.invite_expired": "This invite has expired.",
  "error.invite_expired.hint": "Ask for a new one: it takes them two clicks.",
  // An invite that does not fit into a code.
  "error.link_too_long": "The address of your relay is too long for a code.",
  "error.link_too_long.hint": "Use a relay with a shorter address.",
  // A link that names a relay in the person's own network, or one with a query in its address.
  "error.private_relay":
    "This link leads to an address inside your network, or to one with a query.",
  "error.private_relay.hint": "Look at the address. If you know it, tick the box above.",
  // Marking a contact as verified.
  "error.not_comparable": "There is nothing to compare yet.",
  "error.not_comparable.hint": "Their key comes when you are both connected.",
  "error.bad_digits": "A safety number has sixty digits.",
  "error.bad_digits.hint": "Paste all of it, or read it aloud in groups of five.",
  "error.nothing_to_verify": "There is nothing to verify here any more.",
  "error.nothing_to_verify.hint": "The contact changed meanwhile. Look at its details.",
  // The address of a relay.
  "error.bad_address": "This is not the address of a relay.",
  "error.bad_address.hint": "It begins with wss:// or ws://, like wss://relay.example.",
  // Adding a relay twice.
  "error.relay_exists": "This relay is already in your list.",
  "error.relay_exists.hint": "There is nothing to do.",
  // The address of a SOCKS5 proxy.
  "error.bad_proxy": "This is not the address of a proxy.",
  "error.bad_proxy.hint": "Write host and port, like 127.0.0.1:9050.",
  // No space left.
  "error.disk_full": "The disk is full. Nothing was lost.",
  "error.disk_full.hint": "Free some space, then try again.",
  // The database gave an error.
  "error.history": "Your messages could not be read or written.",
  "error.history.hint": "Restart Sotto. If it happens again, check the disk.",
  // Keychain, at the first start.
  "error.keychain_locked": "Your keychain is locked.",
  "error.keychain_locked.hint": "Unlock it, then try again.",
  // Keychain, at the first start: it has nowhere to keep anything.
  "error.keychain_empty": "Your keychain holds no keyring yet.",
  "error.keychain_empty.hint": "Make one, then try again.",
  // Keychain, at the first start.
  "error.keychain_missing": "No keychain on this system.",
  "error.keychain_missing.hint": "Set a passphrase, or install GNOME Keyring or KWallet.",
  // Keychain, at the first start.
  "error.keychain_refused": "Your keychain refused access.",
  "error.keychain_refused.hint": "Allow Sotto in the question that your system asks.",
  // Passphrase field.
  "error.wrong_passphrase": "That is not the passphrase.",
  "error.wrong_passphrase.hint": "Check Caps Lock and the keyboard language.",
  // Passphrase field.
  "error.weak_passphrase": "This passphrase is too easy to guess.",
  "error.weak_passphrase.hint": "Use at least 8 characters. Four or more words are better.",
  // A profile is there already.
  "error.already_initialised": "There is a profile here already.",
  "error.already_initialised.hint": "Restart Sotto to open it.",
  // No profile yet.
  "error.not_initialised": "There is no profile here yet.",
  "error.not_initialised.hint": "Restart Sotto to make one.",
  // Waiting for a receipt of somebody whose program sends none.
  "error.no_receipts": "This contact's program sends no receipts.",
  "error.no_receipts.hint": "You can see that the relay took the message, not more.",
  // Something took too long.
  "error.timed_out": "This took too long.",
  "error.timed_out.hint": "Check the connection, then try again.",
  // Opening a link from a message.
  "error.bad_link": "This link cannot be opened.",
  "error.bad_link.hint": "Only web and mail addresses open.",
  // A file that was chosen, dropped or pasted as the picture of a code.
  "error.bad_picture": "This picture cannot be read.",
  "error.bad_picture.hint": "Use a PNG, JPEG, WebP, GIF or BMP picture.",
  // The same.
  "error.picture_too_large": "This picture is too large.",
  "error.picture_too_large.hint": "Cut out the part with the code, then try again.",
  // The same.
  "error.no_code": "There is no code in this picture.",
  "error.no_code.hint": "The whole code has to be in the picture, and sharp.",
  // The same: a code that another program made.
  "error.foreign_code": "This code is not one of Sotto's.",
  "error.foreign_code.hint": "Ask the other person for the code that their Sotto shows.",
  // Saving a code as a picture.
  "error.screen_refused": "Your system does not show Sotto the screen.",
  "error.screen_refused.hint": "Save a picture of it, and choose that instead.",
  "error.not_saved": "The file could not be written.",
  "error.not_saved.hint": "Choose another folder, or free some space.",
  // No program of the desktop shows notifications.
  "error.notifications_missing": "Nothing on this system shows notifications.",
  "error.notifications_missing.hint":
    "Start or install what your desktop has for it, then try again.",
  // The program that shows them answered with an error.
  "error.notifications_refused": "Your system refused the notification.",
  "error.notifications_refused.hint": "Look at the notification settings of your system.",
  // The program that shows them took too long.
  "error.notifications_silent": "Your system does not answer about notifications.",
  "error.notifications_silent.hint":
    "It may show them late or not at all. Logging out and in helps.",
  // The entry for starting at login could not be read, made or removed.
  "error.login_refused": "Your system does not let this be changed.",
  "error.login_refused.hint": "Look at its own list of programs that start at login.",
  // A mistake in the program.
  "error.internal": "Something in Sotto went wrong.",
  "error.internal.hint": "Try again. If it happens again, restart Sotto.",
} as const;
