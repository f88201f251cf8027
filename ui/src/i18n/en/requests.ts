/** Requests: texts from keys that were not added. */
export const requests = {
  // Title of the pane and its sentence.
  "requests.title": "Requests",
  "requests.text":
    "People who wrote without being your contacts. They get no answer until you accept.",
  "requests.empty": "No requests",
  "requests.empty.text": "When somebody you have not added writes to you, it waits here.",
  "requests.none_open": "Choose a request",
  // Row of the list, spoken and shown.
  "requests.count": "{count, plural, one {# message} other {# messages}}",
  // Detail.
  "requests.says": "Calls themselves",
  "requests.key": "Public key",
  "requests.fingerprint": "Fingerprint",
  "requests.first": "First wrote {time}",
  "requests.unchecked": "Nobody has checked who this is. Anybody can take any name at a relay.",
  // The request comes from another key under a contact's name. {name}: the contact.
  "requests.claims": "Uses the name of your contact {name} with another key",
  "requests.claims.text":
    "This may be {name} with a new program, or somebody who pretends. Ask {name} another way. To write to this key as {name}, use the new key in their chat.",
  "requests.held":
    "{count, plural, one {This message is} other {These messages are}} held back and not in the chat with {name}.",
  "requests.open_chat": "Open chat with {name}",
  // Region of the texts, spoken.
  "requests.texts": "Messages of this request",
  // Actions.
  "requests.accept": "Accept",
  "requests.delete": "Delete",
  "requests.block": "Block",
  "requests.back": "Back to the list",
  "requests.close": "Close requests",
  // Accept: title, field, help, button.
  "requests.accept.title": "Accept this request?",
  "requests.accept.name": "Name",
  "requests.accept.hint":
    "What you call them; only you see it. Empty: {id}, until their program tells their own name.",
  "requests.accept.text":
    "They become a contact, and their messages a chat. They can see when you are online.",
  // Block: title, sentence.
  "requests.block.title": "Block this key?",
  "requests.block.text": "The request is deleted, and nothing from this key reaches you any more.",
  // Delete: toast.
  "requests.deleted": "Request deleted",
} as const;
