//! What the relay as a library may bring into the app that embeds it: nothing that only an operator needs.
//!
//! The direction of our own crates is the matter of `dependency_rules`; here are the crates of others.

use crate::child;
use crate::failure::{Failure, Outcome};
use crate::workspace::{self, items, text};
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Command;

const LIBRARY: &str = "sotto-relay";
const PROGRAM: &str = "sotto-relay-server";

/// The crates that the library may name.
const MAY_NAME: &[&str] = &[
    "data-encoding",
    "futures-util",
    "httpdate",
    "hyper",
    "hyper-util",
    "sotto-private-files",
    "sotto-wire",
    "thiserror",
    "tokio",
    "tokio-tungstenite",
    "tokio-util",
    "tracing",
];

/// Compares the manifests of library and program, and what cargo links into the library.
pub(crate) fn check() -> Outcome {
    let metadata = workspace::metadata()?;
    let library = named(&metadata, LIBRARY);
    let operators = of_operators(&named(&metadata, PROGRAM), &library);
    if library.is_empty() || operators.is_empty() {
        return Err(Failure::new(format!(
            "cargo metadata does not tell {LIBRARY} from {PROGRAM}"
        )));
    }
    let tree = child::output(
        Command::new("cargo")
            .args(["tree", "--package", LIBRARY, "--edges", "normal,build"])
            .args(["--prefix", "none", "--format", "{p}"])
            .current_dir(workspace::root()),
    )?;
    let breaches = breaches(&library, &operators, &tree);
    if breaches.is_empty() {
        println!("    the relay in the app has nothing that only an operator needs");
        return Ok(());
    }
    Err(Failure::new(breaches.join("\n")))
}

/// The crates that a package names for itself, not for its tests.
fn named(metadata: &Value, package: &str) -> BTreeSet<String> {
    items(metadata, "packages")
        .filter(|known| text(known, "name") == package)
        .flat_map(|known| items(known, "dependencies"))
        .filter(|dependency| text(dependency, "kind") != "dev")
        .map(|dependency| text(dependency, "name").to_owned())
        .collect()
}

/// What the program names besides the library, and the library does not.
fn of_operators(program: &BTreeSet<String>, library: &BTreeSet<String>) -> BTreeSet<String> {
    let besides = program.iter().filter(|name| *name != LIBRARY);
    besides
        .filter(|name| !library.contains(*name))
        .cloned()
        .collect()
}

fn breaches(library: &BTreeSet<String>, operators: &BTreeSet<String>, tree: &str) -> Vec<String> {
    let linked: BTreeSet<&str> = tree
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let unknown = library
        .iter()
        .filter(|name| !MAY_NAME.contains(&name.as_str()))
        .map(|name| format!("{LIBRARY} may not depend on {name} (xtask/src/relay_library.rs)"));
    let brought = operators
        .iter()
        .filter(|name| linked.contains(name.as_str()))
        .map(|name| format!("{LIBRARY} brings {name} into the app, which only an operator needs"));
    unknown.chain(brought).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn the_relay_in_the_app_has_nothing_that_only_an_operator_needs() {
        check().unwrap();
    }

    #[test]
    fn crate_that_the_library_may_not_name_is_found() {
        let found = breaches(&set(&["hyper", "clap"]), &set(&[]), "");
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("clap"), "{found:?}");
    }

    #[test]
    fn operators_crate_that_comes_in_by_another_is_found() {
        let operators = of_operators(&set(&["sotto-relay", "tokio", "rlimit"]), &set(&["tokio"]));
        assert_eq!(operators, set(&["rlimit"]));
        let tree =
            "sotto-relay v0.1.0 (/somewhere)\nhyper v1.0.0\nrlimit v0.11.0\nrlimit v0.11.0 (*)";
        assert_eq!(breaches(&set(&["hyper"]), &operators, tree).len(), 1);
        let tree = "sotto-relay v0.1.0 (/somewhere)\nhyper v1.0.0";
        assert_eq!(
            breaches(&set(&["hyper"]), &operators, tree),
            Vec::<String>::new()
        );
    }

    #[test]
    fn dependencies_of_tests_do_not_count() {
        let metadata = serde_json::json!({"packages": [
            {"name": "other", "dependencies": [{"name": "clap", "kind": null}]},
            {"name": LIBRARY, "dependencies": [
                {"name": "hyper", "kind": null},
                {"name": "cc", "kind": "build"},
                {"name": "proptest", "kind": "dev"},
            ]},
        ]});
        assert_eq!(named(&metadata, LIBRARY), set(&["cc", "hyper"]));
    }
}
