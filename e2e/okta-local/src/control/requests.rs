//! The bodies of the control plane's requests. Unknown members are mistakes, and so are numbers that mean
//! nothing.

use std::time::Duration;

use serde::Deserialize;

use crate::counters::Endpoint;
use crate::faults::Fault;
use crate::org::client::MAX_LEEWAY;

/// The most answers that one request may spoil.
const MOST_ANSWERS: usize = 10_000;

/// What is wrong with an body.
pub(super) type Mistake = String;

/// A body that says nothing: `{}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Empty {}

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

/// `POST /mails/delete`; without a login it is about all.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MailsOf {
    pub(super) login: Option<String>,
}

/// `POST /settings`; what is left out stays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    access_token_seconds: Option<u64>,
    /// 0 is without end.
    refresh_token_seconds: Option<u64>,
    refresh_window_seconds: Option<u64>,
    refresh_grace_seconds: Option<u64>,
    pub(super) response_iss: Option<bool>,
    pub(super) limits_groups: Option<bool>,
    pub(super) second_factor: Option<bool>,
    pub(super) email_authenticator: Option<bool>,
    pub(super) passkeys: Option<bool>,
    pub(super) password_reset_ends_sessions: Option<bool>,
    pub(super) require_pushed_authorization_requests: Option<bool>,
}

/// Settings that mean something.
pub(super) struct Times {
    pub(super) access_token: Option<Duration>,
    pub(super) refresh_token: Option<Option<Duration>>,
    pub(super) refresh_window: Option<Duration>,
    pub(super) grace: Option<Duration>,
}

impl Settings {
    pub(super) fn times(&self) -> Result<Times, Mistake> {
        let positive = |name: &str, given: Option<u64>| match given {
            Some(0) => Err(format!("{name} must be at least 1")),
            other => Ok(other.map(Duration::from_secs)),
        };
        let grace = self.refresh_grace_seconds.map(Duration::from_secs);
        if grace.is_some_and(|grace| grace > MAX_LEEWAY) {
            return Err("refresh_grace_seconds must be from 0 to 60".to_owned());
        }
        Ok(Times {
            access_token: positive("access_token_seconds", self.access_token_seconds)?,
            refresh_token: self
                .refresh_token_seconds
                .map(|given| (given > 0).then(|| Duration::from_secs(given))),
            refresh_window: positive("refresh_window_seconds", self.refresh_window_seconds)?,
            grace,
        })
    }
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
#[serde(deny_unknown_fields)]
pub(super) struct FaultRequest {
    pub(super) endpoint: String,
    answers: usize,
    fault: FaultKind,
    status: Option<u16>,
    milliseconds: Option<u64>,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum FaultKind {
    Fail,
    Delay,
    Drop,
    CutShort,
    DemandNonce,
}

impl FaultRequest {
    /// How many answers, and what happens to them.
    pub(super) fn fault(&self) -> Result<(usize, Fault), Mistake> {
        if !(1..=MOST_ANSWERS).contains(&self.answers) {
            return Err(format!("answers must be from 1 to {MOST_ANSWERS}"));
        }
        if self.status.is_some() && self.fault != FaultKind::Fail {
            return Err("status goes with the fault \"fail\" only".to_owned());
        }
        if self.milliseconds.is_some() && self.fault != FaultKind::Delay {
            return Err("milliseconds goes with the fault \"delay\" only".to_owned());
        }
        let fault = match self.fault {
            FaultKind::Fail => match self.status {
                Some(status @ 400..=599) => Fault::Fail(status),
                _ => return Err("the fault \"fail\" needs a status from 400 to 599".to_owned()),
            },
            FaultKind::Delay => match self.milliseconds {
                Some(milliseconds) => Fault::Delay(Duration::from_millis(milliseconds)),
                None => return Err("the fault \"delay\" needs milliseconds".to_owned()),
            },
            FaultKind::Drop => Fault::Drop,
            FaultKind::CutShort => Fault::CutShort,
            FaultKind::DemandNonce if self.endpoint == Endpoint::UserInfo.as_str() => Fault::DemandNonce,
            FaultKind::DemandNonce => {
                return Err("the fault \"demand_nonce\" is for userinfo only".to_owned());
            }
        };
        Ok((self.answers, fault))
    }
}

/// The endpoint of that name.
pub(super) fn endpoint(name: &str) -> Result<Endpoint, Mistake> {
    let known = || Endpoint::ALL.iter().map(|endpoint| endpoint.as_str()).collect::<Vec<_>>().join(", ");
    Endpoint::parse(name)
        .ok_or_else(|| format!("there is no endpoint {name}; the endpoints are: {}", known()))
}
