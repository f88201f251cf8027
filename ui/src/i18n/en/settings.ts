/** The settings dialog. Names of panes: at most 24 characters. */
export const settings = {
  // Title of the dialog, and the spoken name of the list of panes.
  "settings.title": "Settings",
  "settings.panes": "Settings",
  // Panes.
  "settings.profile": "Profile",
  "settings.relays": "Relays",
  "settings.general": "General",
  "settings.notifications": "Notifications",
  "settings.appearance": "Appearance",
  "settings.privacy": "Privacy",
  "settings.keyboard": "Keyboard",
  "settings.about": "About",

  // Profile: own name.
  "settings.name": "Your name",
  "settings.name.hint": "Only people you add see this.",
  // Profile: name at level-0 relays.
  "settings.user_id": "Id at relays",
  "settings.user_id.hint":
    "Relays made from the guide show this to everybody, so it is not your name by default. If you change it, people who added you under the old one cannot reach you until they add you again.",
  // Profile: button that puts the default id back.
  "settings.user_id.default": "Use account id",
  // Toasts after a change.
  "settings.saved": "Saved",
  // Profile: values to copy.
  "settings.account_id": "Account id",
  "settings.public_key": "Public key",
  "settings.key_fingerprint": "Fingerprint of your key",
  "settings.fingerprint": "Fingerprint of your account",
  // Profile: where the keys lie.
  "settings.keys": "Your keys",
  "settings.keys.os_keychain": "They are in the keychain of this computer.",
  "settings.keys.passphrase": "They are sealed with your passphrase, in a file on this computer.",
  "settings.keys.hint": "They never leave this device. Nobody can restore them for you.",
  // Profile: name of the profile when several are used on this computer.
  "settings.profile_name": "Profile on this computer",

  // Relays: list.
  "settings.relays.list": "Your relays",
  "settings.relays.hint": "Drag them, or press Alt and an arrow key, to sort.",
  // Only the relay of this computer is in the list.
  "settings.relays.onlyHere":
    "You reach only other profiles on this computer. Add a relay to reach other people.",
  "settings.relays.none": "No relay",
  "settings.relays.none.text": "You cannot reach anybody until you add one.",
  // Row: facts. {time}: a round trip in ms; a moment; a length of time.
  "settings.relays.round_trip": "{time} ms",
  "settings.relays.since": "since {time}",
  "settings.relays.retry": "next try in {time}",
  "settings.relays.people":
    "{count, plural, =0 {lists nobody else} one {lists 1 other person} other {lists # other people}}",
  "settings.relays.private_no": "Not encrypted on the way",
  // Row: handle and what is spoken when a relay was moved.
  "settings.relays.move": "Move {name}",
  "settings.relays.moved": "{name} is now number {place} of {count}",
  "settings.relays.remove": "Remove {name}",
  // Question before a relay is removed.
  "settings.relays.remove.title": "Remove {name}?",
  "settings.relays.remove.text": "You can add it again at any time.",
  "settings.relays.remove.last": "This is your last relay. Without one you cannot reach anybody.",
  "settings.relays.remove.action": "Remove",
  // Adding.
  "settings.relays.add": "Add relay",
  "settings.relays.add.title": "Add a relay",
  "settings.relays.add.text": "The address is tested before it is saved.",
  "settings.relays.add.consent": "Tick the box to use this relay.",
  "settings.relays.added": "Relay added",
  // Proxy.
  "settings.proxy": "Proxy",
  "settings.proxy.none": "None",
  "settings.proxy.none.hint": "Relays see your IP address.",
  "settings.proxy.socks5": "SOCKS5",
  "settings.proxy.socks5.hint":
    "For example Tor at 127.0.0.1:9050. Host names are looked up by the proxy.",
  "settings.proxy.address": "Proxy address",
  "settings.proxy.address.example": "127.0.0.1:9050",

  // General: starting when the person logs in.
  "settings.login": "Starting",
  "settings.login.start": "Start Sotto when you log in",
  "settings.login.start.hint": "Quietly: without a window. You are told of new messages.",
  // General: heading of the choice, and what closing the window does.
  "settings.closing": "Closing the window",
  "settings.closing.background": "Keeps Sotto running",
  "settings.closing.background.hint":
    "Messages still come. Open the window again from the tray, or by starting Sotto.",
  "settings.closing.quit": "Quits Sotto",
  "settings.closing.quit.hint": "Messages wait until you start it again.",
  "settings.closing.ask": "Asks what to do",

  // Notifications: all are muted for a while. {time}: a time of day.
  "settings.muted": "Muted",
  "settings.muted.until": "No notifications until {time}.",
  // The same, for another day. {day}: "3 March".
  "settings.muted.untilDay": "No notifications until {day} at {time}.",
  "settings.muted.end": "Unmute now",
  // Notifications: which there are.
  "settings.notifications.kinds": "You are told of",
  "settings.notifications.texts": "Messages of your contacts",
  "settings.notifications.requests": "Messages of people who are not your contacts",
  "settings.notifications.sound": "Sound",
  "settings.notifications.sound.hint": "Your system plays it, and may be set not to.",
  // Notifications: a part of every day without them.
  "settings.quiet": "Quiet hours",
  "settings.quiet.on": "No notifications at night",
  "settings.quiet.hint": "Messages still come, and are counted.",
  "settings.quiet.from": "From",
  "settings.quiet.to": "To",
  // Notifications.
  "settings.notifications.content": "A notification shows",
  "settings.notifications.name_and_text": "Name and text",
  "settings.notifications.name": "Name only",
  "settings.notifications.nothing": "Only that there is a message",
  "settings.notifications.off": "No notifications",
  "settings.notifications.hint": "What is shown may stay in your system's list of notifications.",
  "settings.notifications.test": "Send a test notification",
  "settings.notifications.sent":
    "Sent. If nothing appeared, look at the notification settings of your system.",

  // Appearance.
  "settings.theme": "Colours",
  "settings.theme.system": "Like the system",
  "settings.theme.light": "Light",
  "settings.theme.dark": "Dark",
  "settings.theme.high_contrast": "High contrast",
  "settings.text_size": "Text size of messages",
  "settings.text_size.px": "{size} px",
  "settings.text_size.sample": "Morning! Did the survey files make it?",
  "settings.zoom": "Size of everything",
  "settings.zoom.percent": "{percent} %",
  "settings.density": "Chat list",
  "settings.density.cosy": "Cosy",
  "settings.density.compact": "Compact",
  "settings.enter_sends": "Enter sends",
  "settings.enter_sends.hint": "If off, Ctrl and Enter sends, and Enter makes a new line.",

  // Privacy.
  "settings.blocked": "Blocked contacts",
  "settings.blocked.hint": "Nothing they write reaches you, and they are not told.",
  "settings.blocked.none": "Nobody is blocked.",
  "settings.unblock": "Unblock",
  "settings.unblock.label": "Unblock {name}",

  // Keyboard: headings of the tables and their columns.
  "settings.keyboard.window": "In the window",
  "settings.keyboard.list": "In the lists of chats and messages",
  "settings.keyboard.composer": "Where you write a message",
  "settings.keyboard.keys": "Keys",
  "settings.keyboard.does": "Does",

  // About.
  "settings.about.version": "Version {version}",
  "settings.about.audit": "Not audited by an outsider",
  "settings.about.audit.text":
    "Nobody from outside the project has reviewed Sotto yet. Do not trust it with your life.",
  "settings.about.secrecy": "How messages are protected",
  "settings.about.secrecy.text":
    "All messages are encrypted from end to end. Between two people with Sotto, a key that is stolen later opens no past messages, and quantum computers do not either. With programs made from the guide it is not so: whoever steals a key could read the past messages sent to it. Each chat says which it is.",
  "settings.about.licence": "Licence",
  "settings.about.licence.text": "Apache-2.0 or MIT, as you prefer.",
  "settings.about.parts": "Made with",
} as const;
