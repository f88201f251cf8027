//! The invisible tag at the end of a plain text: "this is Sotto" (P-40).
//!
//! 40 characters that nothing draws, two bits each. It is bound to both keys and the nonce of its
//! box, so that a text copied from somewhere else carries no valid one. It proves no more than
//! that the sender's program knows the tag: what follows is authenticated by the handshake.

use crate::box_key::BoxPublicKey;
use crate::label;
use crate::plain_box::NONCE_LEN;
use subtle::ConstantTimeEq;

/// How many characters a tag has.
pub const LEN_CHARS: usize = 40;
/// How many bytes of UTF-8 a tag has.
pub const LEN_BYTES: usize = LEN_CHARS * 3;
const VERSION: u8 = 1;
const RESERVED: u8 = 0;

/// A text without its tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stripped {
    /// The text as its writer typed it.
    pub text: String,
    /// Whether a valid tag stood at its end.
    pub tagged: bool,
}

/// Ends a text in the tag for one box (P-40).
pub fn append(
    text: &str,
    sender: &BoxPublicKey,
    recipient: &BoxPublicKey,
    nonce: &[u8; NONCE_LEN],
) -> String {
    let mut out = String::with_capacity(text.len() + LEN_BYTES);
    out.push_str(text);
    for byte in payload([VERSION, RESERVED], sender, recipient, nonce) {
        for shift in [6, 4, 2, 0] {
            out.push(symbol(byte >> shift));
        }
    }
    out
}

/// Takes a valid tag off the end of a text; leaves every other invisible character (P-41).
pub fn strip(
    text: &str,
    sender: &BoxPublicKey,
    recipient: &BoxPublicKey,
    nonce: &[u8; NONCE_LEN],
) -> Stripped {
    let tagless = text
        .len()
        .checked_sub(LEN_BYTES)
        .and_then(|at| text.split_at_checked(at))
        .filter(|(_, tag)| {
            read(tag).is_some_and(|found| {
                let [version, reserved, ..] = found;
                payload([version, reserved], sender, recipient, nonce)
                    .ct_eq(&found)
                    .into()
            })
        });
    match tagless {
        Some((text, _)) => Stripped {
            text: text.to_owned(),
            tagged: true,
        },
        None => Stripped {
            text: text.to_owned(),
            tagged: false,
        },
    }
}

/// The ten bytes of a tag: version, reserved, first 8 bytes of the hash.
fn payload(
    head: [u8; 2],
    sender: &BoxPublicKey,
    recipient: &BoxPublicKey,
    nonce: &[u8; NONCE_LEN],
) -> [u8; 10] {
    let hash = label::PLAIN_TAG.sha256(&[sender.as_bytes(), recipient.as_bytes(), nonce, &head]);
    let mut bytes = [0; 10];
    for (to, from) in bytes.iter_mut().zip(head.into_iter().chain(hash)) {
        *to = from;
    }
    bytes
}

/// Reads ten bytes from 40 characters; `None` if one of them is none of ours.
fn read(tag: &str) -> Option<[u8; 10]> {
    let mut chars = tag.chars();
    let mut bytes = [0; 10];
    for byte in &mut bytes {
        for _ in 0..4 {
            *byte = *byte << 2 | bits(chars.next()?)?;
        }
    }
    chars.next().is_none().then_some(bytes)
}

/// The character for the two lowest bits.
const fn symbol(bits: u8) -> char {
    match bits & 0b11 {
        0b00 => '\u{200B}',
        0b01 => '\u{200C}',
        0b10 => '\u{2060}',
        _ => '\u{2063}',
    }
}

/// The two bits of a character.
const fn bits(symbol: char) -> Option<u8> {
    match symbol {
        '\u{200B}' => Some(0b00),
        '\u{200C}' => Some(0b01),
        '\u{2060}' => Some(0b10),
        '\u{2063}' => Some(0b11),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NONCE: [u8; 24] = [7; 24];

    fn keys() -> (BoxPublicKey, BoxPublicKey) {
        (
            BoxPublicKey::from_bytes([1; 32]).unwrap(),
            BoxPublicKey::from_bytes([2; 32]).unwrap(),
        )
    }

    fn untagged(text: &str) -> Stripped {
        Stripped {
            text: text.to_owned(),
            tagged: false,
        }
    }

    #[test]
    fn tag_is_forty_characters_that_nothing_draws() {
        let (alice, bob) = keys();
        let tagged = append("hi", &alice, &bob, &NONCE);
        let tag = tagged.strip_prefix("hi").unwrap();
        assert_eq!(tag.chars().count(), LEN_CHARS);
        assert_eq!(tag.len(), LEN_BYTES);
        assert!(tag.chars().all(|c| bits(c).is_some()));
    }

    /// P-40: the tag of one box is worth nothing in another.
    #[test]
    fn tag_of_another_box_is_left_in_place() {
        let (alice, bob) = keys();
        let tagged = append("hi", &alice, &bob, &NONCE);
        assert_eq!(strip(&tagged, &bob, &alice, &NONCE), untagged(&tagged));
        assert_eq!(strip(&tagged, &alice, &bob, &[8; 24]), untagged(&tagged));
        assert_eq!(strip(&tagged, &alice, &alice, &NONCE), untagged(&tagged));
    }

    /// P-41.
    #[test]
    fn only_a_tag_at_the_very_end_is_removed() {
        let (alice, bob) = keys();
        let inside = format!("{} and more", append("hi", &alice, &bob, &NONCE));
        assert_eq!(strip(&inside, &alice, &bob, &NONCE), untagged(&inside));
        let family = "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467} می\u{200C}خواهم\u{200C}";
        assert_eq!(strip(family, &alice, &bob, &NONCE), untagged(family));
        let tagged = append(family, &alice, &bob, &NONCE);
        assert_eq!(strip(&tagged, &alice, &bob, &NONCE).text, family);
    }

    #[test]
    fn one_tag_is_removed_and_not_the_one_before_it() {
        let (alice, bob) = keys();
        let once = append("hi", &alice, &bob, &NONCE);
        let twice = append(&once, &alice, &bob, &NONCE);
        let stripped = strip(&twice, &alice, &bob, &NONCE);
        assert_eq!(stripped.text, once);
        assert!(stripped.tagged);
    }

    /// P-42: a later version is still Sotto.
    #[test]
    fn tag_of_a_later_version_is_recognised() {
        let (alice, bob) = keys();
        let mut text = "hi".to_owned();
        for byte in payload([9, 3], &alice, &bob, &NONCE) {
            text.extend([6, 4, 2, 0].map(|shift| symbol(byte >> shift)));
        }
        let stripped = strip(&text, &alice, &bob, &NONCE);
        assert_eq!((stripped.text.as_str(), stripped.tagged), ("hi", true));
    }

    #[test]
    fn texts_shorter_than_a_tag_or_cut_inside_a_character_are_left() {
        let (alice, bob) = keys();
        for text in [
            "",
            "a",
            &"é".repeat(61),
            &"\u{200B}".repeat(39),
            &"\u{200B}".repeat(41),
        ] {
            assert_eq!(strip(text, &alice, &bob, &NONCE), untagged(text));
        }
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text: String, nonce: [u8; 24]) {
            let (alice, bob) = keys();
            let tagged = append(&text, &alice, &bob, &nonce);
            let stripped = strip(&tagged, &alice, &bob, &nonce);
            prop_assert_eq!(stripped, Stripped { text, tagged: true });
        }

        #[test]
        fn invisible_text_without_a_tag_stays(text in "[\u{200B}\u{200C}\u{2060}\u{2063}]{0,80}") {
            let (alice, bob) = keys();
            prop_assert_eq!(strip(&text, &alice, &bob, &NONCE), untagged(&text));
        }

        #[test]
        fn tag_with_one_changed_character_stays(at in 0..LEN_CHARS, with in 1..4_u8) {
            let (alice, bob) = keys();
            let mut chars: Vec<char> = append("", &alice, &bob, &NONCE).chars().collect();
            chars[at] = symbol(bits(chars[at]).unwrap() ^ with);
            let text: String = chars.into_iter().collect();
            prop_assert_eq!(strip(&text, &alice, &bob, &NONCE), untagged(&text));
        }
    }
}
