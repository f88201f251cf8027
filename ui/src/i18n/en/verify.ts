/** The verification screen, and the camera wherever a code is asked for. */
export const verify = {
  // Title of the screen, and the sentence under it.
  "verify.title": "Verify {name}",
  "verify.text": "Make sure that you are talking to {name}, and nobody in between.",
  // Button in the header of a chat, in the details and in the palette that opens it. In the palette
  // it is about the chat that is open.
  "verify.open": "Verify",
  "palette.verify": "Verify the contact of this chat",
  "verify.again": "Verify again",
  // The number of a contact that is verified: button in the header and in the details.
  "verify.number": "Safety number",

  // Its two ways with a code, as tabs: what they are, spoken; at most 14 characters besides the name.
  "verify.ways": "Ways to compare codes",
  "verify.way.mine": "My code",
  "verify.way.scan": "Scan theirs",
  // One's own code: its name for a screen reader, while it is made, and what is done with it.
  "verify.code": "Your code for {name}",
  "verify.making": "Making the code",
  "verify.codeHow":
    "Let {name} scan this code in Sotto, then answer here. Only when you are in the same room: in a call, read the number to each other.",
  // The code is over. A button follows.
  "verify.codeOver": "This code is over.",
  "verify.codeNew": "Show a new one",
  // The key of the contact, or one's own at theirs, is not known.
  "verify.early": "There is nothing to compare yet.",
  "verify.earlyText":
    "Your program and that of {name} tell each other their keys when both are connected. Come back then.",

  // The number: heading, its name for a screen reader, each group of it, spoken.
  "verify.digits": "Safety number",
  "verify.group": "Group {number} of 12: {digits}",
  "verify.readAloud": "Read aloud",
  "verify.stopReading": "Stop reading",
  "verify.copy": "Copy",
  "verify.copied": "Safety number copied. It is taken off the clipboard after a minute.",
  // The number is of a part of the keys for now.
  "verify.part":
    "This number is of the keys that are known so far. Once you have written to each other it changes one time.",
  // Another key is in question: the number is that of the old one.
  "verify.otherKey":
    "{name} has another key. Scan the code of {name}: only if it is of that very key, you use it and {name} is verified again.",
  // What stands when the contact is verified, after how and when.
  "verify.still": "You can compare again at any time.",
  // Three steps.
  "verify.step.scan": "Scan codes in person. It takes two seconds and checks everything for you.",
  "verify.step.call": "Far apart? Call {name} and read the twelve groups to each other.",
  "verify.step.end":
    "All the same: mark as verified. One digit differs: do not send, and choose “They differ”.",
  // Buttons at the foot.
  "verify.differ": "They differ",
  "verify.later": "Later",
  "verify.match": "They match, mark as verified",

  // Comparing a number that somebody sent. Button, field, buttons.
  "verify.type": "Compare a number",
  "verify.field": "Their safety number",
  "verify.fieldHint": "Sixty digits; spaces do not matter.",
  "verify.compare": "Compare",

  // It matches, and it did not come by the camera: question, sentence, answers.
  "verify.where": "It matches. Where did you get it?",
  "verify.whereText":
    "Whoever is in between could send you a code or a number that matches only by what comes through Sotto.",
  "verify.whereEye": "Where did you compare it?",
  "verify.where.screen": "From the screen of {name}, here with me",
  "verify.where.outside": "Outside of Sotto, where I recognise {name}: a call, or in person",
  "verify.where.inside": "In a message in Sotto",
  "verify.where.go": "Continue",

  // The contact's program has proved that it scanned the code that is shown.
  "verify.seen": "Look at the screen of {name}. Does it say “Verified”?",
  "verify.seenText":
    "The program of {name} says that it scanned your code. Answer by what you see there, not by what you expect.",
  "verify.seen.yes": "Yes, it says Verified",
  "verify.seen.no": "No",

  // What came of it. Titles and sentences.
  "verify.done": "{name} is verified.",
  "verify.doneAsks": "Verified. {name}’s app asks {name} now.",
  "verify.doneText": "From now on you are told, loudly, if the key of {name} changes.",
  "verify.inside": "It matches, and that proves nothing.",
  "verify.insideText":
    "What comes in a message in Sotto is what somebody in between would have written. Compare in person, or by a call.",
  "verify.mismatch": "These codes do not match. Do not send anything secret.",
  "verify.mismatchText": "Possible reasons:",
  "verify.mismatch.between": "Somebody is between you and reads what you write.",
  "verify.mismatch.new": "{name} has a new computer, or set Sotto up anew.",
  "verify.mismatch.old": "The code or the number is an old one, or of somebody else.",
  "verify.mismatch.tell": "Tell {name} to press “No”.",
  "verify.other": "This is the code of {other}, not of {name}.",
  "verify.otherText": "Open the chat with {other} to verify {other}, or scan the code of {name}.",
  "verify.own": "This is your own code.",
  "verify.ownText": "Scan the one that {name} shows: in Sotto, on the screen “Verify”.",
  "verify.expired": "This code has expired.",
  "verify.expiredText": "A code holds for ten minutes. {name} can show a new one.",
  "verify.used": "This code was used already.",
  "verify.usedText": "Each code is for one scan. {name} can show a new one.",
  "verify.notYet": "This cannot be compared yet.",
  "verify.notYetText":
    "One of you does not know all keys of the other. Write to each other once, then show a new code.",
  "verify.otherKeyDigits": "This is the number of the other key.",
  "verify.otherKeyDigitsText":
    "Digits do not take another key into use. Scan the code that {name} shows, or decide in the chat.",
  // A code of the other key that was sent, and not seen on the contact's own screen.
  "verify.otherKeyCode": "This is the code of the other key.",
  "verify.otherKeyCodeText":
    "Only a code that you see on the screen of {name} takes another key into use. Scan it there.",
  // What was compared last differed. Title and sentence of a card.
  "verify.differed": "The keys did not match",
  "verify.differedText":
    "On {date} you found that the codes or numbers of you and {name} differ. Do not send anything secret.",
  // Instead of the camera, after a code that was of no use.
  "verify.scanAgain": "Scan again",
  // Buttons.
  "verify.ok": "Done",
  "verify.tryAgain": "Try again",
  "verify.keep": "Keep unverified",
  "verify.block": "Block",

  // All keys that a contact had, in the details.
  "verify.keys": "All keys so far",
  "verify.keyNow": "In use since {date}",
  "verify.keyOnce": "From {from} to {to}",
  "verify.keyWhole": "All keys",
  "verify.keyBox": "Box key alone",

  // The camera. Its picture for a screen reader; while it starts; what to do.
  "camera.picture": "What the camera sees, mirrored",
  "camera.starting": "Starting the camera",
  "camera.look": "Hold the code before the camera.",
  "camera.foreign": "This is a code, but not one of Sotto.",
  "camera.found": "Code found",
  "camera.which": "Camera",
  "camera.nameless": "Camera {number}",
  // Why there is no picture, and what to do; a button "Try again" follows.
  "camera.none": "No camera was found.",
  "camera.none.hint": "Connect one and try again, or use one of the ways below.",
  "camera.refused": "Sotto may not use the camera.",
  "camera.refused.hint": "Allow it in the settings of your system, or use one of the ways below.",
  "camera.busy": "Another program has the camera.",
  "camera.busy.hint": "Close it there and try again, or use one of the ways below.",
  "camera.gone": "The camera was unplugged.",
  "camera.gone.hint": "Connect it and try again, or use one of the ways below.",
  "camera.failed": "The camera does not work here.",
  "camera.failed.hint": "Use one of the ways below.",
  // The ways without a camera.
  "camera.ways": "No camera?",
  "camera.choose": "Choose a picture",
  "camera.paste": "Paste",
  "camera.screen": "From my screen",
} as const;
