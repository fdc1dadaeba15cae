//! The files of a crate as a graph: which imports which.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::reader::{self, FileNames, Names};

/// More than any name is passed on.
const LONGEST_WAY: usize = 20;

/// The files of a library, or of a program that has none, by their modules.
pub(super) struct Modules(BTreeMap<Names, Module>);

struct Module {
    /// Below `src`.
    file: String,
    names: FileNames,
}

type Imports<'a> = BTreeMap<&'a Names, BTreeSet<&'a Names>>;

impl Modules {
    pub(super) fn read(src: &Path) -> Self {
        let root = if src.join("lib.rs").exists() { "lib.rs" } else { "main.rs" };
        let mut modules = BTreeMap::new();
        for file in files_below(src).into_iter().filter(|file| is_of(file, root)) {
            let code = fs::read_to_string(src.join(&file)).unwrap();
            let code = syn::parse_file(&code).unwrap_or_else(|error| panic!("{file}: {error}"));
            let module = module_of(&file, root);
            let names = reader::read(&module, &code);
            modules.insert(module, Module { file, names });
        }
        Self(modules).without_tests()
    }

    fn without_tests(mut self) -> Self {
        let is_for_tests = |module: &Names| {
            (0..module.len()).any(|end| {
                self.0.get(&module[..end]).is_some_and(|above| above.names.tests.contains(&module[end]))
            })
        };
        let tests: Vec<Names> = self.0.keys().filter(|module| is_for_tests(module)).cloned().collect();
        self.0.retain(|module, _| !tests.contains(module));
        self
    }

    /// Sets of files that import each other, directly or by way of others. Children that name their parents are not
    /// counted: see [`named_parents`](Self::named_parents).
    pub(super) fn circles(&self) -> BTreeSet<Vec<String>> {
        let imports: Imports<'_> = self.0.keys().map(|module| (module, self.imports(module))).collect();
        let reached: Imports<'_> =
            imports.keys().map(|module| (*module, reached(module, &imports))).collect();
        let mut found = BTreeSet::new();
        for module in self.0.keys() {
            let circle = reached[module].iter().filter(|other| reached[*other].contains(module));
            let mut files: Vec<String> = circle.map(|module| self.0[*module].file.clone()).collect();
            files.sort();
            if files.len() > 1 {
                found.insert(files);
            }
        }
        found
    }

    /// Files in which something stands that a module below names.
    pub(super) fn named_parents(&self) -> BTreeSet<String> {
        let parents = self
            .0
            .keys()
            .flat_map(|module| self.homes(module).into_iter().filter(|home| is_above(home, module)));
        parents.map(|parent| self.0[parent].file.clone()).collect()
    }

    /// Files that import one of a higher floor. Floors are modules of the root, from the lowest up; each module of the
    /// root must be one of them.
    pub(super) fn upwards(&self, floors: &[&str]) -> BTreeSet<String> {
        let floor = |module: &Names| {
            let named = |name: &String| floors.iter().position(|floor| floor == name).expect(name);
            module.first().map_or(floors.len(), named)
        };
        let looks_up = |module: &Names| self.homes(module).iter().any(|home| floor(home) > floor(module));
        self.0.iter().filter(|(module, _)| looks_up(module)).map(|(_, module)| module.file.clone()).collect()
    }

    /// Modules in a folder of which no other there knows: none names them, and they give no type of another file methods
    /// that others could call. The file of the folder itself may name them, and so may these of its files.
    pub(super) fn known_to_none_beside(&self, folder: &str, files: &[&str]) -> BTreeSet<&str> {
        let may_name = |module: &Names| files.contains(&module[1].as_str());
        let in_folder = |module: &&Names| module.len() == 2 && module[0] == folder;
        let children = || self.0.keys().filter(in_folder).filter(|module| !may_name(module));
        let named: BTreeSet<&Names> = children().flat_map(|module| self.imports(module)).collect();
        let has_methods_for_others = |module: &Names| {
            let names = &self.0[module].names;
            names.extended.iter().any(|extended| !names.defined.contains(extended))
        };
        let free = children().filter(|module| !named.contains(module) && !has_methods_for_others(module));
        free.map(|module| module[1].as_str()).collect()
    }

    fn imports(&self, module: &Names) -> BTreeSet<&Names> {
        let homes = self.homes(module).into_iter();
        homes.filter(|home| *home != module && !is_above(home, module)).collect()
    }

    /// The modules in whose files the names stand that this one's code uses.
    fn homes(&self, module: &Names) -> BTreeSet<&Names> {
        self.0[module].names.named.iter().filter_map(|path| self.home(path, LONGEST_WAY)).collect()
    }

    fn home(&self, path: &[String], way: usize) -> Option<&Names> {
        let (module, Module { names, .. }) =
            (0..=path.len()).rev().find_map(|end| self.0.get_key_value(&path[..end]))?;
        let rest = &path[module.len()..];
        let Some(name) = rest.first().filter(|name| !names.defined.contains(*name) && way > 0) else {
            return Some(module);
        };
        if let Some(origin) = names.bound.get(name) {
            return self.home(&[&origin[..], &rest[1..]].concat(), way - 1);
        }
        let has = |glob: &&Names| {
            self.0.get(*glob).is_some_and(|Module { names, .. }| {
                names.defined.contains(name) || names.bound.contains_key(name)
            })
        };
        match names.globs.iter().find(has) {
            Some(glob) => self.home(&[&glob[..], rest].concat(), way - 1),
            None => Some(module),
        }
    }
}

/// Every module that can be reached by imports; the one that is asked about only if it is in a circle.
fn reached<'a>(module: &'a Names, imports: &Imports<'a>) -> BTreeSet<&'a Names> {
    let mut reached = BTreeSet::new();
    let mut open = vec![module];
    while let Some(next) = open.pop() {
        open.extend(imports[next].iter().filter(|import| reached.insert(**import)));
    }
    reached
}

fn is_above(module: &Names, other: &Names) -> bool {
    module.len() < other.len() && other.starts_with(module)
}

fn files_below(src: &Path) -> Vec<String> {
    let mut open = vec![src.to_owned()];
    let mut files = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path.strip_prefix(src).unwrap().to_str().unwrap().to_owned());
        }
    }
    files
}

/// Programs beside a library, and those in `bin`, are crates of their own.
fn is_of(file: &str, root: &str) -> bool {
    file == root || !(["lib.rs", "main.rs"].contains(&file) || file.starts_with("bin/"))
}

/// `a/mod.rs` and `a.rs` are the module `a`.
fn module_of(file: &str, root: &str) -> Names {
    if file == root {
        return Names::new();
    }
    let path = file.trim_end_matches(".rs");
    path.strip_suffix("/mod").unwrap_or(path).split('/').map(str::to_owned).collect()
}
