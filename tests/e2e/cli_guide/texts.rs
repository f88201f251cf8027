//! Texts that must arrive as they were typed, and the tag that may hang at their end.

use sotto_tests::cli::Person;
use sotto_tests::foreign::{GuideClient, text};

/// The four characters of a tag (docs/protocol.md, P-40).
pub(crate) const TAG_CHARACTERS: [char; 4] = ['\u{200b}', '\u{200c}', '\u{2060}', '\u{2063}'];

/// How many characters a tag has.
pub(crate) const TAG_LENGTH: usize = 40;

/// One byte, several scripts, invisible characters of the text's own, and the largest.
pub(crate) fn texts() -> Vec<String> {
    vec![
        "a".to_owned(),
        "👩🏽‍🚀🏳️‍🌈 héllo".to_owned(),
        "می‌خواهم با تو حرف بزنم".to_owned(),
        "ends in invisible ones of its own\u{200b}\u{200c}\u{2060}\u{2063}".to_owned(),
        "two\nlines and a \"quote\" \\ <b>&amp;".to_owned(),
        "x".repeat(60 * 1024),
        "🪶".repeat(60 * 1024 / 4),
    ]
}

/// Splits what a guide client got into the text and the tag; the tag is empty where there is none.
pub(crate) fn split_tag(received: &str) -> (String, String) {
    let characters: Vec<char> = received.chars().collect();
    let at = characters.len().saturating_sub(TAG_LENGTH);
    let (text, tag) = characters.split_at(at);
    if tag.len() == TAG_LENGTH && tag.iter().all(|one| TAG_CHARACTERS.contains(one)) {
        (text.iter().collect(), tag.iter().collect())
    } else {
        (received.to_owned(), String::new())
    }
}

/// Sends a text and waits until the guide client has it; gives the tag that came with it.
pub(crate) fn send_to_guide(person: &Person, guide: &mut GuideClient, content: &str) -> String {
    person.send_and_wait(guide.name(), content);
    let event = guide.next_message();
    assert_eq!(event["from"], person.name());
    let (received, tag) = split_tag(&text(&event, "text"));
    assert_eq!(received, content, "the guide client reads what was typed");
    tag
}

/// What `contacts` says about one contact.
pub(crate) fn contact(person: &Person, user_id: &str) -> serde_json::Value {
    let contacts = person.run(["contacts"]).rows();
    let found = contacts.iter().find(|contact| contact["userId"] == user_id);
    found
        .unwrap_or_else(|| panic!("{user_id} in {contacts:?}"))
        .clone()
}
