//! What a shopper downloads before the shop shows: measured, printed, limited.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fs, io};

use crate::brotli_form::brotli;
use crate::report;
use crate::spa_build::ACCOUNT;

/// The most the shop's first load may weigh, in bytes after brotli at its best.
pub const LIMIT: usize = 110_000;
/// The most that of the four-page example of `okta-sycamore` may weigh: what the SDK costs an app.
pub const EXAMPLE_LIMIT: usize = 74_000;
/// The same with the feature `dpop`: tokens that are bound to a key.
pub const BOUND_EXAMPLE_LIMIT: usize = 80_000;

/// The weight of the first load.
#[derive(Debug, PartialEq, Eq)]
pub struct FirstLoad {
    files: Vec<Weight>,
}

#[derive(Debug, PartialEq, Eq)]
struct Weight {
    name: String,
    plain: usize,
    brotli: usize,
}

impl FirstLoad {
    /// Weighs `index.html` and every file that it, or a file it names, names. Pictures of products are
    /// named by data only, so they do not count; nor does the program of the account, which the page loads in
    /// place of the first one, on other paths.
    ///
    /// # Errors
    /// Where the build cannot be read.
    pub fn of(dist: &Path) -> io::Result<Self> {
        let mut all = BTreeMap::new();
        read_folder(dist, "", &mut all)?;
        if !all.contains_key("index.html") {
            return Err(io::Error::new(io::ErrorKind::NotFound, "there is no index.html"));
        }
        let weigh = |name: &String| Weight {
            name: name.clone(),
            plain: all[name].len(),
            brotli: brotli_size(&all[name]),
        };
        Ok(Self { files: named_from_index(&all).iter().map(weigh).collect() })
    }

    /// The sum that the limits are for.
    pub fn total(&self) -> usize {
        self.files.iter().map(|file| file.brotli).sum()
    }

    /// One line for each file, and the sum.
    pub fn table(&self) -> String {
        let head = [["first load", "bytes", "brotli"].map(str::to_owned)];
        let row = |file: &Weight| [file.name.clone(), report::bytes(file.plain), report::bytes(file.brotli)];
        let plain = self.files.iter().map(|file| file.plain).sum();
        let sum = [["all".to_owned(), report::bytes(plain), report::bytes(self.total())]];
        let rows: Vec<_> = head.into_iter().chain(self.files.iter().map(row)).chain(sum).collect();
        report::table(&rows)
    }
}

/// Follows names from file to file. A name in a comment counts too; a build has none.
fn named_from_index(all: &BTreeMap<String, Vec<u8>>) -> BTreeSet<String> {
    let mut named = BTreeSet::from(["index.html".to_owned()]);
    let mut open = vec!["index.html".to_owned()];
    while let Some(name) = open.pop() {
        if !["html", "js", "css"].iter().any(|ending| name.ends_with(ending)) {
            continue;
        }
        let text = String::from_utf8_lossy(&all[&name]);
        for other in all.keys().filter(|other| text.contains(other.as_str()) && !other.starts_with(ACCOUNT)) {
            if named.insert(other.clone()) {
                open.push(other.clone());
            }
        }
    }
    named
}

fn read_folder(folder: &Path, prefix: &str, into: &mut BTreeMap<String, Vec<u8>>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            read_folder(&entry.path(), &format!("{name}/"), into)?;
        } else {
            into.insert(name, fs::read(entry.path())?);
        }
    }
    Ok(())
}

fn brotli_size(bytes: &[u8]) -> usize {
    // A vector takes every byte.
    brotli(bytes).map_or(bytes.len(), |form| form.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_the_page_leads_to_counts_and_nothing_else() {
        let dist = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(dist.path().join(name), text).unwrap();
        fs::create_dir(dist.path().join("products")).unwrap();
        write("index.html", "<link href=/shop-1.css><script>import '/shop-1.js'</script>");
        write("shop-1.css", "@font-face { src: url(leaf-1.woff2) }");
        write("shop-1.js", "x");
        write("leaf-1.woff2", "x");
        write("products/apple.svg", "x");
        let load = FirstLoad::of(dist.path()).unwrap();
        let names: Vec<_> = load.files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["index.html", "leaf-1.woff2", "shop-1.css", "shop-1.js"]);
        assert_eq!(load.total(), load.files.iter().map(|file| file.brotli).sum::<usize>());
        assert!(load.table().contains("all"));
    }

    #[test]
    fn a_build_without_a_page_has_no_weight() {
        let dist = tempfile::tempdir().unwrap();
        assert!(FirstLoad::of(dist.path()).is_err());
    }
}
