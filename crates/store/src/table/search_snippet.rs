//! The part of a found text that is shown: around the first place of what was looked for, as it was
//! written, with every such place marked.

use crate::fold::{fold, folded, is_of_word};
use std::ops::Range;

/// The most characters that are shown: a word of 60 KiB is one word.
const MAX_CHARS: usize = 400;
/// The most of them before what was found.
const MAX_CHARS_BEFORE: usize = 160;
/// How many words are shown.
const WORDS: usize = 20;
/// How many of them stand before what was found, if it is far from the beginning.
const WORDS_BEFORE: usize = 6;
/// Up to which word the beginning is shown instead.
const NEAR: usize = 14;
/// Stands for what is not shown.
const CUT: &str = "…";

/// What is looked for: words, or several that follow one another, each folded. The last word of the
/// last one may be the beginning of a word.
pub(super) struct Sought(Vec<Vec<String>>);

impl Sought {
    /// Of what a person typed.
    pub(super) fn of<'a>(typed: impl Iterator<Item = &'a str>) -> Self {
        let runs = typed.map(|word| {
            let word = folded(word);
            let parts = word
                .split(|c| !is_of_word(c))
                .filter(|part| !part.is_empty());
            parts.map(ToOwned::to_owned).collect::<Vec<String>>()
        });
        Self(runs.filter(|run| !run.is_empty()).collect())
    }

    /// How many words from here on are what is looked for; 0 if they are not.
    fn length_at(&self, words: &[Word]) -> usize {
        let last = self.0.len().saturating_sub(1);
        let fitting = self.0.iter().enumerate().filter(|(at, run)| {
            let ends = run.len().saturating_sub(1);
            let all = words.len() >= run.len();
            all && run
                .iter()
                .zip(words)
                .enumerate()
                .all(|(place, (sought, word))| {
                    if *at == last && place == ends {
                        word.folded.starts_with(sought.as_str())
                    } else {
                        word.folded == *sought
                    }
                })
        });
        fitting.map(|(_, run)| run.len()).max().unwrap_or(0)
    }
}

/// A word in a text.
struct Word {
    /// Where it stands, bytes.
    place: Range<usize>,
    folded: String,
}

/// The words of a text, as the index has them.
fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut inside = false;
    let mut piece = String::new();
    for (at, c) in text.char_indices() {
        piece.clear();
        fold(c, &mut piece);
        let end = at.saturating_add(c.len_utf8());
        if !piece.chars().all(is_of_word) {
            inside = false;
            continue;
        }
        match words.last_mut() {
            // What is left out is a part of the word that it stands in.
            Some(word) if inside => {
                word.place.end = end;
                word.folded.push_str(&piece);
            }
            _ if piece.is_empty() => {}
            _ => {
                inside = true;
                words.push(Word {
                    place: at..end,
                    folded: piece.clone(),
                });
            }
        }
    }
    words
}

/// The shown part on one line, in pieces; every second one, beginning with the second, is what was
/// looked for.
pub(super) fn snippet(text: &str, sought: &Sought) -> Vec<String> {
    let words = words(text);
    let length_at = |at: usize| words.get(at..).map_or(0, |rest| sought.length_at(rest));
    let first = (0..words.len()).find(|at| length_at(*at) > 0).unwrap_or(0);
    let begin = if first < NEAR {
        0
    } else {
        first.saturating_sub(WORDS_BEFORE)
    };
    let end = begin.saturating_add(WORDS);
    let start = if begin == 0 { None } else { words.get(begin) };
    let start = start.map_or(0, |word| word.place.start);
    let stop = words
        .get(end)
        .and_then(|_| words.get(end.saturating_sub(1)));
    let stop = stop.map_or(text.len(), |word| word.place.end);

    let mut line = Line::default();
    let mut shown = start;
    let mut at = begin;
    while at < end.min(words.len()) {
        let length = length_at(at);
        let last = words.get(at.saturating_add(length).saturating_sub(1));
        if length > 0
            && let (Some(word), Some(last)) = (words.get(at), last)
        {
            line.between(text, shown..word.place.start, start > 0);
            line.found(text, word.place.start..last.place.end);
            shown = last.place.end;
            at = at.saturating_add(length);
        } else {
            at = at.saturating_add(1);
        }
    }
    line.between(text, shown..stop.max(shown), start > 0);
    if stop.max(shown) < text.len() {
        line.push(CUT);
    }
    line.pieces
}

/// The pieces so far, of a bounded length.
#[derive(Default)]
struct Line {
    pieces: Vec<String>,
    chars: usize,
}

impl Line {
    /// A piece before, between or behind what was found.
    fn between(&mut self, text: &str, place: Range<usize>, cut_before: bool) {
        let piece = text.get(place).unwrap_or_default();
        let is_first = self.pieces.is_empty();
        self.pieces.push(String::new());
        let chars = piece.chars().count();
        let spare = if is_first {
            chars.saturating_sub(MAX_CHARS_BEFORE)
        } else {
            0
        };
        if is_first && (cut_before || spare > 0) {
            self.push(CUT);
        }
        let kept: String = piece.chars().skip(spare).collect();
        self.push(&kept);
    }

    fn found(&mut self, text: &str, place: Range<usize>) {
        self.pieces.push(String::new());
        self.push(text.get(place).unwrap_or_default());
    }

    /// Adds to the last piece, as far as there is room.
    fn push(&mut self, text: &str) {
        let room = MAX_CHARS.saturating_sub(self.chars);
        let Some(piece) = self.pieces.last_mut() else {
            return;
        };
        for c in text.chars().take(room) {
            let blank = c.is_whitespace() || c.is_control();
            piece.push(if blank { ' ' } else { c });
            self.chars = self.chars.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str, typed: &str) -> Vec<String> {
        snippet(text, &Sought::of(typed.split_whitespace()))
    }

    #[test]
    fn what_was_found_is_marked_as_it_was_written() {
        assert_eq!(
            shown("first line\nthen lunch\tand lunchtime", "lunch"),
            ["first line then ", "lunch", " and ", "lunchtime", ""]
        );
        assert_eq!(
            shown("see Foo-Bar.txt", "foo-ba"),
            ["see ", "Foo-Bar", ".txt"]
        );
        assert_eq!(shown("bar foo", "foo-bar"), ["bar foo"]);
        assert_eq!(
            shown(
                "\u{643}\u{650}\u{62a}\u{64e}\u{627}\u{628}\u{64c} x",
                "\u{643}\u{62a}\u{627}\u{628}"
            ),
            [
                "",
                "\u{643}\u{650}\u{62a}\u{64e}\u{627}\u{628}\u{64c}",
                " x"
            ]
        );
    }

    #[derive(serde::Deserialize)]
    struct Marked {
        text: String,
        typed: String,
        found: Vec<String>,
    }

    #[derive(serde::Deserialize)]
    struct Vectors {
        marked: Vec<Marked>,
    }

    /// The window marks the same in the chat (`ui/src/search/marks.ts`).
    #[test]
    fn what_the_vectors_name_is_marked() {
        let vectors = include_str!("../../../../tests/vectors/folding.json");
        let vectors: Vectors = serde_json::from_str(vectors).unwrap();
        for Marked { text, typed, found } in vectors.marked {
            let typed = crate::table::search::words_of(&typed);
            let pieces = snippet(&text, &Sought::of(typed));
            let marked: Vec<String> = pieces.into_iter().skip(1).step_by(2).collect();
            assert_eq!(marked, found, "{text}");
        }
    }

    #[test]
    fn only_the_last_word_may_be_a_beginning() {
        assert_eq!(
            shown("lunchtime lunch", "lunch time"),
            ["lunchtime ", "lunch", ""]
        );
    }

    #[test]
    fn of_a_long_text_what_stands_around_is_shown() {
        let many = "word ".repeat(40);
        let text = format!("{many}lunch {many}");
        let pieces = shown(&text, "lunch");
        assert_eq!(pieces[0], format!("…{}", "word ".repeat(6)));
        assert_eq!(pieces[1], "lunch");
        assert!(pieces[2].ends_with("word…"));
        let long = format!("{} lunch", "x".repeat(60_000));
        let pieces = shown(&long, "lunch");
        assert!(pieces[0].starts_with('…') && pieces[0].chars().count() <= 161);
        assert_eq!(pieces[1..], ["lunch", ""]);
    }

    proptest! {
        #[test]
        fn any_text_is_shown_in_pieces_of_it(text in "\\PC{0,80}", typed in "\\PC{0,12}") {
            let pieces = shown(&text, &typed);
            prop_assert_eq!(pieces.len() % 2, 1);
            prop_assert!(pieces.iter().map(|piece| piece.chars().count()).sum::<usize>() <= MAX_CHARS);
        }
    }
}
