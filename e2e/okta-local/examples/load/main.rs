//! How many people an org can sign in, and whether its memory grows with them.
//!
//! ```sh
//! cargo run --release -p okta-local --example load            # 100,000 sign-ins
//! cargo run --release -p okta-local --example load -- 20000   # fewer
//! ```
//!
//! The org runs in a process of its own, with password hashing lowered for tests, so that what is measured is the org's
//! alone: its processor time and its memory in use, both from `/proc`. Each sign-in is complete: `/authorize`, the
//! password, the code, the tokens. Eight days pass for the org between two batches, so that all of a batch is over
//! before the next. The figures are printed; the program fails where 2,000 sign-ins take more than 120 seconds of
//! processor time, which is a minute of two cores, or where memory grows by more than [`MAX_GROWTH`].

mod process;
mod sign_in;

use std::process::ExitCode;

use process::OrgProcess;
use sign_in::SignIn;

/// Sign-ins of one batch.
const BATCH: usize = 5_000;

/// Batches before memory is compared: by then all that is kept for a while has its full size.
const WARM_UP: usize = 8;

/// Sign-ins whose rate is measured, and the seconds of processor time that two cores have in a minute.
const RATE: (usize, f64) = (2_000, 120.0);

/// What memory may grow by after the warm-up, in KiB.
const MAX_GROWTH: i64 = 4 * 1024;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match std::env::args().nth(1).as_deref() {
        Some("serve") => process::serve().await.map(|()| true),
        count => measure(count).await,
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Measures and says whether all is within its bounds.
async fn measure(count: Option<&str>) -> Outcome<bool> {
    let count = count.map_or(Ok(100_000), str::parse::<usize>)?;
    let batches = count.div_ceil(BATCH).max(WARM_UP + 1);
    let org = OrgProcess::start().await?;
    let sign_in = SignIn::at(org.issuer(), org.client_id());
    sign_in.many(500).await?;
    let fast = rate(&org, &sign_in).await?;
    let mut memory = Vec::new();
    let begun = org.processor_seconds()?;
    for batch in 1..=batches {
        org.advance_clock(8 * 24 * 60 * 60).await?;
        sign_in.many(BATCH).await?;
        memory.push(org.resident_kib()?);
        println!("{:>7} sign-ins: {:>7} KiB in use", batch * BATCH, memory[batch - 1]);
    }
    let each = (org.processor_seconds()? - begun) * 1000.0 / (batches * BATCH) as f64;
    println!("{each:.2} ms of processor time for each sign-in over all batches");
    Ok(fast & is_flat(&memory))
}

/// The rate of a minute's worth, by the wall clock and by the org's processor time.
async fn rate(org: &OrgProcess, sign_in: &SignIn) -> Outcome<bool> {
    let (count, budget) = RATE;
    let (begun, used) = (tokio::time::Instant::now(), org.processor_seconds()?);
    sign_in.many(count).await?;
    let (took, used) = (begun.elapsed().as_secs_f64(), org.processor_seconds()? - used);
    let a_minute = |seconds: f64| count as f64 * 60.0 / seconds;
    println!("{count} sign-ins: {took:.2} s by the clock, {:.0} a minute", a_minute(took));
    println!(
        "{count} sign-ins: {used:.2} s of the org's processor time, {:.0} a minute on 2 cores",
        2.0 * a_minute(used)
    );
    Ok(used <= budget)
}

fn is_flat(memory: &[i64]) -> bool {
    let (warm, last) = (memory[WARM_UP - 1], memory[memory.len() - 1]);
    let growth = last - warm;
    println!("memory in use after the warm-up: {warm} KiB, at the end: {last} KiB, growth: {growth} KiB");
    growth <= MAX_GROWTH
}
