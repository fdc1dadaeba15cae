//! How much an org remembers, for tests that say "nothing piles up".

use crate::org::state::State;

/// How much is in memory. Expired entries count until they are dropped, which happens now and then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Records {
    /// Browsers' sessions with the org.
    pub sessions: usize,
    /// Pages that wait for an answer, or had one.
    pub sign_ins: usize,
    /// Authorization requests that were pushed.
    pub pushed_requests: usize,
    /// Authorization codes, used ones too.
    pub codes: usize,
    /// Sign-ins of which something may still be good.
    pub families: usize,
    /// Refresh tokens, used ones too.
    pub refresh_tokens: usize,
    /// Access tokens that have not expired.
    pub access_tokens: usize,
}

impl Records {
    pub(crate) fn of(state: &State) -> Self {
        let [families, codes, refresh_tokens, access_tokens] = state.grants.counts();
        let (sessions, sign_ins) = (state.sessions.count(), state.sign_ins.count());
        let pushed_requests = state.pushed_requests.count();
        Self { sessions, sign_ins, pushed_requests, codes, families, refresh_tokens, access_tokens }
    }
}
