//! The words that the system shows for the program, in its dialogs, notifications and title bar:
//! out of the catalogue of the window, so that a translation is one folder. Not what a terminal
//! shows: help, refusals and logs stand where they are written.

use serde::Deserialize;
use sotto_engine::api::HistoryTrouble;
use std::sync::LazyLock;

/// The catalogue: each word with a note for translators.
const ENGLISH: &str = include_str!("../ui/src/i18n/en/native.json");

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    // Its test reads the same text, so the default is never used.
    serde_json::from_str(ENGLISH).unwrap_or_default()
});

/// Each word of the catalogue; its note says where it stands.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Words {
    window_title: Word,
    /// Title of the dialog that opens a picture.
    pub(crate) choose_picture: Word,
    /// Kind of the files that can be opened.
    pub(crate) pictures: Word,
    /// Title of the dialog that saves a picture.
    pub(crate) save_picture: Word,
    /// Kind of the file that is saved.
    pub(crate) picture_kind: Word,
    /// Proposed name of the file that is saved.
    pub(crate) picture_name: Word,
    /// What a notification says in place of the text.
    pub(crate) new_message: Word,
    /// What the notification for trying out says.
    pub(crate) test_message: Word,
    /// What a notification says of a text of somebody who is no contact.
    pub(crate) request: Word,
    request_from: Word,
    /// Opens the window.
    pub(crate) open: Word,
    /// Takes the window away.
    pub(crate) hide: Word,
    /// There is nothing unread.
    pub(crate) nothing_unread: Word,
    one_unread: Word,
    many_unread: Word,
    paused_full: Word,
    paused_unusable: Word,
    /// Mutes notifications for an hour.
    pub(crate) mute_hour: Word,
    /// Mutes them until the next morning.
    pub(crate) mute_day: Word,
    /// Takes that back.
    pub(crate) unmute: Word,
    /// Ends the program.
    pub(crate) quit: Word,
}

/// A word as it is shown.
#[derive(Default, Deserialize)]
pub(crate) struct Word {
    text: String,
}

impl Word {
    /// The word itself.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }
}

/// The words of the language in use.
pub(crate) fn words() -> &'static Words {
    &WORDS
}

impl Words {
    /// The title of the window of a named profile.
    pub(crate) fn window_title(&self, profile: &str) -> String {
        self.window_title
            .as_str()
            .replace("{profile}", &isolated(profile))
    }

    /// What a notification says of a text of somebody who is no contact, with the name that they
    /// use.
    pub(crate) fn request_from(&self, name: &str) -> String {
        let words = self.request_from.as_str();
        words.replace("{name}", &isolated(name))
    }

    /// Why nothing is received.
    pub(crate) fn paused(&self, trouble: HistoryTrouble) -> &str {
        match trouble {
            HistoryTrouble::DiskFull => self.paused_full.as_str(),
            HistoryTrouble::Unusable | HistoryTrouble::Damaged => self.paused_unusable.as_str(),
        }
    }

    /// How many messages are unread.
    pub(crate) fn unread(&self, count: u32) -> String {
        let words = match count {
            0 => &self.nothing_unread,
            1 => &self.one_unread,
            _ => &self.many_unread,
        };
        words.as_str().replace("{count}", &count.to_string())
    }
}

/// A name with first-strong isolate marks if it could reorder what stands around it, as
/// `ui/src/i18n/t.ts` gives it (Unicode Standard Annex 9, section 2.4).
pub(crate) fn isolated(name: &str) -> String {
    if name.chars().any(turns) {
        format!("\u{2068}{name}\u{2069}")
    } else {
        name.to_owned()
    }
}

/// Whether a character can turn the direction of the line around it.
fn turns(char: char) -> bool {
    matches!(
        char,
        '\u{590}'..='\u{8ff}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{fb1d}'..='\u{fdff}'
            | '\u{fe70}'..='\u{fefc}'
            | '\u{10800}'..='\u{10fff}'
            | '\u{1e800}'..='\u{1efff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// That each is used is shown by the compiler: a field that nothing reads is a warning.
    #[test]
    fn catalogue_has_each_word_and_no_other() {
        let words: Words = serde_json::from_str(ENGLISH).unwrap();
        assert_eq!(words.new_message.as_str(), "New message");
        let with_another = ENGLISH.replacen('{', r#"{ "other": { "note": "", "text": "" },"#, 1);
        assert!(serde_json::from_str::<Words>(&with_another).is_err());
    }

    #[test]
    fn title_of_a_named_profile_has_its_name() {
        assert_eq!(words().window_title("work"), "Sotto (work)");
    }

    #[test]
    fn counts_have_their_words() {
        let counted = [0, 1, 2, 130].map(|count| words().unread(count));
        let expected = [
            "No unread messages",
            "1 unread message",
            "2 unread messages",
            "130 unread messages",
        ];
        assert_eq!(counted, expected);
    }

    #[test]
    fn names_are_given_as_they_are() {
        assert_eq!(isolated("Bo Berg"), "Bo Berg");
        assert_eq!(isolated(""), "");
    }

    #[test]
    fn name_that_could_turn_a_line_is_isolated() {
        for name in ["ליאור", "مرحبا", "a\u{202e}b"] {
            assert_eq!(isolated(name), format!("\u{2068}{name}\u{2069}"));
        }
    }
}
