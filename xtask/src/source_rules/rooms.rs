//! Which room of the engine's core may import which.
//!
//! The rooms stand in an order: each may import those before it, its own files, and of the rest of
//! the crate only what [`LEAVES`] names. `mod.rs`, the dispatcher, has a place in the order too. The
//! picture is in ARCHITECTURE.md.

use super::module_tree::{ModuleTree, Use};
use std::collections::BTreeSet;

/// The folder of the rooms, as a module of the engine.
const CORE: &str = "core";

/// What stands for `core/mod.rs` here.
const DISPATCHER: &str = "mod";

/// The table of requests is the dispatcher's and counts as its file.
const REQUESTS: &str = "requests";

/// The rooms in their order; those in one line do not import each other. The first two lines are
/// what they all work with.
const ROOMS: &[&[&str]] = &[
    &["effect", "send_failure", "staged", "system_line", "time"],
    &["contact_cache"],
    &["turn"],
    &["identity", "relay"],
    &["session"],
    &["outbound"],
    &["chats", "people"],
    &["inbound"],
    &["projection"],
    &[DISPATCHER],
];

/// What only the dispatcher may import, whatever the order says.
const FOR_THE_DISPATCHER: &[&str] = &["projection"];

/// The modules of the engine outside its core that every room may import.
const LEAVES: &[&str] = &["address", "api", "error", "rollback_guard", "text"];

/// What may lie in the folder beside the rooms.
const TESTS: &[&str] = &["tests"];

/// Each import that the order does not allow, as a line for people.
pub(super) fn breaches(tree: &ModuleTree) -> Vec<String> {
    let uses = tree.uses();
    uses.iter().filter_map(breach).collect()
}

/// The rooms on disk that have no place in the order.
pub(super) fn unknown<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    names
        .filter(|name| place(name).is_none() && *name != REQUESTS && !TESTS.contains(name))
        .collect()
}

fn breach(one: &Use) -> Option<String> {
    let from = room(&one.from)?;
    let told = |why: &str| Some(format!("{from} uses {}: {why}", one.written));
    let Some(from_place) = place(from) else {
        return told("it has no place in the order of the rooms");
    };
    let Some(to) = room(&one.to) else {
        let outside = one.to.first().map_or("lib", String::as_str);
        return if LEAVES.contains(&outside) {
            None
        } else {
            told("no room may import this part of the engine")
        };
    };
    if from == to {
        return None;
    }
    if place(to).is_none_or(|to_place| to_place >= from_place) {
        return told("the order of the rooms does not allow it");
    }
    if FOR_THE_DISPATCHER.contains(&to) && from != DISPATCHER {
        return told("only the dispatcher may");
    }
    None
}

/// The room that a module of the engine belongs to.
fn room(path: &[String]) -> Option<&str> {
    match path.split_first()? {
        (core, _) if core != CORE => None,
        (_, [room, ..]) if room != REQUESTS => Some(room),
        _ => Some(DISPATCHER),
    }
}

fn place(room: &str) -> Option<usize> {
    ROOMS.iter().position(|line| line.contains(&room))
}

#[cfg(test)]
mod tests {
    use super::super::module_tree::read_files;
    use super::super::module_tree::tests::tree;
    use super::*;
    use crate::workspace;
    use std::fs;

    #[test]
    fn rooms_import_only_what_their_order_allows() {
        let files = read_files(&workspace::root().join("crates/engine/src"));
        let found = breaches(&ModuleTree::of(&files, "lib.rs"));
        assert!(found.is_empty(), "{}", found.join("\n"));
    }

    #[test]
    fn every_room_has_a_place() {
        let folder = workspace::root().join("crates/engine/src").join(CORE);
        let names: BTreeSet<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(
            unknown(names.iter().map(String::as_str)),
            Vec::<&str>::new()
        );
    }

    fn found(room: &str, text: &str) -> usize {
        let name = format!("core/{room}.rs");
        let mut files = vec![
            ("lib.rs", "mod core; mod api; mod driver;"),
            ("api.rs", "pub struct ChatId;"),
            ("driver.rs", "pub struct Client;"),
            ("core/time.rs", "pub struct Now;"),
            ("core/relay/mod.rs", "pub struct Relays;"),
            ("core/identity.rs", "pub struct Keys;"),
            ("core/outbound.rs", "pub struct Queue;"),
            ("core/projection.rs", "pub struct Projection;"),
        ];
        let declared =
            "mod time; mod relay; mod identity; mod outbound; mod projection; mod session;
                        mod inbound; mod attic; pub struct Engine;";
        files.push(("core/mod.rs", declared));
        for other in ["session", "inbound", "attic"] {
            let file: &'static str = match other {
                "session" => "core/session.rs",
                "inbound" => "core/inbound.rs",
                _ => "core/attic.rs",
            };
            files.push((file, if file == name { text } else { "" }));
        }
        breaches(&tree(&files)).len()
    }

    #[test]
    fn imports_with_the_order_are_allowed() {
        let text = "use super::time::Now; use crate::core::relay::Relays; use crate::api::ChatId;
                    #[cfg(test)] mod tests { use super::super::outbound::Queue; }";
        assert_eq!(found("session", text), 0);
        assert_eq!(found("inbound", "use super::outbound::Queue;"), 0);
    }

    #[test]
    fn imports_against_the_order_are_found() {
        for text in [
            "use super::outbound::Queue;",
            "fn f() { crate::core::outbound::Queue::new() }",
            "use super::Engine;",
            "use crate::driver::Client;",
            "use crate::core::projection::Projection;",
        ] {
            assert_eq!(found("session", text), 1, "{text}");
        }
        assert_eq!(found("inbound", "use super::projection::Projection;"), 1);
    }

    #[test]
    fn rooms_of_one_line_do_not_import_each_other() {
        let found = breaches(&tree(&[
            ("lib.rs", "mod core;"),
            ("core/mod.rs", "mod relay; mod identity;"),
            ("core/relay.rs", "use super::identity::Keys;"),
            ("core/identity.rs", "pub struct Keys;"),
        ]));
        assert_eq!(found.len(), 1, "{found:?}");
    }

    #[test]
    fn the_table_of_requests_is_the_dispatchers() {
        let found = breaches(&tree(&[
            ("lib.rs", "mod core;"),
            (
                "core/mod.rs",
                "mod requests; mod session; pub use requests::Request;",
            ),
            (
                "core/requests.rs",
                "use super::{Engine, session}; pub trait Request {}",
            ),
            ("core/session.rs", "use super::requests::Request;"),
        ]));
        assert_eq!(
            found,
            ["session uses super::requests::Request: the order of the rooms does not allow it"]
        );
    }

    #[test]
    fn room_without_a_place_is_found() {
        assert_eq!(found("attic", "use super::time::Now;"), 1);
        assert_eq!(
            unknown(["attic", "time", "mod", "tests"].into_iter()),
            ["attic"]
        );
    }
}
