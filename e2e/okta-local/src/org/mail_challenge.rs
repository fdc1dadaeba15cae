//! A second factor by mail: a code, and a link that stands for it in the browser where the sign-in began.

use std::fmt;
use std::sync::Arc;

use okta_types::UnixTime;

use crate::expiring::ExpiringMap;
use crate::fingerprint::Fingerprint;
use crate::org::authorize_request::AuthorizeRequest;
use crate::org::session::Session;
use crate::random;
use crate::unverified::MAIL_CHALLENGE_LIFETIME;

/// What was mailed to somebody who is signing in.
#[derive(Clone)]
pub(crate) struct MailChallenge {
    /// The sign-in that it is for.
    pub(crate) request: Arc<AuthorizeRequest>,
    /// What they proved before.
    pub(crate) session: Session,
    /// What the mail says; the link shows it in another browser.
    pub(crate) code: String,
    device: Fingerprint,
}

impl MailChallenge {
    /// Whether the sign-in began in that browser.
    pub(crate) fn is_in(&self, device: &str) -> bool {
        self.device == Fingerprint::of(device)
    }
}

impl fmt::Debug for MailChallenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailChallenge").field("session", &self.session.id).finish_non_exhaustive()
    }
}

/// All of them, by the fingerprints of the tokens of their links. Each is good once, and ends.
#[derive(Debug, Default)]
pub(crate) struct MailChallenges(ExpiringMap<Fingerprint, MailChallenge>);

impl MailChallenges {
    /// Keeps one for this person in that browser, in place of the former; returns the token of its link and its code.
    pub(crate) fn begin(
        &mut self,
        request: Arc<AuthorizeRequest>,
        session: Session,
        device: &str,
        now: UnixTime,
    ) -> (String, String) {
        let (token, code, device) = (random::token(), random::code(), Fingerprint::of(device));
        self.0.retain(|known| known.device != device || known.session.user_id != session.user_id);
        let challenge = MailChallenge { request, session, code: code.clone(), device };
        self.0.insert(Fingerprint::of(&token), challenge, now + MAIL_CHALLENGE_LIFETIME, now);
        (token, code)
    }

    /// The one of a link; it stays good.
    pub(crate) fn look(&mut self, token: &Fingerprint, now: UnixTime) -> Option<&MailChallenge> {
        self.0.get_mut(token, now).map(|challenge| &*challenge)
    }

    /// Uses one up.
    pub(crate) fn take(&mut self, token: &Fingerprint, now: UnixTime) -> Option<MailChallenge> {
        self.0.remove(token, now)
    }

    /// Uses one up by its code; `false` for another code, or where there is none any more.
    pub(crate) fn redeem(&mut self, token: &Fingerprint, code: &str, now: UnixTime) -> bool {
        let is_right =
            self.look(token, now).is_some_and(|known| Fingerprint::of(&known.code) == Fingerprint::of(code));
        is_right && self.take(token, now).is_some()
    }

    /// Ends all of one person.
    pub(crate) fn end_all_of(&mut self, user_id: &str) {
        self.0.retain(|challenge| challenge.session.user_id != user_id);
    }
}
