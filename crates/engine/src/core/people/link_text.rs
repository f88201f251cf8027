//! The link in a text that somebody sent: in brackets or quotation marks, behind words of any script,
//! with the slashes that some programs add, cut where a mail program ends its lines. What the link
//! says is not known here. `ui/src/parts/findLink.ts` does the same for what is pasted.

use sotto_protocol::invite::{LINK_PREFIX, MAX_LINK_CHARS};
use sotto_protocol::verify_code::VERIFY_PREFIX;
use zeroize::Zeroizing;

/// The shortest line that a mail program has cut, characters; a shorter one was ended by a person.
const SHORTEST_CUT_LINE: usize = 60;

/// Finds the first link: what it begins with as a link does, and then all that may belong to it.
/// Letters that follow without anything between may be too many.
pub(crate) fn find(text: &str) -> Option<Zeroizing<String>> {
    found(text, "add", LINK_PREFIX)
}

/// The same of a code of the verification screen.
pub(super) fn find_code(text: &str) -> Option<Zeroizing<String>> {
    found(text, "verify", VERIFY_PREFIX)
}

/// Finds what follows a word of ours, and gives it in its one form.
fn found(text: &str, word: &str, prefix: &str) -> Option<Zeroizing<String>> {
    // Of ASCII letters only, so that every place in it is one in the text.
    let small = Zeroizing::new(text.to_ascii_lowercase());
    small.match_indices("sotto:").find_map(|(at, _)| {
        let (before, from) = (small.get(..at)?, small.get(at..)?);
        if before.ends_with(|c: char| c.is_ascii_alphanumeric() || "_#/".contains(c)) {
            return None;
        }
        let start = text.len().saturating_sub(after_start(from, word)?.len());
        let run = run(text, start)?;
        let mut link = Zeroizing::new(String::with_capacity(MAX_LINK_CHARS));
        link.push_str(prefix);
        link.push_str(&run);
        Some(link)
    })
}

/// What follows the beginning of a link with this word, if this is one.
fn after_start<'a>(from: &'a str, word: &str) -> Option<&'a str> {
    let rest = from.strip_prefix("sotto:")?;
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let rest = rest.strip_prefix(word)?;
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    rest.strip_prefix('#').or_else(|| rest.strip_prefix("%23"))
}

/// The letters of a link from a place on, over the ends of lines that are as long as those which mail
/// programs cut.
fn run(text: &str, start: usize) -> Option<Zeroizing<String>> {
    let most = MAX_LINK_CHARS.saturating_sub(LINK_PREFIX.len());
    let mut run = Zeroizing::new(String::with_capacity(MAX_LINK_CHARS));
    let (head, mut rest) = text.split_at_checked(start)?;
    let mut line = head.chars().rev().take_while(|c| *c != '\n').count();
    loop {
        let end = rest.find(|c: char| !is_of_link(c)).unwrap_or(rest.len());
        let (part, after) = rest.split_at_checked(end)?;
        let room = most.saturating_sub(run.len());
        run.extend(part.chars().take(room));
        line = line.saturating_add(part.len());
        match next_line(after) {
            Some(next) if line >= SHORTEST_CUT_LINE && room > part.len() => rest = next,
            _ => break,
        }
        line = 0;
    }
    (!run.is_empty()).then_some(run)
}

/// What a link may go on with after the end of a line: a soft one of quoted-printable, or before a
/// line that is quoted.
fn next_line(after: &str) -> Option<&str> {
    let after = after.strip_prefix('=').unwrap_or(after);
    let after = after.strip_prefix('\r').unwrap_or(after);
    let next = after.strip_prefix('\n')?;
    let next = next.trim_start_matches(['\t', ' ', '>']);
    next.starts_with(is_of_link).then_some(next)
}

/// Whether it is a letter of base64url (RFC 4648, 5).
const fn is_of_link(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(text: &str) -> Option<String> {
        find(text).map(|link| link.to_string())
    }

    /// `ui/src/parts/findLink.test.ts` has the same.
    #[test]
    fn a_link_is_found_whatever_stands_around_it() {
        for text in [
            "sotto:add#oWF2-_Q",
            "  sotto:add#oWF2-_Q\n",
            "(sotto:add#oWF2-_Q)",
            "\"sotto:add#oWF2-_Q\"",
            "\u{201c}sotto:add#oWF2-_Q\u{201d}",
            "<sotto:add#oWF2-_Q>",
            "[add me](sotto:add#oWF2-_Q)",
            "`sotto:add#oWF2-_Q`",
            "Link:sotto:add#oWF2-_Q",
            "\u{94fe}\u{63a5}\u{ff1a}sotto:add#oWF2-_Q",
            "\u{1f449}sotto:add#oWF2-_Q",
            "\u{200e}sotto:add#oWF2-_Q\u{200e}",
            "\u{feff}sotto:add#oWF2-_Q.",
            "sotto:add#oWF2-_Q, and then",
            "SOTTO:add#oWF2-_Q",
            "Sotto:Add#oWF2-_Q",
            "sotto://add#oWF2-_Q",
            "sotto://add/#oWF2-_Q",
            "sotto:add%23oWF2-_Q",
            "sotto:add# or sotto:add#oWF2-_Q",
            "sotto:add#oWF2-_Q\nsee",
        ] {
            assert_eq!(found(text).as_deref(), Some("sotto:add#oWF2-_Q"), "{text}");
        }
    }

    #[test]
    fn a_link_that_a_mail_program_cut_is_put_together() {
        let (one, two, three) = ("a".repeat(66), "b".repeat(76), "c".repeat(20));
        let whole = format!("sotto:add#{one}{two}{three}");
        for end in ["\n", "\r\n", "=\n", "=\r\n", "\n> ", "\n\t"] {
            let text = format!("Hello,\nsotto:add#{one}{end}{two}{end}{three}\n\nMara");
            assert_eq!(found(&text).as_deref(), Some(&*whole), "{end:?}");
        }
        let spaced = format!("sotto:add#{one} {two}");
        assert_eq!(found(&spaced), Some(format!("sotto:add#{one}")));
    }

    #[test]
    fn what_is_no_link_is_none() {
        for text in [
            "",
            "hello",
            "sotto:",
            "sotto:add#",
            "sotto:add#\u{2026}",
            "sotto:later#oWF2",
            "https://example.org/#sotto:add#oWF2",
            "https://example.org/sotto:add#oWF2",
            "xsotto:add#oWF2",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic_or_give_more_than_a_link(
            text in "(sotto:|SOTTO:|add|//|#|%23|[a-z\u{e9}\u{1f449}]|\r\n|=\n| |>|[a-zA-Z0-9_-]{60}){0,20}|\\PC*"
        ) {
            if let Some(link) = find(&text) {
                prop_assert!(link.len() <= MAX_LINK_CHARS);
                let rest = link.strip_prefix(LINK_PREFIX).unwrap();
                prop_assert!(!rest.is_empty() && rest.chars().all(is_of_link));
            }
        }
    }
}
