//! Sign-ins under way: between a page of the org and the answer to it.
//!
//! Each page carries a state token that is good for one answer, from the browser that got the page (its
//! `DT` cookie), within the hour. So nobody can sign somebody else's browser in with a prepared form.

use std::sync::Arc;

use okta_types::UnixTime;

use crate::expiring::ExpiringMap;
use crate::fingerprint::Fingerprint;
use crate::org::authorize_request::AuthorizeRequest;
use crate::org::ceremony::Ceremony;
use crate::org::factor_method::FactorMethod;
use crate::org::session::Session;
use crate::random;
use crate::unverified::STATE_TOKEN_LIFETIME;

/// Which page the person has before them.
#[derive(Clone, Debug)]
pub(crate) enum Stage {
    /// User name and password.
    Password,
    /// A second factor, of someone who proved the rest.
    SecondFactor(Verification),
    /// Whether they want a passkey, or that they need one.
    EnrollPasskey(Enrollment),
    /// What the app may have.
    Consent {
        /// The session of the person who is asked.
        session: Session,
        /// Names of the scopes that consent is asked for.
        scopes: Vec<String>,
    },
}

impl Stage {
    /// Whether something is still to be proved before there may be a session.
    pub(crate) fn comes_before_the_session(&self) -> bool {
        match self {
            Self::Password | Self::SecondFactor(_) => true,
            Self::EnrollPasskey(enrollment) => enrollment.demanded,
            Self::Consent { .. } => false,
        }
    }
}

/// Somebody who may register a passkey.
#[derive(Clone, Debug)]
pub(crate) struct Enrollment {
    /// What is proved so far.
    pub(crate) session: Session,
    /// Whether the sign-in does not go on without.
    pub(crate) demanded: bool,
    /// Whether a passkey was refused just now.
    pub(crate) was_refused: bool,
}

/// Somebody who is asked for a second factor.
#[derive(Clone, Debug)]
pub(crate) struct Verification {
    /// What is proved so far.
    pub(crate) session: Session,
    /// What is asked for.
    pub(crate) by: FactorMethod,
    /// What was mailed.
    pub(crate) mailed: Option<Fingerprint>,
    /// Wrong codes so far.
    pub(crate) failures: u8,
    /// What the page says.
    pub(crate) notice: Option<FactorNotice>,
}

/// What the page of a second factor says of the answer before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FactorNotice {
    /// It was wrong.
    Wrong,
    /// There were too many mails.
    TooManyMails,
    /// Nobody followed the link in this browser.
    NotFollowed,
}

impl Verification {
    /// One that begins.
    pub(crate) fn new(session: Session, by: FactorMethod) -> Self {
        Self { session, by, mailed: None, failures: 0, notice: None }
    }
}

#[derive(Debug)]
struct Pending {
    request: Arc<AuthorizeRequest>,
    stage: Stage,
    ceremony: Option<Arc<Ceremony>>,
    device: Fingerprint,
    begun_at: UnixTime,
    answered: bool,
}

/// A page that waits for its answer.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    /// The request that it is for.
    pub(crate) request: Arc<AuthorizeRequest>,
    /// Which page.
    pub(crate) stage: Stage,
    /// What the page asks a passkey for.
    pub(crate) ceremony: Option<Arc<Ceremony>>,
}

/// What a state token leads to.
#[derive(Debug)]
pub(crate) enum Answered {
    /// The first answer, in time.
    First(Box<Waiting>),
    /// Another answer came before: the request is to be evaluated again.
    Again(Arc<AuthorizeRequest>),
    /// The first answer, too late.
    Late(Arc<AuthorizeRequest>),
}

/// All sign-ins under way.
#[derive(Debug, Default)]
pub(crate) struct SignIns {
    pending: ExpiringMap<Fingerprint, Pending>,
    refused: ExpiringMap<Fingerprint, String>,
}

impl SignIns {
    /// How many pages are kept.
    pub(crate) fn count(&self) -> usize {
        self.pending.count()
    }

    /// Begins a page and returns its state token.
    pub(crate) fn begin(
        &mut self,
        request: Arc<AuthorizeRequest>,
        stage: Stage,
        ceremony: Option<Arc<Ceremony>>,
        device: &str,
        now: UnixTime,
    ) -> String {
        let token = random::token();
        let device = Fingerprint::of(device);
        let pending = Pending { request, stage, ceremony, device, begun_at: now, answered: false };
        // StoredState longer than it is good for, so that a late answer can be told where it came from.
        self.pending.insert(Fingerprint::of(&token), pending, now + 4 * STATE_TOKEN_LIFETIME, now);
        token
    }

    /// The page of a state token that waits for its answer.
    pub(crate) fn look(&mut self, token: &str, device: &str, now: UnixTime) -> Option<Waiting> {
        let pending = self.pending.get_mut(&Fingerprint::of(token), now)?;
        let waits = !pending.answered && !pending.is_late(now) && pending.device == Fingerprint::of(device);
        waits.then(|| pending.waiting())
    }

    /// Takes the answer to a page; `None` for an unknown token or one of another browser.
    pub(crate) fn answer(&mut self, token: &str, device: &str, now: UnixTime) -> Option<Answered> {
        let pending = self.pending.get_mut(&Fingerprint::of(token), now)?;
        if pending.device != Fingerprint::of(device) {
            return None;
        }
        let request = Arc::clone(&pending.request);
        let answered = std::mem::replace(&mut pending.answered, true);
        Some(if answered {
            Answered::Again(request)
        } else if pending.is_late(now) {
            Answered::Late(request)
        } else {
            Answered::First(Box::new(pending.waiting()))
        })
    }

    /// Notes that this browser's sign-in for this request was refused, with the user name it gave.
    pub(crate) fn refuse(&mut self, request: &AuthorizeRequest, device: &str, name: String, now: UnixTime) {
        self.refused.insert(refusal_key(request, device), name, now + STATE_TOKEN_LIFETIME, now);
    }

    /// The user name of a refused sign-in, once: for the page that says so.
    pub(crate) fn take_refused(
        &mut self,
        request: &AuthorizeRequest,
        device: &str,
        now: UnixTime,
    ) -> Option<String> {
        self.refused.remove(&refusal_key(request, device), now)
    }
}

impl Pending {
    fn waiting(&self) -> Waiting {
        let (request, ceremony) = (Arc::clone(&self.request), self.ceremony.clone());
        Waiting { request, stage: self.stage.clone(), ceremony }
    }

    fn is_late(&self, now: UnixTime) -> bool {
        now.since(self.begun_at) >= STATE_TOKEN_LIFETIME
    }
}

fn refusal_key(request: &AuthorizeRequest, device: &str) -> Fingerprint {
    Fingerprint::of(&format!("{device} {}", request.query))
}
