//! `impl Engine` stands in one file: rooms that could add to it would call each other through it.

use super::tokens::{levels, word};
use proc_macro2::{Delimiter, TokenTree};

/// Whether a type has an implementation of its own, not of a trait, in these tokens.
pub(super) fn implements(tokens: &[TokenTree], name: &str) -> bool {
    levels(tokens).iter().any(|level| {
        (0..level.len())
            .filter(|at| word(level, *at).as_deref() == Some("impl"))
            .any(|at| type_of(&level[at + 1..]).as_deref() == Some(name))
    })
}

/// The type of the implementation whose words begin here; none if it is of a trait.
fn type_of(tokens: &[TokenTree]) -> Option<String> {
    let mut depth = 0_usize;
    let mut last = None;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Punct(point) if point.as_char() == '<' => depth += 1,
            TokenTree::Punct(point) if point.as_char() == '>' => depth = depth.saturating_sub(1),
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => return last,
            TokenTree::Ident(keyword) if *keyword == "for" && depth == 0 => return None,
            TokenTree::Ident(keyword) if *keyword == "where" && depth == 0 => return last,
            TokenTree::Ident(_) if depth == 0 => last = word(tokens, at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::module_tree::{ModuleTree, read_files};
    use super::super::tokens::production;
    use super::*;
    use crate::workspace;

    #[test]
    fn the_engine_is_implemented_in_one_file() {
        let files = read_files(&workspace::root().join("crates/engine/src"));
        let tree = ModuleTree::of(&files, "lib.rs");
        let found: Vec<&str> = tree
            .modules()
            .filter(|(_, module)| implements(&module.tokens, "Engine"))
            .map(|(_, module)| module.file.as_str())
            .collect();
        assert_eq!(found, ["core/mod.rs"]);
    }

    #[test]
    fn implementations_are_found() {
        for text in [
            "impl Engine { fn f() {} }",
            "impl<'a, T: Into<Vec<u8>>> super::Engine<'a, T> where T: A {}",
            "mod a { impl Engine {} }",
        ] {
            assert!(implements(&production(text).tokens, "Engine"), "{text}");
        }
        for text in [
            "impl Clone for Engine {}",
            "impl Session<Engine> {}",
            "fn f(g: impl Fn(Engine)) -> Engine {}",
            "// impl Engine {}",
        ] {
            assert!(!implements(&production(text).tokens, "Engine"), "{text}");
        }
    }
}
