//! Text of people made ready to be drawn: control characters out, links found, one line for the
//! lists. Text is stored as it came; this happens on the way to a front.

mod links;
mod turns;

use crate::api::ErrorCode;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};

pub use links::{openable, spans};

/// The longest text that can be sent, in bytes of UTF-8.
pub const MAX_TEXT_BYTES: usize = sotto_wire::limits::MAX_TEXT_BYTES;

/// The longest snippet of a list, in characters.
const SNIPPET_CHARS: usize = 200;

/// The longest name that a person may give, in characters.
const MAX_NAME_CHARS: usize = 40;

/// Takes out the control characters that a drawing could stumble over; line feeds and tabs stay,
/// other line ends become line feeds. What turns the direction of the writing ends with its line.
#[must_use]
pub fn clean(text: &str) -> String {
    turns::closed(without_controls(text))
}

fn without_controls(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                if chars.peek() != Some(&'\n') {
                    out.push('\n');
                }
            }
            '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\n' | '\t' => out.push(c),
            _ if c.general_category() == GeneralCategory::Control => {}
            _ => out.push(c),
        }
    }
    out
}

/// Makes a name of another person safe to stand in a line of ours: no control or formatting
/// characters (they could reverse the line or imitate a mark), white space only as single
/// spaces, at most `max` characters.
#[must_use]
pub fn clean_name(name: &str, max: usize) -> String {
    let kept = name.chars().filter_map(|c| match c.general_category() {
        _ if c.is_whitespace() => Some(' '),
        GeneralCategory::Control
        | GeneralCategory::Format
        | GeneralCategory::Surrogate
        | GeneralCategory::PrivateUse
        | GeneralCategory::Unassigned => (c == '\u{200d}' || c == '\u{200c}').then_some(c),
        _ => Some(c),
    });
    let joined: String = kept.collect();
    let words: Vec<&str> = joined.split(' ').filter(|word| !word.is_empty()).collect();
    let line: String = words.join(" ").chars().take(max).collect();
    if line.chars().all(|c| c == '\u{200d}' || c == '\u{200c}') {
        return String::new();
    }
    line
}

/// Checks a name that the person gives; an empty one means the id.
///
/// # Errors
/// [`ErrorCode::BadName`] if it is longer than 40 characters.
pub fn given_name(name: &str) -> Result<String, ErrorCode> {
    let cleaned = clean_name(name, MAX_NAME_CHARS.saturating_add(1));
    if cleaned.chars().count() > MAX_NAME_CHARS {
        return Err(ErrorCode::BadName);
    }
    Ok(cleaned)
}

/// Gives the beginning of a text on one line, for a list.
#[must_use]
pub fn snippet(text: &str) -> String {
    let start: String = one_line(text).chars().take(SNIPPET_CHARS).collect();
    turns::closed(start)
}

/// Puts a text on one line: every run of white space becomes one space.
#[must_use]
pub fn one_line(text: &str) -> String {
    let cleaned = clean(text);
    let words: Vec<&str> = cleaned.split_whitespace().collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn control_characters_go_and_line_ends_become_line_feeds() {
        assert_eq!(
            clean("a\u{0}b\r\nc\rd\u{2028}e\tf\u{1b}[1m"),
            "ab\nc\nd\ne\tf[1m"
        );
    }

    #[test]
    fn a_text_that_turns_the_writing_ends_it_also_where_it_is_cut() {
        assert_eq!(clean("a\u{202e}b"), "a\u{202e}b\u{202c}");
        let long = format!("\u{202e}{}\u{202c}", "b".repeat(300));
        assert_eq!(snippet(&long).chars().last(), Some('\u{202c}'));
        assert_eq!(one_line("\u{2067}a\nb"), "\u{2067}a\u{2069} b");
    }

    #[test]
    fn a_name_cannot_turn_the_line_or_hide() {
        assert_eq!(
            clean_name("  Mara\u{202e} \n evil\u{2066} ", 40),
            "Mara evil"
        );
        assert_eq!(clean_name("\u{200d}\u{200c}\u{200b}", 40), "");
        assert_eq!(clean_name("👩\u{200d}🚀", 40), "👩\u{200d}🚀");
    }

    proptest! {
        #[test]
        fn a_cleaned_name_has_no_formatting_left(name in ".*") {
            let cleaned = clean_name(&name, 40);
            prop_assert!(cleaned.chars().count() <= 40);
            let turns = |c: char| ('\u{202a}'..='\u{202e}').contains(&c);
            prop_assert!(!cleaned.chars().any(|c| c.is_control() || turns(c)));
        }
    }
}
