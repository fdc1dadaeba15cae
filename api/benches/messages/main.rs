//! What a token costs the shop's API: `GET /api/messages` beside the same handler without authentication, with one
//! token again and again, and with a different one in each request beside what aws-lc-rs needs for its signature
//! alone.
//!
//! `cargo bench -p api -F bench` (Linux; wants two processors). The server is the API as `main` starts it, in a
//! process of its own with one worker, pinned to one processor; the load comes from the other, and the keys from a local org.
//! Requests are counted per second of the *server's processor time*, so that other programs on the machine do not
//! spoil the ratios; what the wall clock says stands beside it. A round measures everything once, and each ratio
//! is the median over the rounds.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on ends where it stands")]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures time")]

mod load;
mod processor;
mod server;
mod signature;

use std::sync::Arc;

use okta_local::{App, Org, RunningOrg};
use serde_json::json;

use crate::load::{Measured, Tokens, measure};
use crate::server::{Mode, Server, Setup};

/// So many are signed for the requests with different ones: more than a server answers in one measurement, so
/// that it meets each once.
const TOKENS: usize = 60_000;
const ROUNDS: usize = 9;

const PROTECTED: &str = "/api/messages";
const COMPARED: &str = "/compared/messages";

fn main() {
    if server::is_asked_for() {
        server::serve();
        return;
    }
    processor::pin(std::process::id(), processor::LOAD);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let org = runtime.block_on(Org::builder().app(App::spa("Grove")).start()).unwrap();
    let setup = Setup::new(&org);
    println!("signing {TOKENS} tokens …");
    let different: Arc<[String]> = (0..TOKENS).map(|i| token(&org, i)).collect();
    let one: Arc<[String]> = Arc::new([different[0].clone()]);
    let (one, different) = (Tokens::InTurn(one), Tokens::Once(different));
    let rounds: Vec<Round> = (0..ROUNDS).map(|_| Round::run(&setup, &one, &different)).collect();
    report(&rounds);
}

/// As the org issues them, and none like the other.
fn token(org: &RunningOrg, number: usize) -> String {
    org.mint_access_token(|claims| {
        claims.insert(
            "jti".to_owned(),
            json!(format!("AT.NovJtQ_NrJ6cgy3h1-638ArovwYXWslu0teQ2M3{number:06}")),
        );
        claims.insert("exp".to_owned(), json!(org.now().0 + 3 * 3600));
    })
}

/// Everything once, as near to one another in time as can be.
struct Round {
    /// The handler without authentication, and requests that show no token.
    bare: Measured,
    /// The handler without authentication, and requests that show one all the same.
    open: Measured,
    /// The protected handler and one token.
    warm: Measured,
    /// The protected handler and tokens it has not seen.
    different: Measured,
    /// The handler behind the bare signature check, and such tokens.
    signature: Measured,
}

impl Round {
    fn run(setup: &Setup, one: &Tokens, different: &Tokens) -> Self {
        let ask = |mode, path, tokens| measure(&Server::start(setup, mode), path, tokens);
        Self {
            bare: ask(Mode::Open, COMPARED, &Tokens::None),
            open: ask(Mode::Open, COMPARED, one),
            warm: ask(Mode::Open, PROTECTED, one),
            signature: ask(Mode::Signature, COMPARED, different),
            different: ask(Mode::Open, PROTECTED, different),
        }
    }
}

fn report(rounds: &[Round]) {
    println!("{:<52}{:>16}{:>14}", "medians of the rounds", "per cpu-second", "per second");
    let line = |what: &str, of: fn(&Round) -> &Measured| {
        let processor = median(rounds, |round| of(round).per_processor_second());
        let wall = median(rounds, |round| of(round).per_second());
        println!("{what:<52}{processor:>16.0}{wall:>14.0}");
    };
    line("no authentication, no token", |round| &round.bare);
    line("no authentication, a token in the header", |round| &round.open);
    line("/api/messages, one token", |round| &round.warm);
    line("/api/messages, different tokens", |round| &round.different);
    line("bare RS256 check by aws-lc-rs, different tokens", |round| &round.signature);
    let rate = Measured::per_processor_second;
    let warm = median(rounds, |round| rate(&round.warm) / rate(&round.open));
    let warm_to_bare = median(rounds, |round| rate(&round.warm) / rate(&round.bare));
    let different = median(rounds, |round| rate(&round.different) / rate(&round.signature));
    println!("one token / no authentication: {warm:.3} (at least 0.90)");
    println!("  to the handler that is not even sent a token: {warm_to_bare:.3}");
    println!("different tokens / bare signature check: {different:.3} (at least 0.80)");
}

fn median(rounds: &[Round], of: impl Fn(&Round) -> f64) -> f64 {
    let mut values: Vec<f64> = rounds.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
