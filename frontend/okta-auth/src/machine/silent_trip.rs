//! A page that goes to the org by itself, to renew a session, feature `silent-renewal`: what its return means, and what
//! those see who wait for it.

use std::time::Duration;

use okta_types::UnixTime;

use crate::interface::config::StorageKind;
use crate::interface::error::{AnswerProblem, OrgError, SignInError};
use crate::interface::status::AuthNotice;
use crate::machine::background::{RenewalStep, Silent};
use crate::machine::core::{Core, Presence};
use crate::machine::session::Session;
use crate::machine::transaction::Transaction;
use crate::step_context::StepContext;

/// A page that is not back after so long is not waited for.
pub(crate) const TRIP_TIMEOUT: Duration = Duration::from_secs(30);

/// What an answer of the org renews.
pub(crate) enum Renewed {
    /// Nothing: it is that of a sign-in, or the session lived in the page that has left.
    Nothing,
    Session(Box<Session>),
    /// A session that has ended or become somebody else's while the page was away. It must not come back by this.
    Gone,
}

/// A refusal that says that the org would have to ask the person (OpenID Connect Core §3.1.2.6), or no longer lets them
/// in.
pub(crate) fn needs_person(error: &SignInError) -> bool {
    const CODES: [&str; 5] = [
        "login_required",
        "interaction_required",
        "consent_required",
        "account_selection_required",
        "access_denied",
    ];
    matches!(error, SignInError::Refused(error) if CODES.contains(&error.error.as_str()))
}

impl Core {
    pub(crate) fn renewed_by(&self, transaction: &Transaction) -> Renewed {
        let Some(person) = &transaction.renews else { return Renewed::Nothing };
        match &self.presence {
            Presence::Somebody(session) if session.subject() == *person => Renewed::Session(session.clone()),
            Presence::Nobody if self.settings.session_storage == StorageKind::Memory => Renewed::Nothing,
            _ => Renewed::Gone,
        }
    }

    /// A silent renewal has brought no session, for this cause.
    pub(crate) fn silent_renewal_failed(&mut self, error: SignInError, ctx: &mut StepContext<'_>) {
        self.set_away(None, ctx);
        self.renewal.take_if(|renewal| renewal.is_away());
        match error {
            error if needs_person(&error) => self.expire(AuthNotice::SessionExpired, ctx),
            SignInError::Org(error) => self.renewal_failed(error, ctx),
            SignInError::Refused(error) => self.back_off(OrgError::Refused(error), ctx),
            SignInError::Malformed | SignInError::WrongIssuer => {
                self.back_off(OrgError::Answer(AnswerProblem::Malformed), ctx);
            }
            // The page has not left.
            error => {
                self.back_off(OrgError::Timeout, ctx);
                self.notice = Some(AuthNotice::SignInFailed(error));
            }
        }
    }

    /// Tells all tabs that a page is at the org, or no longer.
    pub(crate) fn set_away(&mut self, since: Option<UnixTime>, ctx: &mut StepContext<'_>) {
        if let Presence::Somebody(session) = &mut self.presence
            && session.away_since != since
        {
            session.away_since = since;
            self.save_session(ctx);
        }
    }

    /// Whether a page was waited for that has been away for too long: whoever waits tries by itself, save where this very
    /// page has not left.
    pub(crate) fn check_away(&mut self, ctx: &mut StepContext<'_>) -> bool {
        let is_over = |step: &RenewalStep| match step {
            RenewalStep::Silent(Silent::Away { until, here }) if ctx.now >= *until => Some(*here),
            _ => None,
        };
        let Some(here) = self.renewal.as_ref().and_then(|renewal| is_over(&renewal.step)) else {
            return false;
        };
        self.renewal = None;
        if here {
            self.set_away(None, ctx);
            self.back_off(OrgError::Timeout, ctx);
        }
        true
    }
}
