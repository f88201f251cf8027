//! No circle among modules that stand side by side: of two, at most one knows the other.
//!
//! A module counts with everything below it. What its children use of the module that they stand in
//! is no circle by itself: a folder's file introduces what is in the folder.

use super::module_tree::{ModulePath, ModuleTree, Use};
use std::collections::{BTreeMap, BTreeSet};

/// Which of two modules side by side uses the other, with one place where it does.
type Edges<'a> = BTreeMap<&'a str, BTreeMap<&'a str, &'a Use>>;

/// Each circle of a crate, as a line for people.
pub(super) fn circles(tree: &ModuleTree) -> Vec<String> {
    let uses = tree.uses();
    let mut levels: BTreeMap<&[String], Edges<'_>> = BTreeMap::new();
    for one in &uses {
        let depth = common(&one.from, &one.to);
        if let (Some(from), Some(to)) = (one.from.get(depth), one.to.get(depth)) {
            let edges = levels.entry(&one.from[..depth]).or_default();
            edges.entry(from).or_default().entry(to).or_insert(one);
        }
    }
    levels
        .values()
        .filter_map(circle)
        .map(|circle| told(&circle))
        .collect()
}

fn common(one: &ModulePath, other: &ModulePath) -> usize {
    let same = one.iter().zip(other).take_while(|(a, b)| a == b);
    same.count()
}

/// One circle, if there is one: the uses that lead around it.
fn circle<'a>(edges: &Edges<'a>) -> Option<Vec<&'a Use>> {
    let mut done = BTreeSet::new();
    edges
        .keys()
        .find_map(|start| follow(edges, start, &mut Vec::new(), &mut Vec::new(), &mut done))
}

fn follow<'a>(
    edges: &Edges<'a>,
    at: &'a str,
    way: &mut Vec<&'a str>,
    uses: &mut Vec<&'a Use>,
    done: &mut BTreeSet<&'a str>,
) -> Option<Vec<&'a Use>> {
    if let Some(start) = way.iter().position(|seen| *seen == at) {
        return Some(uses[start..].to_vec());
    }
    if done.contains(at) {
        return None;
    }
    way.push(at);
    for (next, used) in edges.get(at).into_iter().flatten() {
        uses.push(used);
        let found = follow(edges, next, way, uses, done);
        if found.is_some() {
            return found;
        }
        uses.pop();
    }
    way.pop();
    done.insert(at);
    None
}

fn told(circle: &[&Use]) -> String {
    let steps: Vec<String> = circle
        .iter()
        .map(|one| format!("{} uses {}", one.from.join("::"), one.written))
        .collect();
    format!("a circle: {}", steps.join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::module_tree::read_files;
    use super::super::module_tree::tests::tree;
    use super::*;
    use crate::workspace;
    use std::fs;

    #[test]
    fn no_circle_among_modules_side_by_side() {
        let mut found = Vec::new();
        for folder in fs::read_dir(workspace::root().join("crates")).unwrap() {
            let folder = folder.unwrap().path();
            let name = folder.file_name().unwrap().display().to_string();
            let files = read_files(&folder.join("src"));
            for root in ["lib.rs", "main.rs"] {
                if files.contains_key(root) {
                    let circles = circles(&ModuleTree::of(&files, root));
                    found.extend(circles.iter().map(|circle| format!("{name}: {circle}")));
                }
            }
        }
        assert!(found.is_empty(), "{}", found.join("\n"));
    }

    #[test]
    fn a_circle_is_found_and_told() {
        let found = circles(&tree(&[
            ("lib.rs", "mod a; mod b; mod c;"),
            ("a.rs", "use super::b::X;"),
            ("b.rs", "mod d;"),
            ("b/d.rs", "fn f() { crate::c::f() }"),
            ("c.rs", "use crate::a::Y;"),
        ]));
        assert_eq!(
            found,
            ["a circle: a uses super::b::X, b::d uses crate::c::f, c uses crate::a::Y"]
        );
    }

    #[test]
    fn one_direction_is_no_circle() {
        let found = circles(&tree(&[
            ("lib.rs", "mod a; mod b; mod c; pub use a::X;"),
            ("a.rs", "pub struct X;"),
            ("b.rs", "use crate::X; mod d; struct Y;"),
            ("b/d.rs", "use super::Y;"),
            ("c.rs", "use crate::{a, b};"),
        ]));
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn circle_through_what_a_crate_passes_on_is_found() {
        let found = circles(&tree(&[
            ("lib.rs", "mod a; mod b; pub use a::*; pub use b::Y as Z;"),
            ("a.rs", "use crate::Z; pub struct X;"),
            ("b.rs", "use crate::X; pub struct Y;"),
        ]));
        assert_eq!(found.len(), 1, "{found:?}");
    }
}
