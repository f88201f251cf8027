//! What turns the direction of the writing (UAX #9, 2): a text that begins to and never ends it would
//! turn what stands behind it as well, such as its time.

/// Something that was begun.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Begun {
    /// An embedding or an override.
    Embedding,
    Isolate,
}

impl Begun {
    /// What ends it.
    const fn end(self) -> char {
        match self {
            Self::Embedding => '\u{202c}',
            Self::Isolate => '\u{2069}',
        }
    }
}

/// The text, each line of which ends all that it has begun.
pub(super) fn closed(text: String) -> String {
    if !text.contains(begins) {
        return text;
    }
    let lines: Vec<String> = text.split('\n').map(closed_line).collect();
    lines.join("\n")
}

fn closed_line(line: &str) -> String {
    let mut open: Vec<Begun> = Vec::new();
    for c in line.chars() {
        match c {
            '\u{202a}' | '\u{202b}' | '\u{202d}' | '\u{202e}' => open.push(Begun::Embedding),
            '\u{2066}'..='\u{2068}' => open.push(Begun::Isolate),
            // It ends nothing outside of the isolate that it stands in.
            '\u{202c}' if open.last() == Some(&Begun::Embedding) => drop(open.pop()),
            // It ends the embeddings inside of its isolate, too.
            '\u{2069}' => {
                if let Some(at) = open.iter().rposition(|begun| *begun == Begun::Isolate) {
                    open.truncate(at);
                }
            }
            _ => {}
        }
    }
    let ends = open.iter().rev().map(|begun| begun.end());
    line.chars().chain(ends).collect()
}

const fn begins(c: char) -> bool {
    matches!(
        c,
        '\u{202a}' | '\u{202b}' | '\u{202d}' | '\u{202e}' | '\u{2066}'..='\u{2068}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_line_begins_ends_with_it() {
        for (text, expected) in [
            ("plain \u{202c}\u{2069}", "plain \u{202c}\u{2069}"),
            ("a\u{202e}b", "a\u{202e}b\u{202c}"),
            ("a\u{202e}b\nc", "a\u{202e}b\u{202c}\nc"),
            ("\u{2067}a\u{202b}b", "\u{2067}a\u{202b}b\u{202c}\u{2069}"),
            ("\u{202e}a\u{202c}", "\u{202e}a\u{202c}"),
            ("\u{2066}\u{202d}a\u{2069}b", "\u{2066}\u{202d}a\u{2069}b"),
            // The end of an embedding does not reach out of an isolate.
            (
                "\u{202e}\u{2068}a\u{202c}",
                "\u{202e}\u{2068}a\u{202c}\u{2069}\u{202c}",
            ),
        ] {
            assert_eq!(closed(text.to_owned()), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_ends_all_is_not_changed_again(text in "[a\n\u{202a}-\u{202e}\u{2066}-\u{2069}]{0,40}") {
            let once = closed(text.clone());
            prop_assert!(once.chars().count() <= 2 * text.chars().count());
            prop_assert_eq!(closed(once.clone()), once);
        }
    }
}
