//! Each rule of `docs/protocol.md` is named by a test that breaks it, and nobody names a rule that
//! there is not.

use std::collections::BTreeSet;

/// What no test can break: P-2 is kept by the lengths of the fields that the other rules have.
const WITHOUT_A_TEST: &[u32] = &[2];

/// The rules that a document sets up: `**P-7.` or `**P-7. Its name.` at the beginning of a line.
fn set_up(document: &str) -> BTreeSet<u32> {
    let lines = document.lines();
    let rules = lines.filter_map(|line| line.strip_prefix("**P-"));
    rules
        .filter_map(|rest| number(rest).map(|(rule, _)| rule))
        .collect()
}

/// The rules that a text names: `P-7`, and with `P-7 to P-9` all that there are from one to the
/// other.
fn named(text: &str, rules: &BTreeSet<u32>) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    let mut before = None;
    for (rule, behind) in text.split("P-").skip(1).filter_map(number) {
        if let Some(first) = before.filter(|first| *first < rule) {
            found.extend(rules.range(first..rule));
        }
        found.insert(rule);
        before = (behind == " to ").then_some(rule);
    }
    found
}

/// A number, and what stands behind it.
fn number(text: &str) -> Option<(u32, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, behind) = text.split_at_checked(end)?;
    Some((digits.parse().ok()?, behind))
}

/// What is wrong, as lines for people.
fn breaches(document: &str, sources: &[String], tests: &[String]) -> Vec<String> {
    let rules = set_up(document);
    let named = |texts: &[String]| -> BTreeSet<u32> {
        texts.iter().flat_map(|text| named(text, &rules)).collect()
    };
    let tested = named(tests);
    let untested = rules
        .difference(&tested)
        .filter(|rule| !WITHOUT_A_TEST.contains(rule));
    let all: BTreeSet<u32> = named(sources).union(&tested).copied().collect();
    let unknown = all.difference(&rules);
    let untested = untested.map(|rule| format!("no test names P-{rule}"));
    let unknown = unknown.map(|rule| format!("P-{rule} is named, and is no rule"));
    untested.chain(unknown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace;
    use std::fs;
    use std::path::Path;

    /// Where the code is that keeps the rules.
    const FOLDERS: &[&str] = &["crates", "src-tauri", "tests", "fuzz/src"];

    /// The Rust files of a folder: what is production in them, and what is a test.
    fn read(folder: &Path, sources: &mut Vec<String>, tests: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, sources, tests);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let is_test = path.components().any(|part| part.as_os_str() == "tests");
                let (source, test) = if is_test {
                    ("", text.as_str())
                } else {
                    text.split_once("#[cfg(test)]\nmod tests {")
                        .unwrap_or((&text, ""))
                };
                sources.push(source.to_owned());
                tests.push(test.to_owned());
            }
        }
    }

    #[test]
    fn every_rule_of_the_protocol_is_named_by_a_test() {
        let root = workspace::root();
        let document = fs::read_to_string(root.join("docs/protocol.md")).unwrap();
        let (mut sources, mut tests) = (vec![document.clone()], Vec::new());
        for folder in FOLDERS {
            read(&root.join(folder), &mut sources, &mut tests);
        }
        assert_eq!(breaches(&document, &sources, &tests), Vec::<String>::new());
    }

    #[test]
    fn a_rule_without_a_test_and_a_name_without_a_rule_are_breaches() {
        let document = "**P-1.** One.\n\n**P-3. Three.** See P-1.\n\n**P-5.** Five.\n";
        let found =
            |source: &str, test: &str| breaches(document, &[source.to_owned()], &[test.to_owned()]);
        assert_eq!(found("P-1", "P-1 to P-5"), Vec::<String>::new());
        assert_eq!(found("", "P-1, P-3"), ["no test names P-5"]);
        assert_eq!(found("P-1 to P-5", "P-1 and P-5"), ["no test names P-3"]);
        assert_eq!(found("P-4", "P-1 to P-5"), ["P-4 is named, and is no rule"]);
    }
}
