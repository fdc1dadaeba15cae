//! What the shop's API answers beside what people build such an API with today: Express with Okta's verifier (and Auth0's,
//! for tokens that are bound to a key), Fastify with jose, Actix with the crate jsonwebtoken, and Actix as it comes.
//!
//! `cargo bench -p api -F bench --bench peers` (Linux; wants two processors, Node, and in `BENCH_PEERS` the folder with the
//! packages, as in `cargo bench-all`). All have the same database, the same pragmas and the same people, and do what the API
//! does: before anything is measured, they are asked the same questions and have to agree (`agreement`).
//!
//! Each runs in a process of its own, pinned to one processor; the load comes from the other, over a fixed number of
//! connections that each wait for an answer before they ask again. Answers are counted per second of the *server's
//! processor time*; how long they took is what a client saw, among the others. A round measures everything once, and each
//! figure is the median over the rounds.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on ends where it stands")]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures time")]

mod actix;
#[path = "../address/mod.rs"]
mod address;
mod agreement;
#[path = "../answer/mod.rs"]
mod answer;
mod customers;
mod database;
#[path = "../figures/mod.rs"]
mod figures;
mod grove;
mod guard;
mod load;
#[path = "../messages/pinned.rs"]
mod pinned;
#[path = "../messages/processor.rs"]
mod processor;
#[path = "../../okta-jwt/tests/it/prover.rs"]
#[expect(dead_code, reason = "the tests need more of it")]
mod prover;
mod server;
#[path = "../settings/mod.rs"]
mod settings;
mod shop;
mod statements;
mod workload;

use std::ops::Bound;
use std::process::ExitCode;

use okta_local::{App, Org};

use crate::customers::Customers;
use crate::database::Template;
use crate::figures::{figure, outcome};
use crate::load::{CONNECTIONS, Measured, measure};
use crate::server::{Server, Setup};
use crate::workload::{Peer, Workload};

const ROUNDS: usize = 5;

fn main() -> ExitCode {
    if server::is_asked_for() {
        server::serve();
        return ExitCode::SUCCESS;
    }
    if !server::has_peers() {
        println!("nothing to compare with: BENCH_PEERS names no folder");
        return ExitCode::SUCCESS;
    }
    processor::pin(std::process::id(), processor::LOAD);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let org = runtime.block_on(Org::builder().app(App::spa("Grove")).start()).unwrap();
    let customers = Customers::gather(&org);
    let template = runtime.block_on(Template::create(&customers));
    let setup = Setup::new(&org, template);
    runtime.block_on(agreement::check(&setup, &customers));
    let rounds: Vec<Round> = (0..ROUNDS).map(|_| Round::run(&setup, &customers)).collect();
    outcome(&report(&rounds))
}

/// Everything once: by workload and peer.
struct Round(Vec<(Workload, Peer, Measured)>);

impl Round {
    /// Beside one another is measured what is compared, as near in time as can be.
    fn run(setup: &Setup, customers: &Customers) -> Self {
        let servers: Vec<Server> = Peer::ALL.iter().map(|peer| Server::start(setup, *peer)).collect();
        let measured = Workload::ALL.into_iter().flat_map(|workload| {
            let proofs = workload.proofs(customers);
            let take_part = servers.iter().filter(|server| server.peer.takes_part_in(workload));
            let measured = take_part.map(|server| {
                let requests = workload.requests(server.peer, customers, &proofs);
                (workload, server.peer, measure(server, requests, server.peer.warm_up(workload)))
            });
            measured.collect::<Vec<_>>()
        });
        Self(measured.collect())
    }

    fn of(&self, workload: Workload, peer: Peer) -> &Measured {
        let found = self.0.iter().find(|(of, by, _)| (*of, *by) == (workload, peer));
        &found.expect("it was measured").2
    }
}

/// Prints what the rounds say; which goals are reached.
fn report(rounds: &[Round]) -> Vec<bool> {
    println!("medians of {} rounds", rounds.len());
    figure("each on one processor, asked over", "connections", [CONNECTIONS as f64].into_iter(), ..);
    Workload::ALL.into_iter().flat_map(|workload| report_workload(rounds, workload)).collect()
}

fn report_workload(rounds: &[Round], workload: Workload) -> Vec<bool> {
    let take_part = || Peer::ALL.into_iter().filter(|peer| peer.takes_part_in(workload));
    for peer in take_part() {
        let line = |what: &str, unit: &str, of: fn(&Measured) -> f64| {
            let name = format!("{}: {}{what}", workload.title(), peer.title(workload));
            figure(&name, unit, rounds.iter().map(|round| of(round.of(workload, peer))), ..);
        };
        line("", "per cpu-s", |measured| measured.per_processor_second);
        line(", p50", "ms", |measured| measured.p50);
        line(", p99", "ms", |measured| measured.p99);
    }
    let others = Peer::ALL.into_iter().filter(|peer| *peer != Peer::Grove);
    others.filter_map(|peer| report_ratio(rounds, workload, peer)).collect()
}

/// How many times as many the API answers, where this peer does the same.
fn report_ratio(rounds: &[Round], workload: Workload, peer: Peer) -> Option<bool> {
    let theirs = if peer == Peer::BareActix { workload.without_token() } else { workload };
    peer.takes_part_in(theirs).then(|| {
        let rate = |round: &Round, workload, peer| round.of(workload, peer).per_processor_second;
        let ratios =
            rounds.iter().map(|round| rate(round, workload, Peer::Grove) / rate(round, theirs, peer));
        let name = format!("{}: the API / {}", workload.title(), peer.title(workload));
        // What checks no token and counts nobody's requests is no rival, but shows what these cost.
        let least = if peer == Peer::BareActix { Bound::Unbounded } else { Bound::Included(1.0) };
        figure(&name, "", ratios, (least, Bound::Unbounded))
    })
}
