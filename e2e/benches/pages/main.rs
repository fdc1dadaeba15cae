//! What a page costs a shopper with a slow phone: the shop's home and the four pages of okta-sycamore's example, beside
//! the same four pages with Okta's SDK for React (where `BENCH_REACT` names their build, as it does in `cargo bench-all`).
//!
//! `cargo bench -p e2e --bench pages`, after `cargo verify --only spa --only example`. A browser of its own for each
//! visit, with nothing in its cache; then the same page again. The processor is four times slower, the network has
//! 1.6 Mbit/s and 150 ms, the screen 412 × 823 pixels: Lighthouse's slow phone. A round visits every page once, and each
//! figure is the median over the rounds.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on ends where it stands")]

#[path = "../../../api/benches/figures/mod.rs"]
mod figures;
mod visit;

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use xtask::spa_build::SpaProfile;

use crate::figures::{figure, outcome};
use crate::visit::{App, SignIn, Visit};

const ROUNDS: usize = 5;

/// The most that a whole page may weigh: program, catalogue and pictures.
const PAGE_LIMIT: f64 = 150_000.0;
/// From here on Chromium's field data call a shift of the page noticeable; a tenth of it.
const SHIFT_LIMIT: f64 = 0.01;

struct Round {
    shop: Visit,
    again: Visit,
    example: (Visit, SignIn),
    react: Option<(Visit, SignIn)>,
}

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let rounds: Vec<Round> = (0..ROUNDS).map(|_| runtime.block_on(round())).collect();
    outcome(&report(&rounds))
}

async fn round() -> Round {
    let dist = |profile: SpaProfile| profile.dist(&okta_cli::workspace());
    let shop = tempfile::tempdir().unwrap();
    let built = dist(SpaProfile::Release);
    // As it is put on a server: compressed beforehand.
    let index = fs::read(built.join("index.html")).unwrap();
    xtask::dev::write_site(&built, &index, shop.path()).unwrap();
    let (shop, again) = visit::twice(App::Shop(shop.path().to_owned())).await;
    let example = visit::with_sign_in(App::FourPages(dist(SpaProfile::Example))).await;
    let react = match env::var_os("BENCH_REACT").map(PathBuf::from) {
        Some(build) => Some(visit::with_sign_in(App::FourPages(build)).await),
        None => None,
    };
    Round { shop, again, example, react }
}

fn report(rounds: &[Round]) -> Vec<bool> {
    let mut good = page(rounds, "shop's home", &|round| &round.shop);
    page(rounds, "shop's home again", &|round| &round.again);
    page(rounds, "example", &|round| &round.example.0);
    let values = |of: &dyn Fn(&Round) -> f64| rounds.iter().map(of).collect::<Vec<_>>().into_iter();
    let most = |name: &str, unit: &str, most: f64, of: &dyn Fn(&Round) -> f64| {
        figure(name, unit, values(of), ..=most)
    };
    good.push(most("shop's home: bytes", "bytes", PAGE_LIMIT, &|round| round.shop.bytes));
    good.push(most("shop's home: shift of the page", "", SHIFT_LIMIT, &|round| round.shop.shift.max(0.0001)));
    sign_in(rounds, "example", &|round| &round.example.1);
    if rounds.iter().any(|round| round.react.is_none()) {
        return good;
    }
    let react = |round: &Round| round.react.as_ref().unwrap().0;
    page(rounds, "React", &|round| &round.react.as_ref().unwrap().0);
    sign_in(rounds, "React", &|round| &round.react.as_ref().unwrap().1);
    for (name, of) in MOMENTS {
        for (app, visit) in
            [("shop's home", (|r| r.shop) as fn(&Round) -> Visit), ("example", |r| r.example.0)]
        {
            let ratio = |round: &Round| of(&visit(round)) / of(&react(round));
            good.push(most(&format!("{app} / React: {name}"), "", 1.0, &ratio));
        }
    }
    let signed_in = |round: &Round| round.example.1.took / round.react.as_ref().unwrap().1.took;
    good.push(most("example / React: from the click to signed in", "", 1.0, &signed_in));
    good
}

type Moment = fn(&Visit) -> f64;

const MOMENTS: [(&str, Moment); 4] = [
    ("first paint", |visit| visit.first_paint),
    ("largest paint", |visit| visit.largest_paint),
    ("its content is there", |visit| visit.shown),
    ("interactive", |visit| visit.interactive),
];

fn page(rounds: &[Round], app: &str, of: &dyn Fn(&Round) -> &Visit) -> Vec<bool> {
    let line = |name: &str, unit: &str, moment: &dyn Fn(&Visit) -> f64| {
        figure(&format!("{app}: {name}"), unit, rounds.iter().map(|round| moment(of(round))), ..)
    };
    let mut lines: Vec<bool> = MOMENTS.iter().map(|(name, moment)| line(name, "ms", moment)).collect();
    lines.push(line("requests", "requests", &|visit| visit.requests));
    lines
}

fn sign_in(rounds: &[Round], app: &str, of: &dyn Fn(&Round) -> &SignIn) {
    let line = |name: &str, unit: &str, part: fn(&SignIn) -> f64| {
        figure(&format!("{app}: {name}"), unit, rounds.iter().map(|round| part(of(round))), ..);
    };
    line("from the click to signed in", "ms", |sign_in| sign_in.took);
    line("requests of a sign-in", "requests", |sign_in| sign_in.requests);
    line("redirects of a sign-in", "redirects", |sign_in| sign_in.redirects);
}
