//! How many people can sign in, and that memory does not grow with them.

use std::time::Duration;

use okta_local::RunningOrg;

use crate::browser::{ALICE, Browser, org, redeem};

/// Complete sign-ins, four browsers at once: authorize, password, code, token.
async fn sign_ins(org: &RunningOrg, count: usize) {
    let one = async || {
        for _ in 0..count / 4 {
            let code = Browser::new(org).code_for(ALICE, &[]).await;
            assert_eq!(redeem(org, &code, &[]).await.status, 200);
        }
    };
    tokio::join!(one(), one(), one(), one());
}

/// Memory of this process that is in use, in KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()).and_then(|kib| kib.parse().ok()).unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes and wants the machine for itself: cargo test --release -- --ignored throughput"]
async fn two_thousand_sign_ins_a_minute_and_flat_memory() {
    let org = org().await;
    let begun = tokio::time::Instant::now();
    sign_ins(&org, 2000).await;
    let took = begun.elapsed();
    println!("2000 sign-ins in {took:?}, {} KiB", resident());
    assert!(took < Duration::from_secs(60), "{took:?}");
    let mut after = Vec::new();
    for _ in 0..4 {
        // All that was issued is over.
        org.advance_clock(Duration::from_secs(8 * 24 * 60 * 60));
        sign_ins(&org, 4000).await;
        after.push(resident());
    }
    println!("{after:?} KiB");
    assert!(after[3] < after[1] + 8 * 1024, "{after:?}");
}
