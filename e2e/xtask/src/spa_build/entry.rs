//! Two programs in one page: what everybody downloads first, and the one with the pages of the account.
//!
//! Shoppers who look around get the shop window, the shelves and the cart. The checkout, the orders, the staff's
//! pages and the sign-in's way back are in the other program, which has all the rest as well: whoever has come
//! there stays in it. The page chooses by its path; a link from the one to the other loads the page anew.

use std::path::{Path, PathBuf};
use std::{fs, io};

use shared::pages::{ANY, FIRST_PAGES, FirstPage};

use super::optimize;

/// How the files of the second program begin.
pub const ACCOUNT: &str = "account-";

/// Whether a path is one of the first program, in JavaScript; of the table that its router has.
fn first_paths() -> String {
    let segment = |segment: &&str| if *segment == ANY { "[^/]+" } else { *segment }.to_owned();
    let path =
        |(segments, _): &(&[&str], FirstPage)| segments.iter().map(segment).collect::<Vec<_>>().join(r"\/");
    let paths: Vec<String> = FIRST_PAGES.iter().map(path).collect();
    format!(r"/^\/({})\/?$/", paths.join("|"))
}

/// Why there is no page for both.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EntryError {
    /// Trunk has written another page than expected.
    #[error("index.html has no {0} where Trunk writes it")]
    Page(&'static str),
    /// A file that cannot be read or written.
    #[error("cannot use {}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
}

/// Puts the program of `account` beside that of `dist`, and has the page of `dist` start the right one.
///
/// # Errors
/// Where the pages do not have the form that Trunk gives them.
pub(super) fn join(dist: &Path, account: &Path) -> Result<(), EntryError> {
    let page = dist.join("index.html");
    let html = read(&page)?;
    let first = Program::of(&html)?;
    let second = Program::of(&read(&account.join("index.html"))?)?;
    let mut renamed = second.clone();
    for (name, new) in [(&second.script, &mut renamed.script), (&second.wasm, &mut renamed.wasm)] {
        *new = name.replace("frontend-", ACCOUNT);
        let (from, to) = (account.join(name), dist.join(&*new));
        fs::copy(&from, &to).map_err(|cause| EntryError::File { path: from, cause })?;
    }
    let chooser = chooser([(dist, &first), (dist, &renamed)])?;
    let html = with_chooser(&html, &chooser)?;
    fs::write(&page, html).map_err(|cause| EntryError::File { path: page, cause })
}

/// The files of one program.
#[derive(Clone, Debug)]
struct Program {
    script: String,
    wasm: String,
}

impl Program {
    /// The one that the page of a Trunk build starts.
    fn of(html: &str) -> Result<Self, EntryError> {
        let start = html.find(BOOTSTRAP).ok_or(EntryError::Page("bootstrap script"))?;
        let named = |ending: &str| {
            let end = html[start..].find(ending)? + start;
            let name = html[..end].rfind('/')? + 1;
            Some([&html[name..end], ending.trim_end_matches('\'')].concat())
        };
        let script = named(".js'").ok_or(EntryError::Page("script"))?;
        Ok(Self { script, wasm: named(".wasm'").ok_or(EntryError::Page("wasm"))? })
    }
}

/// How Trunk starts a program.
const BOOTSTRAP: &str = "<script type=module>";

/// How the page does, as soon as this is read: a module without `async` waits for the whole page and its style.
const CHOOSER: &str = "<script type=module async>";

/// The script that starts the right program, once the whole page is there. The wasm is on its way before the JavaScript has
/// come. Where there is no such program, as for a page below a path, the page's hidden words about that are shown, and others
/// that speak of it hidden.
fn chooser(programs: [(&Path, &Program); 2]) -> Result<String, EntryError> {
    let mut lists = Vec::new();
    for (dist, Program { script, wasm }) in programs {
        let (script_hash, wasm_hash) = (integrity(&dist.join(script))?, integrity(&dist.join(wasm))?);
        lists.push(format!("[\"/{script}\",\"{script_hash}\",\"/{wasm}\",\"{wasm_hash}\"]"));
    }
    let ([first, second], paths) = ([&lists[0], &lists[1]], first_paths());
    Ok(format!(
        "{CHOOSER}const[a,b,c,d]={paths}.test(location.pathname)?{first}:{second},\
         e=fetch(c,{{integrity:d}}),f=document.createElement(\"link\"),\
         p=new Promise(r=>document.readyState==\"loading\"?addEventListener(\"DOMContentLoaded\",r):r());\
         f.rel=\"modulepreload\";f.integrity=b;f.href=a;document.head.append(f);e.catch(_=>0);\
         import(a).then(g=>p.then(_=>g.default({{module_or_path:e}})),_=>p.then(_=>\
         document.querySelectorAll(\".first-paint>p,[data-lost]\").forEach(h=>h.hidden=!h.hidden)))</script>"
    ))
}

/// The page with Trunk's script, and the two links behind it, replaced.
fn with_chooser(html: &str, chooser: &str) -> Result<String, EntryError> {
    let (before, rest) = html.split_once(BOOTSTRAP).ok_or(EntryError::Page("bootstrap script"))?;
    let (_, mut rest) =
        rest.split_once("</script>").ok_or(EntryError::Page("end of the bootstrap script"))?;
    for rel in ["rel=modulepreload", "rel=preload"] {
        let (link, after) = rest.split_once('>').ok_or(EntryError::Page("preload link"))?;
        if !link.starts_with("<link") || !link.contains(rel) {
            return Err(EntryError::Page("preload link"));
        }
        rest = after;
    }
    Ok([before, chooser, rest].concat())
}

fn integrity(path: &Path) -> Result<String, EntryError> {
    let content = fs::read(path).map_err(|cause| EntryError::File { path: path.to_owned(), cause })?;
    Ok(optimize::integrity(&content))
}

fn read(path: &Path) -> Result<String, EntryError> {
    fs::read_to_string(path).map_err(|cause| EntryError::File { path: path.to_owned(), cause })
}

#[cfg(test)]
mod tests {
    use shared::pages::first_page;

    use super::*;

    /// As Trunk writes it.
    fn trunk_build(hash: &str) -> tempfile::TempDir {
        let dist = tempfile::tempdir().unwrap();
        let (script, wasm) = (format!("frontend-{hash}.js"), format!("frontend-{hash}_bg.wasm"));
        let html = format!(
            "<head><script id=c type=application/json>{{}}</script><script type=module>import init from '/{script}';\n\
             const wasm = await init({{ module_or_path: '/{wasm}' }});</script>\
             <link crossorigin href=/{script} integrity=x rel=modulepreload>\
             <link as=fetch crossorigin href=/{wasm} integrity=y rel=preload type=application/wasm></head><body>"
        );
        for (name, text) in [("index.html", &html), (&script, &script), (&wasm, &wasm)] {
            fs::write(dist.path().join(name), text).unwrap();
        }
        dist
    }

    #[test]
    fn the_page_starts_one_of_two_programs_and_knows_both_by_their_integrity() {
        let (dist, account) = (trunk_build("1111111111111111"), trunk_build("2222222222222222"));
        join(dist.path(), account.path()).unwrap();
        let html = fs::read_to_string(dist.path().join("index.html")).unwrap();
        for name in ["frontend-1111111111111111", "account-2222222222222222"] {
            for ending in [".js", "_bg.wasm"] {
                let file = dist.path().join(format!("{name}{ending}"));
                let hash = integrity(&file).unwrap();
                assert!(html.contains(&format!("\"/{name}{ending}\",\"{hash}\"")), "{html}");
            }
        }
        assert!(html.contains("import(a).then(") && html.contains("h.hidden=!h.hidden"), "{html}");
        assert!(html.starts_with("<head><script id=c") && html.ends_with("</script></head><body>"), "{html}");
        assert!(!html.contains("<link"), "{html}");
    }

    #[test]
    fn the_page_tests_paths_as_the_router_of_the_first_program_does() {
        let script = first_paths();
        let test = script.trim_matches('/').replace(r"\/", "/");
        let test = regex::Regex::new(&test).unwrap();
        for path in
            ["/", "/products", "/products/", "/products/apple-sapling", "/products/a/b", "/cart/", "/cart/x"]
        {
            let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
            assert_eq!(test.is_match(path), first_page(&segments).is_some(), "{path}: {script}");
        }
        for path in ["/checkout", "/orders/1", "/login/callback", "/staff", "/cartography", "/x/cart"] {
            assert!(!test.is_match(path), "{path}: {script}");
        }
        let plain =
            |segment: &&str| *segment == ANY || segment.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        assert!(FIRST_PAGES.iter().all(|(segments, _)| segments.iter().all(plain)));
    }

    #[test]
    fn another_page_than_trunks_is_refused() {
        for html in
            ["<body>", "<script type=module></script>", "<script type=module>'/a.js' '/a.wasm'</script><p>"]
        {
            let refused = Program::of(html).and_then(|_| with_chooser(html, ""));
            assert!(matches!(refused, Err(EntryError::Page(_))), "{html}");
        }
    }
}
