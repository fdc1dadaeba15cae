//! What is wrong with a configuration, as far as a browser can see; for whoever develops, in development builds only.
//!
//! The checks and the words are those of `cargo okta doctor`, which sees more: what needs an administrator, and what
//! a browser hides from its pages.

mod browser;
mod checks;
mod clock;

use shared::diagnosis::Outcome;
use sycamore::prelude::*;

use self::browser::Browser;
use self::checks::Line;
use super::heading;
use crate::configuration;
use crate::live::{live, live_flag, mounted, pressed, signal, start};
use crate::markup::markup;
use crate::navigation::titled;

pub(super) fn page() -> View {
    titled("Diagnostics", "What is wrong with the configuration of this shop.");
    let (lines, busy) = (signal(Vec::new()), signal(false));
    let scope = use_current_scope();
    let examine = move || {
        lines.set(Vec::new());
        busy.set(true);
        start(scope, async move {
            if let Ok(config) = configuration::read() {
                checks::examine(&Browser::of(&config), |line| lines.update(|lines| lines.push(line))).await;
            }
            busy.set(false);
        });
    };
    mounted(examine);
    let heading = heading("Diagnostics");
    let rows = live(move || View::from(lines.get_clone().into_iter().map(row).collect::<Vec<_>>()));
    let summary = live(move || View::from(summary(&lines.get_clone(), busy.get())));
    let button = live_flag(move || busy.get());
    markup! {
        div(class="page-head") {
            (heading)
            p(class="page-lead", role="status", data-testid="diagnostics-summary") { (summary) }
            div {
                button(type="button", class="button", disabled=button, on:click=pressed(examine)) { "Check again" }
            }
        }
        div(class="table-frame") {
            table(class="claims") {
                thead { tr { th(scope="col") { "Check" } th(scope="col") { "Cause and remedy" } } }
                tbody { (rows) }
            }
        }
        p(class="panel-text") { "In a terminal, cargo okta doctor sees more than a browser can." }
    }
}

fn summary(lines: &[Line], busy: bool) -> String {
    let failed = lines.iter().filter(|line| matches!(line.outcome, Outcome::Failed { .. })).count();
    match (busy, failed) {
        (true, _) => "Checking …".to_owned(),
        (false, 0) => "No problems found.".to_owned(),
        (false, 1) => "One problem found.".to_owned(),
        (false, count) => format!("{count} problems found; start with the first."),
    }
}

fn row(line: Line) -> View {
    let (sign, verdict, cause, remedy) = match line.outcome {
        Outcome::Ok(seen) => ("✓ ", "ok", seen, None),
        Outcome::Warned { cause, remedy } => ("! ", "warned", cause, Some(remedy)),
        Outcome::Failed { cause, remedy } => ("✗ ", "failed", cause, Some(remedy)),
        Outcome::Skipped(why) => ("– ", "skipped", why, None),
    };
    let remedy = remedy.map(|remedy| markup! { p { "→ " (remedy) } });
    let name = [sign, line.check].concat();
    markup! {
        tr(data-testid=line.check, data-verdict=verdict) {
            th(scope="row") { (name) }
            td { (cause) (remedy) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_its_verdict_its_cause_and_its_remedy() {
        let line = Line { check: "trusted-origin", outcome: Outcome::failed("no entry", "add one") };
        let html = sycamore::render_to_string(move || row(line));
        for part in ["data-testid=\"trusted-origin\"", "data-verdict=\"failed\"", "no entry", "→ ", "add one"]
        {
            assert!(html.contains(part), "{part} in {html}");
        }
    }

    #[test]
    fn the_summary_counts_what_failed() {
        let lines = [
            Line { check: "a", outcome: Outcome::failed("", "") },
            Line { check: "b", outcome: Outcome::ok("") },
            Line { check: "c", outcome: Outcome::skipped("") },
        ];
        assert_eq!(summary(&lines, true), "Checking …");
        assert_eq!(summary(&lines, false), "One problem found.");
        assert_eq!(summary(&lines[1..], false), "No problems found.");
    }
}
