//! The modules of a crate as its files declare them, without those for tests.
//!
//! A path is followed as the compiler would: through `crate`, `self`, `super`, children, and names
//! that a module imports or passes on. What a macro makes is taken to be where the macro stands.

use super::references::{Import, Reference, references};
use super::tokens::{levels, production, word};
use proc_macro2::{Delimiter, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// How often a name may be passed on before the search for it is given up.
const MOST_STEPS: usize = 16;

/// The keywords that stand before the name of what a module defines.
const DEFINES: &[&str] = &[
    "const",
    "enum",
    "fn",
    "macro_rules",
    "static",
    "struct",
    "trait",
    "type",
];

/// Where a module stands: `core`, `session` is `crate::core::session`; the root is empty.
pub(super) type ModulePath = Vec<String>;

/// The files of a crate's `src` folder by their path in it, with `/`.
pub(super) type Files = BTreeMap<String, String>;

/// One module.
#[derive(Default)]
pub(super) struct Module {
    /// Its file.
    pub(super) file: String,
    /// Its tokens, without those of its children.
    pub(super) tokens: Vec<TokenTree>,
    /// How many lines of its file belong only to tests.
    pub(super) test_lines: usize,
    children: BTreeSet<String>,
    defined: BTreeSet<String>,
    imports: Vec<Import>,
    references: Vec<Reference>,
}

/// A crate's modules by their paths.
pub(super) struct ModuleTree {
    modules: BTreeMap<ModulePath, Module>,
}

/// A place in one module that names another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Use {
    /// The module that names it.
    pub(super) from: ModulePath,
    /// The module that what it names is in.
    pub(super) to: ModulePath,
    /// The path as it is written.
    pub(super) written: String,
}

/// Reads all Rust files below a folder.
pub(super) fn read_files(folder: &Path) -> Files {
    let mut files = Files::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inside) = folders.pop() {
        for entry in fs::read_dir(&inside).expect("a folder of sources can be read") {
            let path = entry.expect("a folder of sources can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(folder).expect("it is below the folder");
                let name = name.to_string_lossy().replace('\\', "/");
                let text = fs::read_to_string(&path).expect("a source can be read");
                files.insert(name, text);
            }
        }
    }
    files
}

impl ModuleTree {
    /// Follows the declarations of modules from the root's file, `lib.rs` or `main.rs`.
    pub(super) fn of(files: &Files, root: &str) -> Self {
        let mut tree = Self {
            modules: BTreeMap::new(),
        };
        tree.add_file(files, root, Vec::new());
        tree
    }

    /// The modules with their paths.
    pub(super) fn modules(&self) -> impl Iterator<Item = (&ModulePath, &Module)> {
        self.modules.iter()
    }

    /// Every place where a module names another one of the crate.
    pub(super) fn uses(&self) -> BTreeSet<Use> {
        let mut uses = BTreeSet::new();
        for (from, module) in &self.modules {
            let imported = module.imports.iter().map(|import| &import.path);
            let named = module.references.iter().map(|reference| &reference.path);
            for path in imported.chain(named) {
                if let Some(to) = self.resolve(from, path, MOST_STEPS)
                    && to != *from
                {
                    uses.insert(Use {
                        from: from.clone(),
                        to,
                        written: path.join("::"),
                    });
                }
            }
        }
        uses
    }

    fn add_file(&mut self, files: &Files, file: &str, path: ModulePath) {
        let Some(text) = files.get(file) else {
            panic!("there is no file for the module {}", path.join("::"));
        };
        let production = production(text);
        let module = Module {
            file: file.to_owned(),
            test_lines: production.test_lines,
            ..Module::default()
        };
        self.add_module(files, module, &production.tokens, path);
    }

    /// Adds a module with its children, which stand in its tokens or in files of their own.
    fn add_module(
        &mut self,
        files: &Files,
        mut module: Module,
        tokens: &[TokenTree],
        path: ModulePath,
    ) {
        let mut at = 0;
        let mut own = Vec::new();
        while at < tokens.len() {
            let is_module = word(tokens, at).as_deref() == Some("mod");
            let Some(name) = word(tokens, at + 1).filter(|_| is_module) else {
                own.push(tokens[at].clone());
                at += 1;
                continue;
            };
            module.children.insert(name.clone());
            let child = [path.clone(), vec![name.clone()]].concat();
            if let Some(TokenTree::Group(group)) = tokens.get(at + 2) {
                let inline = Module {
                    file: module.file.clone(),
                    ..Module::default()
                };
                let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                self.add_module(files, inline, &inside, child);
            } else {
                let file = child_file(files, &module.file, &name, path_attribute(&own));
                self.add_file(files, &file, child);
            }
            at += 3;
        }
        module.defined = defined(&own);
        for level in levels(&own) {
            let (imports, references) = references(&level);
            module.imports.extend(imports);
            module.references.extend(references);
        }
        module.tokens = own;
        match self.modules.get_mut(&path) {
            // One module with a file for each system.
            Some(other) => other.extend(module),
            None => {
                self.modules.insert(path, module);
            }
        }
    }

    /// The module that a path leads to or into, if it is one of the crate.
    fn resolve(&self, from: &[String], path: &[String], steps: usize) -> Option<ModulePath> {
        let (first, mut rest) = path.split_first()?;
        let mut here = match first.as_str() {
            "crate" => Vec::new(),
            "self" => from.to_vec(),
            "super" => {
                let mut above = from.to_vec();
                above.pop()?;
                while let Some((next, behind)) = rest.split_first()
                    && next == "super"
                {
                    above.pop()?;
                    rest = behind;
                }
                above
            }
            name if self.modules.get(from)?.children.contains(name) => {
                rest = path;
                from.to_vec()
            }
            _ => return None,
        };
        while let Some((next, behind)) = rest.split_first() {
            let module = self.modules.get(&here)?;
            if module.children.contains(next) {
                here.push(next.clone());
                rest = behind;
            } else if module.defined.contains(next) || steps == 0 {
                return Some(here);
            } else {
                let passed_on = self.passed_on(&here, next, behind, steps - 1);
                return Some(passed_on.unwrap_or(here));
            }
        }
        Some(here)
    }

    /// Where a name leads that a module does not define but imports.
    fn passed_on(
        &self,
        here: &[String],
        name: &str,
        behind: &[String],
        steps: usize,
    ) -> Option<ModulePath> {
        let imports = &self.modules.get(here)?.imports;
        if let Some(import) = imports.iter().find(|import| import.name == name) {
            let path = [import.path.as_slice(), behind].concat();
            return self.resolve(here, &path, steps);
        }
        imports
            .iter()
            .filter(|import| import.is_glob())
            .find_map(|glob| {
                let all_of = self.resolve(here, &glob.path, steps)?;
                let module = self.modules.get(&all_of)?;
                let has_it = module.defined.contains(name)
                    || module.children.contains(name)
                    || module.imports.iter().any(|import| import.name == name);
                let path = [vec!["self".to_owned(), name.to_owned()], behind.to_vec()].concat();
                has_it.then(|| self.resolve(&all_of, &path, steps))?
            })
    }
}

impl Module {
    fn extend(&mut self, other: Self) {
        self.tokens.extend(other.tokens);
        self.children.extend(other.children);
        self.defined.extend(other.defined);
        self.imports.extend(other.imports);
        self.references.extend(other.references);
    }
}

/// The file in the `#[path = "file"]` that stands before a declaration, if one does.
fn path_attribute(before: &[TokenTree]) -> Option<String> {
    let belongs = |token: &&TokenTree| match token {
        TokenTree::Ident(word) => *word == "pub",
        TokenTree::Punct(point) => point.as_char() == '#',
        TokenTree::Group(group) => group.delimiter() != Delimiter::Brace,
        TokenTree::Literal(_) => false,
    };
    before.iter().rev().take_while(belongs).find_map(|token| {
        let TokenTree::Group(group) = token else {
            return None;
        };
        let inside: Vec<TokenTree> = group.stream().into_iter().collect();
        match (word(&inside, 0)?.as_str(), inside.get(2)?) {
            ("path", TokenTree::Literal(file)) => {
                Some(file.to_string().trim_matches('"').to_owned())
            }
            _ => None,
        }
    })
}

/// The file of a module that another file declares.
fn child_file(files: &Files, parent: &str, name: &str, named: Option<String>) -> String {
    let (folder, stem) = match parent.rsplit_once('/') {
        Some((folder, file)) => (format!("{folder}/"), file),
        None => (String::new(), parent),
    };
    if let Some(file) = named {
        return format!("{folder}{file}");
    }
    let inside = match stem {
        "lib.rs" | "main.rs" | "build.rs" | "mod.rs" => folder,
        other => format!("{folder}{}/", other.trim_end_matches(".rs")),
    };
    let flat = format!("{inside}{name}.rs");
    if files.contains_key(&flat) {
        flat
    } else {
        format!("{inside}{name}/mod.rs")
    }
}

/// The names of what a module's own tokens define; all words in what a macro makes.
fn defined(tokens: &[TokenTree]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Ident(keyword) if DEFINES.contains(&keyword.to_string().as_str()) => {
                let behind = at + 1 + usize::from(*keyword == "macro_rules");
                names.extend(word(tokens, behind));
            }
            TokenTree::Punct(point) if point.as_char() == '!' => {
                if let Some(TokenTree::Group(group)) = tokens.get(at + 1)
                    && group.delimiter() != Delimiter::Bracket
                {
                    let words: Vec<TokenTree> = group.stream().into_iter().collect();
                    names.extend((0..words.len()).filter_map(|at| word(&words, at)));
                }
            }
            _ => {}
        }
    }
    names
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A made-up crate.
    pub(in super::super) fn tree(files: &[(&str, &str)]) -> ModuleTree {
        let files = files
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect();
        ModuleTree::of(&files, "lib.rs")
    }

    fn uses(files: &[(&str, &str)]) -> Vec<String> {
        let uses = tree(files).uses();
        uses.iter()
            .map(|one| format!("{} -> {}", one.from.join("::"), one.to.join("::")))
            .collect()
    }

    #[test]
    fn paths_lead_to_modules() {
        for (b, expected) in [
            ("use super::a::X;", "b -> a"),
            ("use crate::a::{self, X};", "b -> a"),
            ("fn f() { crate::a::X::new() }", "b -> a"),
            ("fn f() { g(|| [super::a::X]) }", "b -> a"),
            ("use crate::{X, other};", "b -> a"),
            ("use super::Y;", "b -> a"),
        ] {
            let found = uses(&[
                ("lib.rs", "mod a; mod b; pub use a::X; use a::*;"),
                ("a.rs", "pub struct X; pub struct Y;"),
                ("b.rs", b),
            ]);
            assert!(found.contains(&expected.to_owned()), "{b}: {found:?}");
        }
    }

    #[test]
    fn what_is_not_said_in_code_leads_nowhere() {
        for b in [
            "/// See [`super::a`].\nstruct B;",
            "// use super::a::X;",
            "#[cfg(test)] mod tests { use super::super::a::X; }",
            "const C: &str = \"use super::a\";",
            "use std::a::X;",
        ] {
            let found = uses(&[("lib.rs", "mod a; mod b;"), ("a.rs", ""), ("b.rs", b)]);
            assert_eq!(found, Vec::<String>::new(), "{b}");
        }
    }

    #[test]
    fn files_of_modules_are_found() {
        let found = uses(&[
            (
                "lib.rs",
                "mod a; #[cfg(unix)] #[path = \"unix.rs\"] mod p; mod i { use super::a; }",
            ),
            ("a/mod.rs", "mod c; #[cfg(test)] mod tests;"),
            ("a/c.rs", "mod d;"),
            ("a/c/d.rs", "use crate::p::X;"),
            ("unix.rs", "use super::a::c::d;"),
        ]);
        assert_eq!(found, ["a::c::d -> p", "i -> a", "p -> a::c::d"]);
    }
}
