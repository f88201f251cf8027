//! No production file over 600 lines. Tests do not count, nor what is generated, a catalogue, a
//! gallery or a fake.

use std::path::Path;

/// The longest that a production file may be, lines.
const LONGEST: usize = 600;

/// What in the window's sources may be longer: their paths begin so.
const MAY_BE_LONGER: &[&str] = &["gallery/", "i18n/", "ipc/bindings.ts", "ipc/fake"];

/// Whether a file of the window is measured; `path` is from `ui/src`, with `/`.
pub(super) fn is_measured(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    let is_source = Path::new(file)
        .extension()
        .is_some_and(|ending| ["ts", "tsx", "css"].iter().any(|one| ending == *one));
    let is_test = file.contains(".test.") || path.starts_with("test/");
    is_source && !is_test && !MAY_BE_LONGER.iter().any(|free| path.starts_with(free))
}

/// Whether a file of so many lines is too long, as a line for people.
pub(super) fn too_long(path: &str, lines: usize) -> Option<String> {
    (lines > LONGEST).then(|| format!("{path} has {lines} lines, {LONGEST} are the most"))
}

#[cfg(test)]
mod tests {
    use super::super::module_tree::{ModuleTree, read_files};
    use super::*;
    use crate::workspace;
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::PathBuf;

    /// The files of a crate with their lines.
    fn lines_of_crate(folder: &Path) -> Vec<(String, usize)> {
        let files = read_files(folder);
        let roots = ["lib.rs", "main.rs", "build.rs"];
        let mut lines = BTreeMap::new();
        for root in roots.iter().filter(|root| files.contains_key(**root)) {
            for (_, module) in ModuleTree::of(&files, root).modules() {
                let all = files[&module.file].lines().count();
                let path = folder.join(&module.file);
                let name = path.strip_prefix(workspace::root()).unwrap();
                let counted = lines.entry(name.display().to_string()).or_insert(all);
                *counted -= module.test_lines;
            }
        }
        lines.into_iter().collect()
    }

    fn crates() -> Vec<PathBuf> {
        let root = workspace::root();
        let entries = fs::read_dir(root.join("crates")).unwrap();
        let mut folders: Vec<PathBuf> =
            entries.map(|one| one.unwrap().path().join("src")).collect();
        folders.extend([root.join("src-tauri"), root.join("xtask/src")]);
        folders
    }

    #[test]
    fn no_rust_file_is_too_long() {
        let lines: Vec<_> = crates()
            .iter()
            .flat_map(|one| lines_of_crate(one))
            .collect();
        assert!(lines.len() > 150);
        let found: Vec<String> = lines
            .iter()
            .filter_map(|(path, lines)| too_long(path, *lines))
            .collect();
        assert!(found.is_empty(), "{}", found.join("\n"));
    }

    #[test]
    fn no_file_of_the_window_is_too_long() {
        let source = workspace::root().join("ui/src");
        let mut folders = vec![source.clone()];
        let (mut found, mut measured) = (Vec::new(), 0);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let name = path.strip_prefix(&source).unwrap();
                let name = name.to_string_lossy().replace('\\', "/");
                if is_measured(&name) {
                    let lines = fs::read_to_string(&path).unwrap().lines().count();
                    found.extend(too_long(&name, lines));
                    measured += 1;
                }
            }
        }
        assert!(measured > 100);
        assert!(found.is_empty(), "{}", found.join("\n"));
    }

    #[test]
    fn too_long_a_file_is_found() {
        assert_eq!(too_long("a.rs", LONGEST), None);
        assert!(too_long("a.rs", LONGEST + 1).is_some());
    }

    #[test]
    fn only_production_files_of_the_window_are_measured() {
        for path in ["app/App.tsx", "state/reducer.ts", "styles/tokens.css"] {
            assert!(is_measured(path), "{path}");
        }
        for path in [
            "app/App.test.tsx",
            "ipc/bindings.ts",
            "ipc/fake.ts",
            "ipc/fake/scenarios.ts",
            "i18n/en/shell.ts",
            "gallery/window.stories.tsx",
            "test/setup.ts",
            "app/icon.svg",
        ] {
            assert!(!is_measured(path), "{path}");
        }
    }
}
