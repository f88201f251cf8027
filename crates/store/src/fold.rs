//! Letters as a search compares them: without case, without the accents and vowel signs that people
//! leave out, in one form where Unicode has several. The window does the same with names
//! and where it marks what was found (`ui/src/search/fold.ts`).
//!
//! It goes character by character, so that what was found can be shown in the text as it was written.
//! The index keeps what this gives: another result for any character needs a migration that makes the
//! index anew.

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use unicode_normalization::char::decompose_compatible;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory as _};

/// The name of the function in SQL.
const NAME: &str = "folded";
/// A place where a word may end, without anything to see.
const WORD_BREAK: char = '\u{200b}';

/// Lets the statements of a connection fold texts.
pub(crate) fn register(connection: &Connection) -> rusqlite::Result<()> {
    // It only computes, so that triggers of a schema that is not trusted may use it.
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function(NAME, 1, flags, |context| {
        Ok(folded(context.get_raw(0).as_str()?))
    })
}

/// The text as it is compared.
pub(crate) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        fold(c, &mut out);
    }
    out
}

/// Adds what a character is compared as: nothing for what people leave out.
pub(crate) fn fold(c: char, out: &mut String) {
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase());
        return;
    }
    decompose_compatible(c, |part| {
        if is_left_out(part) {
            return;
        }
        for small in part.to_lowercase() {
            match small {
                // At the end of a word.
                '\u{3c2}' => out.push('\u{3c3}'),
                // The Turkish one without a dot: where it is not known, people write the other one.
                '\u{131}' => out.push('i'),
                '\u{df}' => out.push_str("ss"),
                WORD_BREAK => out.push(' '),
                _ => out.push(small),
            }
        }
    });
}

/// Whether it is a part of a word, as the index cuts words. Marks of scripts that cannot be written
/// without them are.
pub(crate) fn is_of_word(c: char) -> bool {
    match c.general_category_group() {
        GeneralCategoryGroup::Letter
        | GeneralCategoryGroup::Number
        | GeneralCategoryGroup::Mark => true,
        GeneralCategoryGroup::Punctuation
        | GeneralCategoryGroup::Symbol
        | GeneralCategoryGroup::Separator
        | GeneralCategoryGroup::Other => false,
    }
}

/// Accents, the vowel signs of scripts that are mostly written without them, and what cannot be seen.
const fn is_left_out(c: char) -> bool {
    matches!(
        c,
        // Latin, Greek, Cyrillic.
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}'
        // Hebrew; marks between its words stay.
        | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}' | '\u{5c5}' | '\u{5c7}'
        // Arabic, with the stroke that only makes words longer; Syriac.
        | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' | '\u{6e7}' | '\u{6e8}'
        | '\u{6ea}'..='\u{6ed}' | '\u{711}' | '\u{730}'..='\u{74a}'
        | '\u{8d3}'..='\u{8e1}' | '\u{8e3}'..='\u{8ff}'
        // Soft hyphen, joiners, marks of the direction.
        | '\u{ad}' | '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'
        | '\u{2066}'..='\u{2069}' | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Vectors {
        same: Vec<[String; 2]>,
        different: Vec<[String; 2]>,
    }

    /// The window is held to the same ones.
    fn vectors() -> Vectors {
        serde_json::from_str(include_str!("../../../tests/vectors/folding.json")).unwrap()
    }

    #[test]
    fn what_people_write_differently_is_the_same() {
        for [written, sought] in vectors().same {
            assert_eq!(folded(&written), folded(&sought), "{written} {sought}");
        }
    }

    #[test]
    fn marks_that_make_another_word_stay() {
        for [one, other] in vectors().different {
            assert_ne!(folded(&one), folded(&other), "{one} {other}");
        }
    }
}
