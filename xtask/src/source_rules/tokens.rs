//! The tokens of a Rust file, without what is compiled only for tests.
//!
//! Comments are none of them, and a documentation comment is a string in an attribute: what is
//! found here is code.

use proc_macro2::{Delimiter, Group, Spacing, Span, TokenStream, TokenTree};
use std::iter;

/// The keywords that an item or a statement begins with; after an attribute, anything else is a
/// field, a variant, an arm or an argument, and ends with its comma.
const BEGINS_ITEM: &[&str] = &[
    "async",
    "const",
    "enum",
    "extern",
    "fn",
    "impl",
    "let",
    "macro_rules",
    "mod",
    "pub",
    "static",
    "struct",
    "trait",
    "type",
    "unsafe",
    "use",
];

/// What production code of a file there is.
pub(super) struct Production {
    /// Its tokens.
    pub(super) tokens: Vec<TokenTree>,
    /// How many lines belong only to tests.
    pub(super) test_lines: usize,
}

/// Reads a file's text.
pub(super) fn production(text: &str) -> Production {
    let stream: TokenStream = text.parse().expect("a file of the workspace is Rust");
    let mut test_lines = 0;
    let tokens = without_tests(stream, &mut test_lines);
    Production { tokens, test_lines }
}

fn without_tests(stream: TokenStream, test_lines: &mut usize) -> Vec<TokenTree> {
    let all: Vec<TokenTree> = stream.into_iter().collect();
    let mut kept = Vec::with_capacity(all.len());
    let mut at = 0;
    while let Some(token) = all.get(at) {
        if let Some(end) = test_item(&all, at) {
            *test_lines += lines(token.span(), all[end - 1].span());
            at = end;
            continue;
        }
        kept.push(match token {
            TokenTree::Group(group) => {
                let inside = without_tests(group.stream(), test_lines);
                let mut copy = Group::new(group.delimiter(), inside.into_iter().collect());
                copy.set_span(group.span());
                TokenTree::Group(copy)
            }
            other => other.clone(),
        });
        at += 1;
    }
    kept
}

fn lines(first: Span, last: Span) -> usize {
    last.end().line + 1 - first.start().line
}

/// The end of the item that begins here with an attribute for tests, if one does.
fn test_item(all: &[TokenTree], at: usize) -> Option<usize> {
    let mut end = at;
    let mut is_for_tests = false;
    while let Some(attribute) = attribute(all, end) {
        is_for_tests |= is_test_cfg(attribute);
        end += 2;
    }
    if !is_for_tests {
        return None;
    }
    let is_item = matches!(all.get(end), Some(TokenTree::Ident(word))
        if BEGINS_ITEM.contains(&word.to_string().as_str()));
    for token in all.get(end..)? {
        end += 1;
        match token {
            TokenTree::Punct(point) if point.as_char() == ';' => break,
            TokenTree::Punct(point) if point.as_char() == ',' && !is_item => break,
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => break,
            _ => {}
        }
    }
    Some(end)
}

/// What stands in the brackets of the outer attribute that begins here.
pub(super) fn attribute(all: &[TokenTree], at: usize) -> Option<&Group> {
    match (all.get(at)?, all.get(at + 1)?) {
        (TokenTree::Punct(hash), TokenTree::Group(group))
            if hash.as_char() == '#' && group.delimiter() == Delimiter::Bracket =>
        {
            Some(group)
        }
        _ => None,
    }
}

fn is_test_cfg(attribute: &Group) -> bool {
    let words: String = attribute.stream().to_string();
    let words: String = words.split_whitespace().collect();
    words == "cfg(test)" || words.starts_with("cfg(all(test,")
}

/// Whether `::` begins here.
pub(super) fn is_path_separator(all: &[TokenTree], at: usize) -> bool {
    let colon = |at: usize| match all.get(at) {
        Some(TokenTree::Punct(point)) if point.as_char() == ':' => Some(point.spacing()),
        _ => None,
    };
    colon(at) == Some(Spacing::Joint) && colon(at + 1).is_some()
}

/// The word that stands here.
pub(super) fn word(all: &[TokenTree], at: usize) -> Option<String> {
    match all.get(at) {
        Some(TokenTree::Ident(word)) => Some(word.to_string()),
        _ => None,
    }
}

/// Each level of these tokens, the outermost first.
pub(super) fn levels(tokens: &[TokenTree]) -> Vec<Vec<TokenTree>> {
    let inside = tokens.iter().filter_map(|token| match token {
        TokenTree::Group(group) => Some(group.stream().into_iter().collect::<Vec<_>>()),
        _ => None,
    });
    iter::once(tokens.to_vec())
        .chain(inside.flat_map(|tokens| levels(&tokens)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> String {
        let tokens: TokenStream = production(text).tokens.into_iter().collect();
        tokens.to_string().split_whitespace().collect()
    }

    #[test]
    fn what_is_for_tests_is_left_out() {
        assert_eq!(
            words("fn a() {} #[cfg(test)] mod tests { fn b() {} }"),
            "fna(){}"
        );
        assert_eq!(
            words("#[cfg(test)] #[path = \"x\"] mod tests; fn a() {}"),
            "fna(){}"
        );
        assert_eq!(
            words("struct A { #[cfg(test)] b: u8, c: u8 }"),
            "structA{c:u8}"
        );
        assert_eq!(words("#[cfg(all(test, unix))] use a::b; use c;"), "usec;");
    }

    #[test]
    fn what_is_for_tests_too_stays() {
        assert_eq!(
            words("#[cfg(any(test, unix))] fn a() {}"),
            "#[cfg(any(test,unix))]fna(){}"
        );
        assert_eq!(words("// #[cfg(test)]\nfn a() {}"), "fna(){}");
    }

    #[test]
    fn lines_of_tests_are_counted() {
        let text = "fn a() {}\n\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\n";
        assert_eq!(production(text).test_lines, 4);
    }
}
