//! The name under which somebody is reachable at one relay.
//!
//! It is a hint and never an identity: keys are. The rules keep names apart that look alike because of
//! something invisible; they do nothing against letters of different scripts that look alike.

use crate::limits::MAX_USER_ID_BYTES;
use serde::{Deserialize, Serialize};
use std::borrow::Borrow;
use std::fmt;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// A name at a relay: 1 to 64 bytes of UTF-8 in NFC, visible characters and inner spaces only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UserId(String);

/// Why a text is not a [`UserId`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UserIdError {
    /// The name has no characters.
    #[error("the name is empty")]
    Empty,
    /// The name is longer than [`MAX_USER_ID_BYTES`].
    #[error("the name is longer than {MAX_USER_ID_BYTES} bytes")]
    TooLong,
    /// The name has a character that is invisible, unassigned, private or changes the text direction,
    /// or it begins with a combining mark.
    #[error("the name has a character that is not allowed")]
    Character,
    /// The name begins or ends with a space.
    #[error("the name begins or ends with a space")]
    OuterSpace,
    /// The name is not in Unicode normalisation form C.
    #[error("the name is not in normalisation form C")]
    NotNormalized,
}

impl UserId {
    /// Checks a name.
    ///
    /// # Errors
    /// One [`UserIdError`] for each rule above; nothing is trimmed or normalised silently.
    pub fn new(name: &str) -> Result<Self, UserIdError> {
        check(name)?;
        Ok(Self(name.to_owned()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for UserId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for UserId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for UserId {
    type Err = UserIdError;

    fn from_str(name: &str) -> Result<Self, UserIdError> {
        Self::new(name)
    }
}

impl TryFrom<String> for UserId {
    type Error = UserIdError;

    fn try_from(name: String) -> Result<Self, UserIdError> {
        check(&name)?;
        Ok(Self(name))
    }
}

impl From<UserId> for String {
    fn from(id: UserId) -> Self {
        id.0
    }
}

fn check(name: &str) -> Result<(), UserIdError> {
    if name.is_empty() {
        return Err(UserIdError::Empty);
    }
    if name.len() > MAX_USER_ID_BYTES {
        return Err(UserIdError::TooLong);
    }
    if name.starts_with(' ') || name.ends_with(' ') {
        return Err(UserIdError::OuterSpace);
    }
    // Nearly every name, once a message at the relay.
    if name
        .bytes()
        .all(|byte| byte == b' ' || byte.is_ascii_graphic())
    {
        return Ok(());
    }
    if name.chars().next().is_some_and(is_mark) || !name.chars().all(is_allowed) {
        return Err(UserIdError::Character);
    }
    let normalized = match is_nfc_quick(name.chars()) {
        IsNormalized::Yes => true,
        IsNormalized::No => false,
        IsNormalized::Maybe => name.nfc().eq(name.chars()),
    };
    if normalized {
        Ok(())
    } else {
        Err(UserIdError::NotNormalized)
    }
}

fn is_mark(character: char) -> bool {
    character.general_category_group() == GeneralCategoryGroup::Mark
}

fn is_allowed(character: char) -> bool {
    let visible = match character.general_category() {
        GeneralCategory::Control
        | GeneralCategory::Format
        | GeneralCategory::Surrogate
        | GeneralCategory::PrivateUse
        | GeneralCategory::Unassigned
        | GeneralCategory::LineSeparator
        | GeneralCategory::ParagraphSeparator => false,
        GeneralCategory::SpaceSeparator => character == ' ',
        _ => true,
    };
    visible && !is_blank(character)
}

/// Characters that count as letters, marks or symbols and yet show nothing
/// (Default_Ignorable_Code_Point of Unicode outside category Cf, and what is a blank by its design: the
/// empty Braille pattern, blanks of Egyptian and Khitan, the null notehead).
const fn is_blank(character: char) -> bool {
    matches!(
        character,
        '\u{034F}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FFA0}'
            | '\u{13441}'..='\u{13442}'
            | '\u{16FE4}'
            | '\u{1D159}'
            | '\u{E0100}'..='\u{E01EF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_many_scripts_are_allowed() {
        for name in [
            "a",
            "Zoë Müller",
            "محمد",
            "田中さん",
            "नमस्ते",
            "🐢",
            "a\"b\\c<i>",
            "__proto__",
        ] {
            assert_eq!(
                UserId::new(name).map(String::from).as_deref(),
                Ok(name),
                "{name}"
            );
        }
    }

    #[test]
    fn length_counts_bytes_from_1_to_64() {
        assert_eq!(UserId::new(""), Err(UserIdError::Empty));
        assert!(UserId::new(&"é".repeat(32)).is_ok());
        assert_eq!(UserId::new(&"é".repeat(33)), Err(UserIdError::TooLong));
    }

    #[test]
    fn invisible_and_direction_characters_are_refused() {
        for bad in [
            '\0',
            '\n',
            '\t',
            '\u{7f}',
            '\u{85}',
            '\u{a0}',
            '\u{ad}',
            '\u{200b}',
            '\u{200d}',
            '\u{200e}',
            '\u{202e}',
            '\u{2028}',
            '\u{2066}',
            '\u{feff}',
            '\u{fe0f}',
            '\u{3164}',
            '\u{2800}',
            '\u{e000}',
            '\u{e0041}',
            '\u{10ffff}',
            '\u{034f}',
            '\u{115f}',
            '\u{13441}',
            '\u{16fe4}',
            '\u{1d159}',
        ] {
            let name = format!("a{bad}b");
            assert_eq!(UserId::new(&name), Err(UserIdError::Character), "{bad:?}");
        }
    }

    #[test]
    fn outer_spaces_and_a_leading_mark_are_refused() {
        assert_eq!(UserId::new(" a"), Err(UserIdError::OuterSpace));
        assert_eq!(UserId::new("a "), Err(UserIdError::OuterSpace));
        assert_eq!(UserId::new("\u{0301}a"), Err(UserIdError::Character));
        assert!(UserId::new("a b").is_ok());
    }

    #[test]
    fn a_decomposed_name_is_refused_and_not_changed() {
        assert_eq!(UserId::new("e\u{0301}"), Err(UserIdError::NotNormalized));
        assert!(UserId::new("\u{e9}").is_ok());
    }

    #[test]
    fn serde_checks_as_new_does() {
        assert!(serde_json::from_str::<UserId>("\"alice\"").is_ok());
        assert!(serde_json::from_str::<UserId>("\"al\\u202eice\"").is_err());
        assert_eq!(
            serde_json::to_string(&UserId::new("a\"b").unwrap()).unwrap(),
            r#""a\"b""#
        );
    }
}
