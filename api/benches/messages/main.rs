//! What a token costs the shop's API: `GET /api/messages` beside the same handler without authentication, with one
//! token again and again, and with a different one in each request beside what aws-lc-rs needs for its signature
//! alone, and beside the crate jsonwebtoken in that handler. (`peers` compares the whole API with what people use today.)
//!
//! `cargo bench -p api -F bench` (Linux; wants two processors). The server is the API as `main` starts it, in a
//! process of its own with one worker, pinned to one processor; the load comes from the other, and the keys from a local org.
//! Requests are counted per second of the *server's processor time*, so that other programs on the machine do not
//! spoil the ratios; what the wall clock says stands beside it. A round measures everything once, and each ratio
//! is the median over the rounds.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on ends where it stands")]

#[path = "../figures/mod.rs"]
mod figures;
mod jsonwebtoken;
mod load;
mod pinned;
mod processor;
mod server;
#[path = "../settings/mod.rs"]
mod settings;
mod signature;

use std::ops::RangeBounds;
use std::process::ExitCode;
use std::sync::Arc;

use okta_local::{App, Org, RunningOrg};
use serde_json::json;

use crate::figures::{figure, outcome};
use crate::load::{Measured, Tokens, measure};
use crate::server::{Mode, Server, Setup};

/// So many are signed for the requests with different ones: more than a server answers in one measurement, so
/// that it meets each once.
const TOKENS: usize = 60_000;
const ROUNDS: usize = 9;

const PROTECTED: &str = "/api/messages";
const COMPARED: &str = "/compared/messages";

fn main() -> ExitCode {
    if server::is_asked_for() {
        server::serve();
        return ExitCode::SUCCESS;
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
    outcome(&[report(&rounds)])
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
    /// The handler behind the crate jsonwebtoken, and such tokens.
    jsonwebtoken: Measured,
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
            jsonwebtoken: ask(Mode::Jsonwebtoken, COMPARED, different),
        }
    }
}

fn report(rounds: &[Round]) -> bool {
    println!("answers per second of processor time, medians of {} rounds", rounds.len());
    let bare = line("no authentication, no token", rounds, |round| &round.bare);
    let open = line("no authentication, a token in the header", rounds, |round| &round.open);
    let warm = line("/api/messages, one token", rounds, |round| &round.warm);
    let different = line("/api/messages, different tokens", rounds, |round| &round.different);
    let signature = line("bare RS256 check by aws-lc-rs, different tokens", rounds, |round| &round.signature);
    let crate_s = line("the crate jsonwebtoken, different tokens", rounds, |round| &round.jsonwebtoken);
    let good = [
        ratio("one token / no authentication", 0.95.., &warm, &open),
        ratio("one token / not even sent one", .., &warm, &bare),
        ratio("different tokens / bare check", 0.8.., &different, &signature),
        ratio("different tokens / jsonwebtoken", 0.9.., &different, &crate_s),
    ];
    good.iter().all(|good| *good)
}

/// Answers per second of processor time, a value for each round.
fn line(what: &str, rounds: &[Round], of: impl Fn(&Round) -> &Measured) -> Vec<f64> {
    let rates: Vec<f64> = rounds.iter().map(|round| of(round).per_processor_second()).collect();
    figure(what, "per cpu-s", rates.iter().copied(), ..);
    rates
}

/// Of each round.
fn ratio(what: &str, goal: impl RangeBounds<f64>, one: &[f64], other: &[f64]) -> bool {
    figure(what, "", one.iter().zip(other).map(|(one, other)| one / other), goal)
}
