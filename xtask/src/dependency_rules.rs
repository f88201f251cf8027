//! The direction of dependencies between our crates, as ARCHITECTURE.md draws it.
//!
//! Tests may reach further: development dependencies are not looked at.

use crate::failure::{Failure, Outcome};
use crate::workspace::{self, items, text};
use serde_json::Value;

/// Each package of the workspace and the packages of the workspace it may depend on.
const ALLOWED: &[(&str, &[&str])] = &[
    ("sotto-wire", &[]),
    ("sotto-protocol", &[]),
    ("sotto-private-files", &[]),
    ("sotto-idle-memory", &[]),
    ("sotto-store", &["sotto-protocol", "sotto-private-files"]),
    ("sotto-keychain", &["sotto-protocol", "sotto-private-files"]),
    ("sotto-relay", &["sotto-wire", "sotto-private-files"]),
    ("sotto-relay-server", &["sotto-relay", "sotto-wire"]),
    (
        "sotto-engine",
        &[
            "sotto-wire",
            "sotto-protocol",
            "sotto-private-files",
            "sotto-store",
            "sotto-keychain",
            "sotto-relay",
        ],
    ),
    ("sotto-cli", &["sotto-engine", "sotto-private-files"]),
    (
        "sotto",
        &["sotto-engine", "sotto-idle-memory", "sotto-private-files"],
    ),
    ("sotto-desktop", &[]),
    ("sotto-pictures", &[]),
    (
        "sotto-tests",
        &[
            "sotto-desktop",
            "sotto-wire",
            "sotto-protocol",
            "sotto-store",
            "sotto-keychain",
            "sotto-relay",
            "sotto-engine",
        ],
    ),
    ("xtask", &[]),
];

/// The only package that may name Tauri, its plugins or WebKit.
const SHELL: &str = "sotto";

/// Compares the manifests with [`ALLOWED`].
pub(crate) fn check() -> Outcome {
    let breaches = breaches(&workspace::metadata()?);
    if breaches.is_empty() {
        println!("    every dependency points downward");
        return Ok(());
    }
    Err(Failure::new(breaches.join("\n")))
}

fn breaches(metadata: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for package in items(metadata, "packages") {
        let name = text(package, "name");
        let Some((_, allowed)) = ALLOWED.iter().find(|(known, _)| *known == name) else {
            found.push(format!(
                "{name} has no place in xtask/src/dependency_rules.rs"
            ));
            continue;
        };
        for dependency in items(package, "dependencies") {
            let target = text(dependency, "name");
            let is_ours = ALLOWED.iter().any(|(known, _)| *known == target);
            let is_development = text(dependency, "kind") == "dev";
            if is_ours && !is_development && !allowed.contains(&target) {
                found.push(format!("{name} must not depend on {target}"));
            }
            if belongs_to_shell(target) && name != SHELL {
                found.push(format!("only {SHELL} may depend on {target}, not {name}"));
            }
        }
    }
    found
}

fn belongs_to_shell(name: &str) -> bool {
    ["tauri", "webkit2gtk", "wry", "tao", "gtk"]
        .iter()
        .any(|stem| {
            name == *stem
                || name
                    .strip_prefix(stem)
                    .is_some_and(|rest| rest.starts_with('-'))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(package: &str, dependency: &str, kind: &str) -> Vec<String> {
        let metadata = serde_json::json!({"packages": [{
            "name": package,
            "dependencies": [{"name": dependency, "kind": if kind.is_empty() { Value::Null } else { kind.into() }}],
        }]});
        breaches(&metadata)
    }

    #[test]
    fn dependency_upward_is_found() {
        assert_eq!(found("sotto-wire", "sotto-engine", "").len(), 1);
        assert_eq!(found("sotto", "sotto-store", "build").len(), 1);
        assert_eq!(
            found("sotto-store", "sotto-protocol", ""),
            Vec::<String>::new()
        );
        assert_eq!(
            found("sotto-wire", "sotto-engine", "dev"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn tauri_outside_the_shell_is_found_even_in_tests() {
        assert_eq!(found("sotto-engine", "tauri-plugin-opener", "dev").len(), 1);
        assert_eq!(found("sotto", "tauri", ""), Vec::<String>::new());
    }

    #[test]
    fn package_without_a_place_is_found() {
        assert_eq!(found("sotto-utils", "serde", "").len(), 1);
    }
}
