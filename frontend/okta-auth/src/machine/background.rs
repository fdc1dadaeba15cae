//! What goes on beside the foreground: a renewal, the claims of `/userinfo`, signs of life.

use okta_types::{AccessToken, UnixTime};

use crate::interface::error::OrgError;
use crate::interface::ids::Ticket;
#[cfg(feature = "userinfo")]
use crate::interface::status::UserInfoStatus;
use crate::machine::exchange::Exchange;
use crate::machine::session::Session;
#[cfg(feature = "silent-renewal")]
use crate::machine::transaction::Transaction;
#[cfg(feature = "userinfo")]
use crate::protocol::json::Json;

/// A renewal under way.
#[derive(Debug)]
pub(crate) struct Renewal {
    pub(crate) lock: Ticket,
    /// The access token to be replaced.
    pub(crate) stale: AccessToken,
    pub(crate) begun: UnixTime,
    pub(crate) step: RenewalStep,
}

/// How far a renewal is.
#[derive(Debug)]
pub(crate) enum RenewalStep {
    Lock,
    Reread,
    Exchange(Box<Exchange>),
    /// The org is asked without the person.
    #[cfg(feature = "silent-renewal")]
    Silent(Silent),
    /// The exchange is over; what is stored decides what its result means.
    Recheck(Box<Result<Session, OrgError>>),
}

impl Renewal {
    pub(crate) fn exchange(&mut self) -> Option<&mut Exchange> {
        match &mut self.step {
            RenewalStep::Exchange(exchange) => Some(exchange),
            _ => None,
        }
    }

    /// Whether what the org answers is the name of a pushed request.
    #[cfg(all(feature = "silent-renewal", feature = "par"))]
    pub(crate) fn is_pushing(&self) -> bool {
        matches!(self.step, RenewalStep::Silent(Silent::Pushing(_)))
    }

    /// Whether it waits for a page that is at the org.
    #[cfg(feature = "silent-renewal")]
    pub(crate) fn is_away(&self) -> bool {
        matches!(self.step, RenewalStep::Silent(Silent::Away { .. }))
    }
}

/// How far the asking of the org is, where there is no refresh token.
#[cfg(feature = "silent-renewal")]
#[derive(Debug)]
pub(crate) enum Silent {
    /// Nothing is sent yet; perhaps the discovery document is missing.
    Begun,
    /// The request is being pushed.
    #[cfg(feature = "par")]
    Pushing(Box<Transaction>),
    /// A frame is at the org.
    Frame(Box<Transaction>),
    /// Whether the page may be left is being asked.
    Page,
    /// A page is at the org, or on its way: this one (`here`) or that of another tab, which is waited for until then.
    /// The lock is free meanwhile.
    Away { until: UnixTime, here: bool },
}

/// What is known from `/userinfo`.
#[cfg(feature = "userinfo")]
#[derive(Debug, Default)]
pub(crate) enum UserInfo {
    #[default]
    Absent,
    /// What was kept is being read.
    Loading,
    /// A token is needed, or the endpoint.
    Waiting,
    Asked,
    /// Once more, with the nonce that its proof lacked.
    #[cfg(feature = "dpop")]
    AskedAgain,
    Merged(Json),
    Failed(OrgError),
}

#[cfg(feature = "userinfo")]
impl UserInfo {
    pub(crate) fn status(&self) -> UserInfoStatus {
        match self {
            Self::Absent => UserInfoStatus::Absent,
            #[cfg(feature = "dpop")]
            Self::AskedAgain => UserInfoStatus::Loading,
            Self::Loading | Self::Waiting | Self::Asked => UserInfoStatus::Loading,
            Self::Merged(_) => UserInfoStatus::Merged,
            Self::Failed(error) => UserInfoStatus::Failed(error.clone()),
        }
    }
}

/// The person's signs of life.
#[cfg(feature = "idle")]
#[derive(Debug, Default)]
pub(crate) struct Activity {
    /// The last one, here or in another tab; the Unix epoch while none is known.
    pub(crate) last: UnixTime,
    /// The last one that other tabs were told of.
    pub(crate) announced: UnixTime,
}
