//! The only texts that codes of ours have: links.

/// What every text of ours begins with, in letters of any case (RFC 3986, 3.1).
const PREFIX: &str = "sotto:";
/// The longest text, bytes: what a code of version 10 with error correction L holds.
pub(super) const MAX_TEXT_BYTES: usize = 271;

/// The text as a link of ours, from wherever it came: by its beginning, its length and its
/// characters. What it says is looked at later.
#[must_use]
pub fn link(text: &str) -> Option<&str> {
    let text = text.trim();
    let fits = text.len() <= MAX_TEXT_BYTES && text.bytes().all(|byte| byte.is_ascii_graphic());
    let start = text.get(..PREFIX.len());
    let ours = start.is_some_and(|start| start.eq_ignore_ascii_case(PREFIX));
    (fits && ours).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn link_is_known_by_its_beginning_length_and_characters() {
        let longest = format!("sotto:{}", "a".repeat(265));
        for text in [
            "sotto:add#abc",
            "sotto:later?",
            " sotto:add#abc\n",
            "SOTTO:add#abc",
            "sotto://add#abc",
            &longest,
        ] {
            assert_eq!(link(text), Some(text.trim()));
        }
        let too_long = format!("{longest}a");
        for text in [
            "",
            "sotto",
            "sottos:add#abc",
            "https://example.org/#sotto:add#abc",
            "--profile=x",
            "sotto:add#a b",
            "sotto:add#a\nb",
            "sotto:add#\u{202e}cba",
            &too_long,
        ] {
            assert_eq!(link(text), None, "{text:?}");
        }
    }
}
