//! `target/e2e/index.html`: the runs, the newest first, with results, times and pictures.

use std::fs;
use std::io::{self, Write as _};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::run::{Entry, Run, Verdict, root, runs};

const STYLE: &str = "\
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
td, th { padding: .35rem .6rem; text-align: start; border-bottom: 1px solid #8884; vertical-align: top; }
td.time { text-align: end; white-space: nowrap; font-variant-numeric: tabular-nums; }
img { width: 10rem; border: 1px solid #8888; }
.failed { color: #b3261e; font-weight: 600; } .skipped { color: #8a6d00; } .passed { color: #1d6b34; }
@media (prefers-color-scheme: dark) { .failed { color: #f2b8b5; } .skipped { color: #e6c84f; } .passed { color: #86d6a0; } }
pre { white-space: pre-wrap; margin: .3rem 0; font-size: .85rem; }";

/// What is kept of a test that failed.
const FILES: [(&str, &str); 5] = [
    ("page.html", "page"),
    ("console.txt", "console"),
    ("network.txt", "network"),
    ("api.log", "API log"),
    ("system-log.txt", "System Log"),
];

/// Writes the page anew; whoever reads it meanwhile sees the old or the new one.
///
/// # Errors
/// Where the disk says no.
pub fn write() -> io::Result<()> {
    let root = root();
    fs::create_dir_all(&root)?;
    let mut draft = tempfile::NamedTempFile::new_in(&root)?;
    draft.write_all(page(&runs()).as_bytes())?;
    draft.persist(root.join("index.html")).map(|_| ()).map_err(|error| error.error)
}

fn page(runs: &[Run]) -> String {
    let newest = runs.first().map(|run| section(run, true)).unwrap_or_default();
    let earlier: String = runs.iter().skip(1).map(|run| section(run, false)).collect();
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Grove in a browser</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head>\n\
         <body><h1>Grove in a browser</h1>\n{newest}<h2>Earlier runs</h2>\n{earlier}</body></html>\n"
    )
}

/// Pictures are of the newest run only: each test has one folder.
fn section(run: &Run, newest: bool) -> String {
    let count = |is: fn(&Verdict) -> bool| run.entries.iter().filter(|entry| is(&entry.verdict)).count();
    let head = format!(
        "{}: {} passed, {} failed, {} skipped",
        began(&run.name),
        count(|verdict| *verdict == Verdict::Passed),
        count(|verdict| matches!(verdict, Verdict::Failed(_))),
        count(|verdict| matches!(verdict, Verdict::Skipped(_))),
    );
    let mut entries: Vec<&Entry> = run.entries.iter().collect();
    entries.sort_by_key(|entry| rank(&entry.verdict));
    let rows: String = entries.into_iter().map(|entry| row(entry, newest)).collect();
    let table = format!(
        "<table><thead><tr><th>Test<th>Result<th>Time<th></tr></thead>\n<tbody>{rows}</tbody></table>"
    );
    if newest {
        format!("<h2>{head}</h2>\n{table}\n")
    } else {
        format!("<details><summary>{head}</summary>\n{table}</details>\n")
    }
}

/// What needs attention first.
fn rank(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Failed(_) => 0,
        Verdict::Skipped(_) => 1,
        Verdict::Passed => 2,
    }
}

fn row(entry: &Entry, newest: bool) -> String {
    let (class, why) = match &entry.verdict {
        Verdict::Passed => ("passed", ""),
        Verdict::Skipped(why) => ("skipped", why.as_str()),
        Verdict::Failed(why) => ("failed", why.as_str()),
    };
    let folder = escape(&entry.folder);
    let why = if why.is_empty() { String::new() } else { format!("<pre>{}</pre>", escape(why)) };
    let links: String = FILES
        .iter()
        .filter(|_| newest && class == "failed")
        .map(|(file, label)| format!("<a href=\"{folder}/{file}\">{label}</a> "))
        .collect();
    let picture = if newest {
        format!(
            "<a href=\"{folder}/screen.png\"><img loading=\"lazy\" src=\"{folder}/screen.png\" alt=\"\"></a>"
        )
    } else {
        String::new()
    };
    format!(
        "<tr><td>{}{why}{links}<td class=\"{class}\">{class}<td class=\"time\">{:.1} s<br>{}<td>{picture}</tr>\n",
        escape(&entry.test.replace("::", ": ").replace('_', " ")),
        entry.milliseconds as f64 / 1000.0,
        escape(&entry.browser),
    )
}

/// When a run of that name began, if the name says so.
fn began(name: &str) -> String {
    let seconds = name.split('-').next().and_then(|seconds| seconds.parse().ok());
    let time = seconds.and_then(|seconds: i64| OffsetDateTime::from_unix_timestamp(seconds).ok());
    time.and_then(|time| time.format(&Rfc3339).ok()).unwrap_or_else(|| escape(name))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_come_first_with_their_message_and_what_was_kept() {
        let entry = |test: &str, verdict| Entry {
            test: test.to_owned(),
            folder: test.to_owned(),
            verdict,
            milliseconds: 1234,
            browser: "Chromium".to_owned(),
        };
        let entries = vec![
            entry("a_good_one", Verdict::Passed),
            entry("a_bad_one", Verdict::Failed("saw <b>".to_owned())),
            entry("another", Verdict::Skipped("needs a moon".to_owned())),
        ];
        let html = page(&[Run { name: "0-7".to_owned(), entries }]);
        for part in
            ["1970-01-01T00:00:00Z: 1 passed, 1 failed, 1 skipped", "saw &lt;b&gt;", "needs a moon", "1.2 s"]
        {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert!(html.find("a bad one") < html.find("a good one"));
        assert!(html.contains("a_bad_one/system-log.txt") && !html.contains("a_good_one/page.html"));
    }
}
