//! Links in a text, and which of them may be opened.
//!
//! linkify finds them, but takes every letter and mark beyond ASCII for a part of one. So a text is
//! first cut at the marks that end a link in the writing of people, whatever their script.

use crate::api::Span;
use linkify::{LinkFinder, LinkKind};
use std::fmt::Write as _;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};
use url::{Host, Url};

/// The longest address that becomes a link, in bytes.
const MAX_URL_BYTES: usize = 2_048;

/// Marks between sentences and their parts, after which the next one follows without a space.
const BETWEEN_SENTENCES: &str = "。．｡，、；：！？､،؛؟۔।॥፣፤፥።";
/// Those of them that stand for the dot of a host name as well (UTS #46, 4).
const DOTS: &str = "。．｡";
/// The characters of a mailbox's name that stand for themselves in an address (RFC 6068, 2), besides
/// letters and digits.
const MAIL_MARKS: &[u8] = b"-._~!$'*+";

/// Cuts a text into pieces for drawing. Joined, they are the text again.
#[must_use]
pub fn spans(text: &str) -> Vec<Span> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url, LinkKind::Email]);
    let mut pieces = Pieces(Vec::new());
    for part in parts(text) {
        for piece in finder.spans(part) {
            let url = piece.kind().and_then(|kind| address(kind, piece.as_str()));
            match url {
                Some(url) => pieces.link(piece.as_str(), url),
                None => pieces.text(piece.as_str()),
            }
        }
    }
    pieces.0
}

/// The pieces so far; no two texts stand side by side.
struct Pieces(Vec<Span>);

impl Pieces {
    fn link(&mut self, text: &str, url: String) {
        self.0.push(Span::Link {
            text: text.to_owned(),
            url,
        });
    }

    fn text(&mut self, piece: &str) {
        match self.0.last_mut() {
            Some(Span::Text { text }) => text.push_str(piece),
            _ => self.0.push(Span::Text {
                text: piece.to_owned(),
            }),
        }
    }
}

/// The text in parts that no link reaches out of: marks that end one stand alone.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut before = None;
    let mut chars = text.char_indices().peekable();
    let mut cuts = Vec::new();
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map(|(_, next)| *next);
        if ends_link(before, c, after) {
            cuts.push(at);
            cuts.push(at.saturating_add(c.len_utf8()));
        }
        before = Some(c);
    }
    cuts.push(text.len());
    let mut start = 0;
    let parts = cuts.into_iter().filter_map(move |end| {
        let part = text.get(start..end);
        start = end;
        part
    });
    parts.filter(|part| !part.is_empty())
}

/// Whether no link goes on at this character. Of ASCII linkify knows that itself.
fn ends_link(before: Option<char>, c: char, after: Option<char>) -> bool {
    if c.is_ascii() {
        return false;
    }
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let ascii_letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    match c.general_category() {
        _ if c.is_whitespace() => true,
        // An apostrophe, as in French.
        GeneralCategory::FinalPunctuation if c == '\u{2019}' => !(letter(before) && letter(after)),
        GeneralCategory::OpenPunctuation
        | GeneralCategory::ClosePunctuation
        | GeneralCategory::InitialPunctuation
        | GeneralCategory::FinalPunctuation => true,
        GeneralCategory::OtherPunctuation if DOTS.contains(c) => {
            !(ascii_letter(before) && ascii_letter(after))
        }
        GeneralCategory::OtherPunctuation if BETWEEN_SENTENCES.contains(c) => true,
        GeneralCategory::OtherPunctuation | GeneralCategory::DashPunctuation => !letter(after),
        // Marks of the direction; the two joiners are parts of words.
        GeneralCategory::Format => !matches!(c, '\u{200c}' | '\u{200d}'),
        _ => false,
    }
}

/// Gives the address behind a found link in its canonical form, if it may be opened at all.
fn address(kind: &LinkKind, text: &str) -> Option<String> {
    let url = match kind {
        LinkKind::Email => openable(&mail_address(text)?),
        _ => openable(text),
    }?;
    Some(url.into())
}

/// The address of a mailbox (RFC 6068): nothing of its name can be taken for more than a name. A
/// slash is in none that people have, but in every path.
fn mail_address(text: &str) -> Option<String> {
    let (name, host) = text.rsplit_once('@')?;
    if name.contains('/') {
        return None;
    }
    let host = Host::parse(host).ok()?;
    let mut address = "mailto:".to_owned();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || MAIL_MARKS.contains(&byte) {
            address.push(char::from(byte));
        } else {
            write!(address, "%{byte:02X}").ok()?;
        }
    }
    write!(address, "@{host}").ok()?;
    Some(address)
}

/// Parses an address that a person may be asked to open: http, https or mailto, of bounded
/// length, without a user name that could pass for a host; a mail to one mailbox, with nothing that
/// fills in the mail (programs attach files that are named there).
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
        "mailto" => {
            url.query().is_none()
                && url.fragment().is_none()
                && url.path().matches('@').count() == 1
        }
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

    /// The links of a text, as they stand in it.
    fn links(text: &str) -> Vec<String> {
        let found = spans(text).into_iter().filter_map(|span| match span {
            Span::Link { text, .. } => Some(text),
            Span::Text { .. } => None,
        });
        found.collect()
    }

    #[test]
    fn a_mark_around_a_link_is_no_part_of_it_whatever_the_script() {
        for (before, after) in [
            ("\u{201c}", "\u{201d}"),
            ("\u{201e}", "\u{201c}"),
            ("\u{2018}", "\u{2019}"),
            ("\u{201a}", "\u{2018} "),
            ("\u{ab}", "\u{bb}"),
            ("\u{bb}", "\u{ab}"),
            ("\u{ff08}", "\u{ff09}"),
            ("\u{3010}", "\u{3011}"),
            ("\u{300c}", "\u{300d}"),
            ("\u{ff3b}", "\u{ff3d}"),
            ("\u{300a}", "\u{300b}"),
            ("\u{8bf7}\u{770b}\u{ff1a}", "\u{3002}"),
            ("", "\u{ff0c}\u{7136}\u{540e}"),
            ("", "\u{060c} \u{0648}"),
            ("", "\u{061f}"),
            ("", "\u{0964}"),
            ("", "\u{2026}"),
            ("", "\u{2014}\u{2014}\u{7136}"),
            ("", "\u{3000}\u{7136}"),
            ("\u{200e}", "\u{200e}"),
            ("\u{2068}", "\u{2069}"),
            ("", ".\u{201d}"),
        ] {
            for link in [
                "https://example.org/q",
                "https://example.org",
                "mara@example.org",
            ] {
                let text = format!("{before}{link}{after}");
                assert_eq!(links(&text), [link], "{text}");
            }
        }
        let two = "\u{201c}https://a.example/x\u{201d}\u{548c}\u{201c}https://b.example/y\u{201d}";
        assert_eq!(links(two), ["https://a.example/x", "https://b.example/y"]);
    }

    #[test]
    fn letters_and_marks_inside_of_a_word_stay_in_the_link() {
        for link in [
            "https://fr.example.org/wiki/L\u{2019}\u{c9}quipe",
            "https://ja.example.org/wiki/\u{30b8}\u{30e7}\u{30f3}\u{30fb}\u{30ec}\u{30ce}\u{30f3}",
            "https://en.example.org/wiki/War_(1914\u{2013}1918)",
            "https://ca.example.org/wiki/Col\u{b7}legi",
        ] {
            assert_eq!(links(link), [link]);
        }
    }

    /// RFC 6068: what follows a `?` fills in the mail, and some programs attach the files it names.
    #[test]
    fn a_mail_address_is_nothing_but_an_address() {
        for (text, url) in [
            ("mara@example.org", Some("mailto:mara@example.org")),
            ("50%@example.com", Some("mailto:50%25@example.com")),
            (
                "a+b.c-d_e@example.org",
                Some("mailto:a+b.c-d_e@example.org"),
            ),
            (
                "x?attach=~.ssh&cc=evil@evil.example",
                Some("mailto:x%3Fattach%3D~.ssh%26cc%3Devil@evil.example"),
            ),
            ("a#b@example.org", Some("mailto:a%23b@example.org")),
            ("x?attach=/etc/passwd&cc=evil@evil.example", None),
        ] {
            let found = spans(text).into_iter().find_map(|span| match span {
                Span::Link { url, .. } => Some(url),
                Span::Text { .. } => None,
            });
            assert_eq!(found.as_deref(), url, "{text}");
        }
        for address in [
            "mailto:x?attach=/etc/passwd&cc=evil@evil.example",
            "mailto:x@example.org?cc=evil@evil.example",
            "mailto:x@example.org#y",
            "mailto:x@example.org,y@example.org",
            "mailto:",
        ] {
            assert!(openable(address).is_none(), "{address}");
        }
    }

    #[test]
    fn a_mail_address_with_letters_of_another_script_shows_its_real_form() {
        let spans = spans("mara@\u{430}\u{440}\u{440}\u{4cf}\u{435}.com");
        assert!(
            matches!(&spans[..], [Span::Link { url, .. }] if url.contains("@xn--")),
            "{spans:?}"
        );
    }

    proptest! {
        #[test]
        fn the_pieces_of_any_text_are_the_text(text in "\\PC*|([a-z:/@.%?#]|\u{201d}|\u{3002}|\u{202e}){0,60}") {
            prop_assert_eq!(joined(&spans(&text)), text);
        }

        #[test]
        fn a_mail_link_is_one_address(name in "[!-~]{1,20}", host in "[a-z]{1,8}\\.(org|com)") {
            for span in spans(&format!("{name}@{host}")) {
                if let Span::Link { url, .. } = span && url.starts_with("mailto:") {
                    prop_assert!(!url.contains(['?', '&', '=', '#']), "{}", url);
                    prop_assert_eq!(url.matches('@').count(), 1);
                }
            }
        }
    }
}
