//! Text of people made ready to be drawn: control characters out, links found, one line for the
//! lists. Text is stored as it came; this happens on the way to a front.

mod links;
mod turns;

use crate::api::ErrorCode;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};
use unicode_security::skeleton;

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
/// spaces, at most `max` characters. A name that would be shown as nothing is empty.
#[must_use]
pub fn clean_name(name: &str, max: usize) -> String {
    let kept = name.chars().filter_map(|c| match c.general_category() {
        _ if c.is_whitespace() || is_empty_cell(c) => Some(' '),
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
    if line.chars().all(is_unseen) {
        return String::new();
    }
    line
}

/// Letters and symbols that take the room of a character and are drawn as nothing.
const fn is_empty_cell(c: char) -> bool {
    matches!(
        c,
        '\u{2800}' | '\u{3164}' | '\u{ffa0}' | '\u{13441}' | '\u{13442}' | '\u{1d159}'
    )
}

/// What is drawn as nothing where it stands alone: spaces, and what only changes its neighbours
/// (Default_Ignorable_Code_Point in Unicode's DerivedCoreProperties.txt, also where it is a letter
/// or a mark).
fn is_unseen(c: char) -> bool {
    c.is_whitespace()
        || is_empty_cell(c)
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{16fe4}'
                | '\u{fff0}'..='\u{fff8}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
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

/// What two names have in common that look alike to people (UTS 39, section 4), whatever their case.
#[must_use]
pub fn look(name: &str) -> String {
    let lower = name.to_lowercase();
    let visible = lower.chars().filter(|c| !c.is_whitespace());
    let visible: String = visible.collect();
    skeleton(&visible).flat_map(char::to_lowercase).collect()
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

    #[test]
    fn a_name_that_is_shown_as_nothing_is_empty() {
        for nothing in [
            "\u{3164}",
            "\u{2800}",
            "\u{115f}",
            "\u{1160}\u{115f}",
            "\u{ffa0} \u{3164}",
            "\u{2800}\u{200d}\u{2800}",
            "\u{fe0f}",
            "\u{e0100}",
            "\u{34f}",
            "\u{17b4}",
            "\u{180b}",
            "\u{1d159}",
            "\u{13441}",
            " \u{a0}\u{3000}\u{2003}",
            "\u{e0041}\u{e007f}",
        ] {
            assert_eq!(clean_name(nothing, 40), "", "{nothing:?}");
            assert_eq!(given_name(nothing).as_deref(), Ok(""), "{nothing:?}");
        }
        // They do not make a name that looks like another one either.
        assert_eq!(clean_name("Bob\u{3164}", 40), "Bob");
        assert_eq!(clean_name("\u{2800}Bob\u{2800}\u{ffa0}Lee", 40), "Bob Lee");
        // Where they belong to what is seen, they stay.
        for seen in [
            "❤\u{fe0f}",
            "\u{115f}\u{1161}",
            "葛\u{e0100}",
            "\u{2801}\u{2803}",
        ] {
            assert_eq!(clean_name(seen, 40), seen);
        }
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
