//! The bodies of the control plane's requests. Unknown members are mistakes.

use std::time::Duration;

use serde::Deserialize;

use crate::faults::Fault;

/// `POST /clock`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Advance {
    pub(super) advance_seconds: u64,
}

/// `POST /keys/retire`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kid {
    pub(super) kid: String,
}

/// `POST /users/…`, `/sessions/end`, `/tokens/revoke`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    pub(super) login: String,
}

/// `POST /settings`; what is left out stays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    pub(super) access_token_seconds: Option<u64>,
    /// 0 is without end.
    pub(super) refresh_token_seconds: Option<u64>,
    pub(super) refresh_window_seconds: Option<u64>,
    pub(super) refresh_grace_seconds: Option<u64>,
    pub(super) response_iss: Option<bool>,
}

/// `POST /rate-limits`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RateLimit {
    pub(super) endpoint: String,
    pub(super) requests_per_minute: u32,
}

/// `POST /faults`.
#[derive(Deserialize)]
pub(super) struct FaultOrder {
    pub(super) endpoint: String,
    pub(super) answers: usize,
    #[serde(flatten)]
    pub(super) fault: FaultKind,
}

#[derive(Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub(super) enum FaultKind {
    Fail { status: u16 },
    Delay { milliseconds: u64 },
    Drop,
    CutShort,
}

impl From<FaultKind> for Fault {
    fn from(kind: FaultKind) -> Self {
        match kind {
            FaultKind::Fail { status } => Self::Fail(status),
            FaultKind::Delay { milliseconds } => Self::Delay(Duration::from_millis(milliseconds)),
            FaultKind::Drop => Self::Drop,
            FaultKind::CutShort => Self::CutShort,
        }
    }
}
