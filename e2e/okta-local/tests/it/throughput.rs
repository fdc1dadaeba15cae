//! That nothing piles up, however many people sign in. How many can in a minute, and what memory they take over
//! 100,000 sign-ins, is measured by the example `load`.

#[path = "../../examples/load/sign_in.rs"]
mod sign_in;

use std::time::Duration;

use crate::browser::org;
use sign_in::SignIn;

/// Below this many records of grants, and of anything else, nothing is looked through for what is over.
const GRANTS_SWEPT_AT: usize = 4096;
const OTHERS_SWEPT_AT: usize = 1024;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_over_is_dropped_over_three_thousand_sign_ins() {
    let org = org().await;
    let sign_in = SignIn::at(org.issuer().as_str(), org.client_id());
    for _ in 0..3 {
        sign_in.many(1000).await.expect("a thousand sign-ins");
        let records = org.records();
        assert!(records.sessions <= OTHERS_SWEPT_AT && records.sign_ins <= OTHERS_SWEPT_AT, "{records:?}");
        let grants = records.codes + records.refresh_tokens + records.access_tokens;
        assert!(grants <= GRANTS_SWEPT_AT + 3 && records.families <= GRANTS_SWEPT_AT / 3 + 1, "{records:?}");
        assert!(records.families >= 1000 && records.sessions >= 976, "the last batch is alive: {records:?}");
        // All that was issued is over.
        org.advance_clock(Duration::from_secs(8 * 24 * 60 * 60));
    }
}
