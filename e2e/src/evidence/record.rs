//! From the beginning of a test to its end: time, result, and what is kept.

use std::any::Any;
use std::fmt::Write as _;
use std::io::Write as _;
use std::panic::resume_unwind;
use std::time::Duration;

use okta_local::{Outcome, RunningOrg};
use tokio::time::{Instant, timeout};
use xtask::results::{self, Entry, Verdict};

use super::api_log::{self, Mark};
use super::folder::Folder;
use super::process_log::{self, Place};
use super::{Secrets, TestName, mask};
use crate::browser::{Browser, Call, Skipped, defects, said};

type Panic = Box<dyn Any + Send>;

/// A browser that is stuck must not hold a test up while it is asked for evidence.
const TIMEOUT: Duration = Duration::from_secs(15);

/// A test that has begun.
#[derive(Debug)]
pub struct Record {
    test: TestName,
    folder: Folder,
    started: Instant,
    log: Mark,
    process_log: Place,
}

/// Who was there and can tell.
#[derive(Debug)]
pub struct Witness<'a> {
    /// The browser, still running.
    pub browser: &'a Browser,
    /// The local org, where there is one.
    pub org: Option<&'a RunningOrg>,
}

/// A test that has ended, and has still to say how.
#[must_use = "a result that nobody tells is no result"]
#[derive(Debug)]
pub struct End(Result<(), Panic>);

impl Record {
    /// Now.
    pub fn begin(test: TestName) -> Self {
        // The first one begins to listen.
        let log = api_log::mark();
        let process_log = process_log::end();
        Self { folder: Folder::cleared(&test), test, started: Instant::now(), log, process_log }
    }

    /// Judges the test, writes its result down, and where it failed all that was seen.
    pub async fn end(self, outcome: Result<(), Panic>, witness: Witness<'_>) -> End {
        let took = self.started.elapsed();
        let picture = timeout(TIMEOUT, witness.browser.client().screenshot()).await;
        let console = witness.browser.console().await;
        let leaks = self.leaks(&witness, &console);
        let (verdict, outcome) = judge(outcome, &console, &leaks);
        if let Ok(Ok(picture)) = picture {
            let _ = self.folder.keep("screen.png", &picture);
        }
        match &verdict {
            Verdict::Failed(_) => self.keep_evidence(&witness, &console).await,
            // Not captured by the test runner: whoever reads a green run must see what it did not look at.
            Verdict::Skipped(why) => _ = writeln!(std::io::stderr(), "skipped: {}: {why}", self.test),
            Verdict::Passed => {}
        }
        let entry = Entry {
            test: self.test.to_string(),
            folder: self.test.sentence().to_owned(),
            verdict,
            milliseconds: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            browser: witness.browser.choice().kind.to_string(),
        };
        if let Err(error) = entry.keep().and_then(|()| results::write_summary()) {
            eprintln!("the result cannot be saved: {error}");
        }
        End(outcome)
    }

    /// Where a secret of this test stands in a log: of what runs in this process, of the browser's console, of its driver.
    fn leaks(&self, witness: &Witness<'_>, console: &[String]) -> Vec<String> {
        let secrets = witness.org.map(Secrets::of).unwrap_or_default();
        let here = process_log::since(self.process_log).expect("the log can be read");
        let logs = [
            here,
            console.iter().map(|message| said(message)).collect::<Vec<_>>().join("\n"),
            witness.browser.driver_log(),
        ];
        logs.iter().flat_map(|log| secrets.leaks(log)).collect()
    }

    async fn keep_evidence(&self, witness: &Witness<'_>, console: &[String]) {
        let page = timeout(TIMEOUT, page(witness.browser)).await.unwrap_or_default();
        let calls = timeout(TIMEOUT, witness.browser.calls()).await.unwrap_or_default();
        let requests: Vec<String> = calls.iter().filter_map(|call| call.request_id.clone()).collect();
        let texts = [
            ("page.html", page),
            ("console.txt", console.join("\n")),
            ("network.txt", calls.iter().filter(|call| call.url.starts_with("http")).map(line).collect()),
            ("api.log", api_log::since(self.log, &requests)),
            ("system-log.txt", witness.org.map(system_log).unwrap_or_default()),
        ];
        let kept = texts.iter().try_for_each(|(name, text)| self.folder.keep_text(name, text));
        match kept {
            Ok(()) => eprintln!("evidence: {}", self.folder.path().display()),
            Err(error) => eprintln!("the evidence cannot be saved: {error}"),
        }
    }
}

impl End {
    /// Says how it ended: returns, or goes on with the panic.
    ///
    /// # Panics
    /// Where the test failed.
    pub fn tell(self) {
        if let Err(panic) = self.0 {
            resume_unwind(panic);
        }
    }
}

/// The second part is the test's own: a test that was skipped has not failed, and a page that broke its own policy
/// fails a test that saw nothing of it.
fn judge(outcome: Result<(), Panic>, console: &[String], leaks: &[String]) -> (Verdict, Result<(), Panic>) {
    let defects = defects(console);
    match outcome {
        Err(panic) => match panic.downcast::<Skipped>() {
            Ok(skipped) => (Verdict::Skipped(skipped.0), Ok(())),
            Err(panic) => (Verdict::Failed(mask(&message(&panic))), Err(panic)),
        },
        Ok(()) if !leaks.is_empty() => failed(format!("secrets stand in logs: {leaks:#?}")),
        Ok(()) if !defects.is_empty() => {
            failed(mask(&format!("the browser's console reports defects: {defects:#?}")))
        }
        Ok(()) => (Verdict::Passed, Ok(())),
    }
}

fn failed(message: String) -> (Verdict, Result<(), Panic>) {
    eprintln!("{message}");
    (Verdict::Failed(message.clone()), Err(Box::new(message)))
}

fn message(panic: &Panic) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}

async fn page(browser: &Browser) -> String {
    let address = browser.client().current_url().await.map(String::from).unwrap_or_default();
    format!("<!-- {address} -->\n{}", browser.client().source().await.unwrap_or_default())
}

fn line(call: &Call) -> String {
    let what = match (&call.status, &call.failure) {
        (Some(status), _) => status.to_string(),
        (None, Some(failure)) => failure.clone(),
        (None, None) => "no answer yet".to_owned(),
    };
    let with = if call.authorized { " (with a token)" } else { "" };
    format!("{:<7} {what:<4} {}{with}\n", call.method, call.url)
}

fn system_log(org: &RunningOrg) -> String {
    org.system_log().iter().fold(String::new(), |mut text, event| {
        let outcome = match &event.outcome {
            Outcome::Failure(reason) => format!("refused: {reason}"),
            Outcome::Challenge(reason) => format!("to be tried again: {reason}"),
            _ => "done".to_owned(),
        };
        let actor = event.actor.as_deref().unwrap_or("-");
        let _ = writeln!(text, "{} {:<50} {actor:<24} {outcome}", event.published.0, event.event_type);
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_skipped_test_has_not_failed_and_is_not_green_either() {
        let (verdict, outcome) = judge(Err(Box::new(Skipped("no moon".to_owned()))), &[], &[]);
        assert_eq!(verdict, Verdict::Skipped("no moon".to_owned()));
        assert!(outcome.is_ok());
    }

    #[test]
    fn a_page_that_breaks_its_own_policy_fails_the_test() {
        let console = ["SEVERE security: Refused … Content Security Policy …".to_owned()];
        assert!(
            matches!(judge(Ok(()), &console, &[]), (Verdict::Failed(why), Err(_)) if why.contains("Refused"))
        );
        assert_eq!(judge(Ok(()), &[], &[]).0, Verdict::Passed);
    }

    #[test]
    fn a_secret_in_a_log_fails_the_test() {
        let leaks = ["code: WARN api [\u{2026}]".to_owned()];
        assert!(
            matches!(judge(Ok(()), &[], &leaks), (Verdict::Failed(why), Err(_)) if why.contains("code: WARN"))
        );
    }

    #[test]
    fn a_message_is_kept_without_its_secrets() {
        let panic: Panic = Box::new("saw http://a/?code=secret".to_owned());
        let (verdict, outcome) = judge(Err(panic), &[], &[]);
        assert_eq!(verdict, Verdict::Failed("saw http://a/?code=[masked]".to_owned()));
        assert!(outcome.is_err());
    }
}
