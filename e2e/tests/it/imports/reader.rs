//! Reads one file: what it names, and what others find in it.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::{self, Visit};
use syn::{Attribute, File, Item, ItemImpl, ItemMod, ItemUse, Path, Type, UseTree, Visibility};

/// A path from the crate's root, which itself is empty.
pub(super) type Names = Vec<String>;

/// What a file says of names.
#[derive(Default)]
pub(super) struct FileNames {
    /// Every path in the crate that its code names.
    pub(super) named: BTreeSet<Names>,
    /// Names that it has from elsewhere in the crate, and from where.
    pub(super) bound: BTreeMap<String, Names>,
    /// Modules all of whose names it has.
    pub(super) globs: Vec<Names>,
    /// Names of what stands in it.
    pub(super) defined: BTreeSet<String>,
    /// Types that it gives methods to.
    pub(super) extended: BTreeSet<String>,
    /// Modules that it declares for tests alone.
    pub(super) tests: BTreeSet<String>,
}

/// Reads the file of a module.
pub(super) fn read(module: &Names, file: &File) -> FileNames {
    let mut reader =
        Reader { module: module.clone(), children: BTreeSet::new(), inline: 0, found: FileNames::default() };
    for item in &file.items {
        match item {
            Item::Mod(item) => reader.declare(item),
            item => reader.found.defined.extend(name_of(item)),
        }
    }
    reader.visit_file(file);
    reader.found
}

fn name_of(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}

struct Reader {
    module: Names,
    /// Modules that it declares.
    children: BTreeSet<String>,
    /// How deep the reader is in modules that stand in the same file: they count as the file.
    inline: usize,
    found: FileNames,
}

impl Reader {
    fn declare(&mut self, item: &ItemMod) {
        let name = item.ident.to_string();
        if is_for_tests(&item.attrs) {
            self.found.tests.insert(name.clone());
        }
        self.children.insert(name);
    }

    /// The path from the root, where it begins in this crate.
    fn absolute(&self, path: &[String]) -> Option<Names> {
        let first = path.first()?;
        if self.children.contains(first) {
            return Some([&self.module[..], path].concat());
        }
        let mut from = match first.as_str() {
            "crate" => Names::new(),
            "self" | "super" => self.module.clone(),
            _ => return None,
        };
        let is_step = |name: &&String| ["crate", "self", "super"].contains(&name.as_str());
        let steps = path.iter().take_while(is_step).count();
        let up = path[..steps].iter().filter(|step| *step == "super").count();
        from.truncate(from.len().saturating_sub(up.saturating_sub(self.inline)));
        from.extend_from_slice(&path[steps..]);
        Some(from)
    }

    fn import(&mut self, tree: &UseTree, path: &mut Names, passes_on: bool) {
        match tree {
            UseTree::Path(tree) => {
                path.push(tree.ident.to_string());
                self.import(&tree.tree, path, passes_on);
                path.pop();
            }
            UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.import(tree, path, passes_on));
            }
            UseTree::Name(tree) => self.bind(path, &tree.ident.to_string(), None, passes_on),
            UseTree::Rename(tree) => {
                self.bind(path, &tree.ident.to_string(), Some(tree.rename.to_string()), passes_on);
            }
            UseTree::Glob(_) => {
                if let Some(module) = self.absolute(path) {
                    self.found.globs.push(module.clone());
                    self.name(module, passes_on);
                }
            }
        }
    }

    fn bind(&mut self, path: &Names, name: &str, rename: Option<String>, passes_on: bool) {
        let whole = if name == "self" { path.clone() } else { [&path[..], &[name.to_owned()]].concat() };
        let Some(origin) = self.absolute(&whole) else { return };
        if let Some(bound) = rename.or_else(|| origin.last().cloned()) {
            self.found.bound.insert(bound, origin.clone());
        }
        self.name(origin, passes_on);
    }

    /// To pass a child's name on is not to use it.
    fn name(&mut self, path: Names, passes_on: bool) {
        if !(passes_on && path.starts_with(&self.module)) {
            self.found.named.insert(path);
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_for_tests(attributes_of(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        if let (None, Type::Path(path)) = (&item.trait_, &*item.self_ty) {
            self.found.extended.extend(path.path.segments.last().map(|segment| segment.ident.to_string()));
        }
        visit::visit_item_impl(self, item);
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        self.inline += 1;
        visit::visit_item_mod(self, item);
        self.inline -= 1;
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.import(&item.tree, &mut Names::new(), !matches!(item.vis, Visibility::Inherited));
    }

    fn visit_path(&mut self, path: &'ast Path) {
        let names: Names = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if names.len() > 1
            && path.leading_colon.is_none()
            && let Some(path) = self.absolute(&names)
        {
            self.found.named.insert(path);
        }
        visit::visit_path(self, path);
    }

    /// `pub(in crate::…)` says who may look, and imports nothing.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}
}

fn attributes_of(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).any(|attribute| {
        attribute.meta.require_list().is_ok_and(|condition| condition.tokens.to_string() == "test")
    })
}
