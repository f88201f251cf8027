//! Text of people made ready to be drawn: control characters out, links found, one line for the
//! lists. Text is stored as it came; this happens on the way to a front.

use crate::api::{ErrorCode, Span};
use linkify::{LinkFinder, LinkKind};
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};
use url::Url;

/// The longest text that can be sent, in bytes of UTF-8.
pub const MAX_TEXT_BYTES: usize = sotto_wire::limits::MAX_TEXT_BYTES;

/// The longest snippet of a list, in characters.
const SNIPPET_CHARS: usize = 200;

/// The longest address that becomes a link, in bytes.
const MAX_URL_BYTES: usize = 2_048;
/// The longest name that a person may give, in characters.
const MAX_NAME_CHARS: usize = 40;

/// Takes out the control characters that a drawing could stumble over; line feeds and tabs stay,
/// other line ends become line feeds.
#[must_use]
pub fn clean(text: &str) -> String {
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
    one_line(text).chars().take(SNIPPET_CHARS).collect()
}

/// Puts a text on one line: every run of white space becomes one space.
#[must_use]
pub fn one_line(text: &str) -> String {
    let cleaned = clean(text);
    let words: Vec<&str> = cleaned.split_whitespace().collect();
    words.join(" ")
}

/// Cuts a text into pieces for drawing. Joined, they are the text again.
#[must_use]
pub fn spans(text: &str) -> Vec<Span> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url, LinkKind::Email]);
    let mut out: Vec<Span> = Vec::new();
    for piece in finder.spans(text) {
        let link = piece.kind().and_then(|kind| address(kind, piece.as_str()));
        match (link, out.last_mut()) {
            (Some(url), _) => out.push(Span::Link {
                text: piece.as_str().to_owned(),
                url,
            }),
            (None, Some(Span::Text { text })) => text.push_str(piece.as_str()),
            (None, _) => out.push(Span::Text {
                text: piece.as_str().to_owned(),
            }),
        }
    }
    out
}

/// Gives the address behind a found link in its canonical form, if it may be opened at all.
fn address(kind: &LinkKind, text: &str) -> Option<String> {
    let url = match kind {
        LinkKind::Email => openable(&format!("mailto:{text}")),
        _ => openable(text),
    }?;
    Some(url.into())
}

/// Parses an address that a person may be asked to open: http, https or mailto, of bounded
/// length, without a user name that could pass for a host.
#[must_use]
pub fn openable(address: &str) -> Option<Url> {
    if address.len() > MAX_URL_BYTES || address.contains(char::is_control) {
        return None;
    }
    let url = Url::parse(address).ok()?;
    let allowed = match url.scheme() {
        "http" | "https" => {
            url.host().is_some() && url.username().is_empty() && url.password().is_none()
        }
        "mailto" => true,
        _ => false,
    };
    allowed.then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn joined(spans: &[Span]) -> String {
        spans
            .iter()
            .map(|span| match span {
                Span::Text { text } | Span::Link { text, .. } => text.as_str(),
            })
            .collect()
    }

    #[test]
    fn a_link_is_found_and_the_text_around_it_stays() {
        let spans = spans("see https://example.org/a?b=c. Or not");
        assert_eq!(
            spans,
            vec![
                Span::Text {
                    text: "see ".into()
                },
                Span::Link {
                    text: "https://example.org/a?b=c".into(),
                    url: "https://example.org/a?b=c".into()
                },
                Span::Text {
                    text: ". Or not".into()
                },
            ]
        );
    }

    #[test]
    fn an_address_with_letters_of_another_script_shows_its_real_form() {
        let spans = spans("https://аррӏе.com/");
        assert!(
            matches!(&spans[..], [Span::Link { url, .. }] if url.starts_with("https://xn--")),
            "{spans:?}"
        );
    }

    #[test]
    fn dangerous_addresses_are_only_text() {
        for text in [
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https://bank.example@evil.example/",
            "data:text/html,hi",
            "sotto:add#x",
        ] {
            assert!(openable(text).is_none(), "{text}");
            assert!(
                !spans(text)
                    .iter()
                    .any(|s| matches!(s, Span::Link { url, .. } if !url.starts_with("mailto:"))),
                "{text}"
            );
        }
    }

    #[test]
    fn control_characters_go_and_line_ends_become_line_feeds() {
        assert_eq!(
            clean("a\u{0}b\r\nc\rd\u{2028}e\tf\u{1b}[1m"),
            "ab\nc\nd\ne\tf[1m"
        );
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
        fn the_pieces_of_any_text_are_the_text(text in "\\PC*") {
            prop_assert_eq!(joined(&spans(&text)), text);
        }

        #[test]
        fn a_cleaned_name_has_no_formatting_left(name in ".*") {
            let cleaned = clean_name(&name, 40);
            prop_assert!(cleaned.chars().count() <= 40);
            let turns = |c: char| ('\u{202a}'..='\u{202e}').contains(&c);
            prop_assert!(!cleaned.chars().any(|c| c.is_control() || turns(c)));
        }
    }
}
