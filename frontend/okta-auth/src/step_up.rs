//! Step-up (RFC 9470): the API asks for a stronger or more recent sign-in, the request that met this is kept
//! over the way to the org and back, and is sent once more.
//!
//! `acr` and `auth_time` are compared on return like those of any sign-in that asked for them. A refusal that
//! comes again although they are as asked is an error, not another redirect.

use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use okta_types::{Challenge, Form, UnixTime, parse_query};

use crate::effect::Effect;
use crate::error::FetchError;
use crate::event::FetchId;
use crate::machine::{Machine, Presence};
use crate::owner::Subject;
use crate::sign_in::SignIn;
use crate::step::Turn;
use crate::transaction::Transaction;

/// A request of the app, kept in the tab's `sessionStorage` over a sign-in: put nothing into it that must
/// not lie there for some minutes.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct KeptRequest {
    /// The app's own name for it, by which it is taken back.
    pub name: String,
    /// The HTTP method.
    pub method: String,
    /// As the app wrote it.
    pub url: String,
    /// Names and values, without `Authorization`.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Option<String>,
}

impl fmt::Debug for KeptRequest {
    /// Addresses, headers and bodies may be private.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptRequest").field("name", &self.name).finish_non_exhaustive()
    }
}

impl KeptRequest {
    /// Name, method, address and body, then the headers. As a form, whose reader and writer every page has.
    pub(crate) fn read(stored: &str) -> Self {
        let mut pairs = parse_query(stored).into_iter();
        let mut next = || pairs.next().unwrap_or_default();
        let ((_, name), (_, method), (_, url), (has_body, body)) = (next(), next(), next(), next());
        Self { name, method, url, headers: pairs.collect(), body: (has_body == BODY).then_some(body) }
    }

    pub(crate) fn write(&self) -> Form {
        let mut form = Form::new()
            .with("name", &self.name)
            .with("method", &self.method)
            .with("url", &self.url)
            .with(if self.body.is_some() { BODY } else { "" }, self.body.as_deref().unwrap_or_default());
        for (name, value) in &self.headers {
            form = form.with(name, value);
        }
        form
    }
}

/// A request that is kept, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeptFor {
    pub(crate) owner: Subject,
    pub(crate) request: KeptRequest,
}

/// Names the body where there is one.
const BODY: &str = "body";

/// A sign-in that is back no longer than this cannot be bettered by another one of the same kind.
const JUST_NOW: Duration = Duration::from_secs(60);

impl Machine {
    /// The API refused a request because of how or when the person signed in. The page leaves for a better
    /// sign-in where the app has had the request kept; else the app gets the answer.
    pub(crate) fn step_up(
        &mut self,
        fetch: FetchId,
        owner: Option<Subject>,
        kept: Option<Kept>,
        challenge: &Challenge,
        turn: &mut Turn<'_>,
    ) {
        match owner.zip(kept) {
            Some((owner, Kept { request, target })) if self.is_free(turn.now) => {
                let error = if self.is_as_asked(challenge, turn.now) {
                    FetchError::StepUpNotMet
                } else {
                    let kept = Some(Rc::new(KeptFor { owner, request }));
                    self.sign_in(SignIn { target, kept, ..SignIn::default() }.meeting(challenge), turn);
                    FetchError::SteppingUp
                };
                turn.push(Effect::Refuse { fetch, error });
            }
            _ => turn.push(Effect::Deliver { fetch }),
        }
    }

    /// Whether another sign-in would change nothing: the person is just back from one that asked for the
    /// same, or the context alone is asked for and it is reached.
    fn is_as_asked(&self, asked: &Challenge, now: UnixTime) -> bool {
        let fresh = asked.acr_values.is_none().then_some(0);
        let just_back = self.stepped_up.as_ref().is_some_and(|last| {
            last.acr_values == asked.acr_values
                && last.max_age == asked.max_age.or(fresh)
                && now.since(last.at) < JUST_NOW
        });
        let reached = match &self.presence {
            Presence::Somebody(session) => session.claims.text("acr"),
            _ => None,
        };
        let strong =
            || asked.acr_values.iter().flat_map(|all| all.split(' ')).any(|acr| reached == Some(acr));
        just_back || (asked.max_age.is_none() && strong())
    }

    /// The person is back from the org with a session: a request they had kept is theirs to take, unless
    /// somebody else has signed in.
    pub(crate) fn stepped_up(&mut self, transaction: Transaction, now: UnixTime) {
        let Transaction { acr_values, max_age, kept, .. } = transaction;
        if acr_values.is_some() || max_age.is_some() {
            self.stepped_up = Some(SteppedUp { acr_values, max_age, at: now });
        }
        self.kept = kept.filter(|kept| self.owner().subject() == Some(&kept.owner));
    }
}

/// The last sign-in of this page that asked for more than usual.
#[derive(Debug)]
pub(crate) struct SteppedUp {
    acr_values: Option<String>,
    max_age: Option<u64>,
    at: UnixTime,
}

/// A request to keep, and where to take it back.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) request: KeptRequest,
    pub(crate) target: String,
}
