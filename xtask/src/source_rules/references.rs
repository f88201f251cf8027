//! The paths that stand in one level of tokens: those of `use`, and those in the middle of code.

use super::tokens::{is_path_separator, word};
use proc_macro2::{Delimiter, TokenTree};

/// One name that a `use` brings in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Import {
    /// The name here; `*` for all of a module.
    pub(super) name: String,
    /// The path of what it names; with `*`, of the module.
    pub(super) path: Vec<String>,
}

/// A path in code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// Its words; at least two.
    pub(super) path: Vec<String>,
}

impl Import {
    /// Whether it brings in all of a module.
    pub(super) fn is_glob(&self) -> bool {
        self.name == "*"
    }
}

/// The imports and the paths of this level, without those inside its brackets.
pub(super) fn references(tokens: &[TokenTree]) -> (Vec<Import>, Vec<Reference>) {
    let (mut imports, mut references) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < tokens.len() {
        let Some(first) = word(tokens, at) else {
            // `::name` and `<T>::name` are of no module.
            at += if is_path_separator(tokens, at) { 3 } else { 1 };
            continue;
        };
        if first == "use" {
            let end = at + length_to(&tokens[at..], ';');
            tree(&tokens[at + 1..end], &[], &mut imports);
            at = end;
        } else if is_path_separator(tokens, at + 1) {
            let (path, end) = path(tokens, at);
            references.push(Reference { path });
            at = end;
        } else {
            at += 1;
        }
    }
    (imports, references)
}

/// The words from here that `::` joins, and the place behind them.
fn path(tokens: &[TokenTree], from: usize) -> (Vec<String>, usize) {
    let mut path = Vec::new();
    let mut at = from;
    while let Some(next) = word(tokens, at) {
        path.push(next);
        at += 1;
        if !is_path_separator(tokens, at) || word(tokens, at + 2).is_none() {
            break;
        }
        at += 2;
    }
    (path, at)
}

/// What stands between `use` and its semicolon, or between commas in its braces.
fn tree(tokens: &[TokenTree], before: &[String], imports: &mut Vec<Import>) {
    let (words, mut at) = path(tokens, 0);
    let mut full = [before, &words].concat();
    if is_path_separator(tokens, at) {
        at += 2;
    }
    match tokens.get(at) {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
            let inside: Vec<TokenTree> = group.stream().into_iter().collect();
            let mut rest = inside.as_slice();
            while !rest.is_empty() {
                let length = length_to(rest, ',');
                tree(&rest[..length], &full, imports);
                rest = rest.get(length + 1..).unwrap_or_default();
            }
        }
        Some(TokenTree::Punct(star)) if star.as_char() == '*' => imports.push(Import {
            name: "*".to_owned(),
            path: full,
        }),
        _ => {
            if full.len() > 1 && full.last().is_some_and(|last| last == "self") {
                full.pop();
            }
            let renamed = (word(tokens, at).as_deref() == Some("as"))
                .then(|| word(tokens, at + 1))
                .flatten();
            if let Some(name) = renamed.or_else(|| full.last().cloned()) {
                imports.push(Import { name, path: full });
            }
        }
    }
}

fn length_to(tokens: &[TokenTree], end: char) -> usize {
    let is_end =
        |token: &TokenTree| matches!(token, TokenTree::Punct(point) if point.as_char() == end);
    tokens.iter().position(is_end).unwrap_or(tokens.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imports(text: &str) -> Vec<String> {
        let tokens: Vec<TokenTree> = super::super::tokens::production(text).tokens;
        let (imports, _) = references(&tokens);
        imports
            .iter()
            .map(|import| format!("{}={}", import.name, import.path.join("::")))
            .collect()
    }

    #[test]
    fn a_use_brings_in_names() {
        assert_eq!(imports("use a::b;"), ["b=a::b"]);
        assert_eq!(imports("pub(crate) use a::b as c;"), ["c=a::b"]);
        assert_eq!(
            imports("use a::{self, b::{c, d}, e::*};"),
            ["a=a", "c=a::b::c", "d=a::b::d", "*=a::e"]
        );
        assert_eq!(imports("use super::*;"), ["*=super"]);
    }

    #[test]
    fn paths_stand_in_code() {
        let tokens = super::super::tokens::production("let x: a::B<c::D> = ::e::f::<g>();").tokens;
        let (_, found) = references(&tokens);
        let found: Vec<String> = found.iter().map(|one| one.path.join("::")).collect();
        assert_eq!(found, ["a::B", "c::D"]);
    }
}
