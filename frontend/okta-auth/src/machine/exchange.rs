//! From a grant to a session: the token request, the ID token's key, its signature and its claims.
//!
//! Sign-in (RFC 6749 §4.1.3) and renewal (§6) differ in the grant and in what the ID token is compared
//! with; everything else is the same. No session comes out of here whose ID token was not checked.

use std::time::Duration;

#[cfg(not(feature = "dpop"))]
use okta_types::AuthScheme;
use okta_types::{RefreshToken, Scopes, TokenResponse, UnixTime};

use crate::interface::config::Settings;
#[cfg(feature = "dpop")]
use crate::interface::config::StorageKind;
use crate::interface::effect::{Effect, HttpRequest};
use crate::interface::error::{AnswerProblem, OrgError};
use crate::interface::event::{HttpAnswer, HttpFailure};
#[cfg(feature = "silent-renewal")]
use crate::interface::owner::Subject;
use crate::machine::grant::Grant;
use crate::machine::org::Org;
#[cfg(feature = "dpop")]
use crate::machine::org::offers_dpop;
#[cfg(feature = "dpop")]
use crate::machine::proving::Proving;
use crate::machine::session::Session;
use crate::machine::token_answer::read_tokens;
use crate::machine::token_to_revoke::{ACCESS, REFRESH, TokenToRevoke};
use crate::machine::transaction::Transaction;
use crate::protocol::id_token::{self, Expected, IdTokenError, Occasion};
use crate::protocol::json::Json;
use crate::protocol::jws::Jws;
use crate::protocol::sensitive::Sensitive;
use crate::step_context::StepContext;
use crate::tickets::{Kind, Purpose};

pub(crate) const TOKEN_TIMEOUT: Duration = Duration::from_secs(15);
/// For the second attempt at a renewal whose answer was lost.
const RETRY_TIMEOUT: Duration = Duration::from_secs(10);
/// What the way to the org may take of the grace period.
const GRACE_MARGIN: Duration = Duration::from_secs(5);
/// Assumed where the answer does not say, or not as a number (RFC 6749 §5.1 only recommends it), seconds.
const UNSAID_LIFETIME: u64 = 300;

/// An exchange under way.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) grant: Grant,
    /// Whose exchange it is: that of a callback, or of a renewal.
    pub(crate) purpose: Purpose,
    pub(crate) step: Step,
    /// When the token request was first sent.
    sent: Option<UnixTime>,
    retried: bool,
    /// What an answer held that was not accepted: it must not stay alive.
    refused: Option<TokenToRevoke>,
    #[cfg(feature = "dpop")]
    pub(crate) proving: Proving,
}

/// How far an exchange is.
#[derive(Debug)]
pub(crate) enum Step {
    Metadata,
    /// A key is being made.
    #[cfg(feature = "dpop")]
    Key,
    Answer,
    /// A proof was refused, as this says; perhaps the clock is to blame.
    #[cfg(feature = "dpop")]
    Time(OrgError),
    Keys(TokenResponse),
    Signature(Box<Checked>),
}

/// An answer whose ID token awaits its signature check.
#[derive(Debug)]
pub(crate) struct Checked {
    response: TokenResponse,
    unverified_claims: Json,
}

/// `None` while it goes on.
pub(crate) type Outcome = Option<Result<Session, OrgError>>;

impl Exchange {
    pub(crate) fn new(grant: Grant, purpose: Purpose) -> Self {
        Self {
            #[cfg(feature = "dpop")]
            proving: Proving::with(grant.session().and_then(|session| session.binding.as_ref())),
            grant,
            purpose,
            step: Step::Metadata,
            sent: None,
            retried: false,
            refused: None,
        }
    }

    /// The refresh token of an answer that is being checked.
    pub(crate) fn into_refresh_token(self) -> Option<RefreshToken> {
        match self.step {
            Step::Keys(response) => response.refresh_token,
            Step::Signature(checked) => checked.response.refresh_token,
            _ => None,
        }
    }

    /// What an answer held that was not accepted.
    pub(crate) fn take_refused(&mut self) -> Option<TokenToRevoke> {
        self.refused.take()
    }

    /// What the sign-in had asked for; a renewal asks for nothing.
    pub(crate) fn into_transaction(self) -> Option<Box<Transaction>> {
        match self.grant {
            Grant::Code { transaction, .. } => Some(transaction),
            Grant::Refresh(_) => None,
        }
    }

    /// Goes on where it waits for a document of the org, the discovery document or the keys, which came or did not.
    pub(crate) fn document_settled(
        &mut self,
        error: Option<&OrgError>,
        settings: &Settings,
        org: &Org,
        ctx: &mut StepContext<'_>,
    ) -> Outcome {
        match (std::mem::replace(&mut self.step, Step::Metadata), error) {
            (Step::Metadata, None) => self.begin(settings, org, ctx),
            (Step::Metadata, Some(error)) => Some(Err(error.clone())),
            (Step::Keys(response), None) => self.check(response, true, settings, org, ctx),
            (Step::Keys(response), Some(error)) => self.without_keys(response, error, settings, ctx),
            (other, _) => {
                self.step = other;
                None
            }
        }
    }

    /// Asks for the tokens, or first for the discovery document.
    pub(crate) fn begin(&mut self, settings: &Settings, org: &Org, ctx: &mut StepContext<'_>) -> Outcome {
        let Some(metadata) = &org.metadata else {
            org.want_metadata(&settings.issuer, None, ctx);
            return None;
        };
        if let Grant::Code { issuer_named: false, .. } = self.grant
            && metadata.authorization_response_iss_parameter_supported
        {
            return Some(Err(OrgError::Answer(AnswerProblem::NoIssuer)));
        }
        // The ID token will need one: they come while the tokens do.
        if org.keys.keys.is_empty() {
            org.want_keys(ctx);
        }
        #[cfg(feature = "dpop")]
        if let Some(key) = self.key_to_make(settings, offers_dpop(metadata)) {
            self.step = Step::Key;
            let id = ctx.tickets.issue_for(self.purpose, Kind::KeyMade);
            ctx.push(Effect::MakeKey { id, key, keep: settings.session_storage != StorageKind::Memory });
            return None;
        }
        self.send(TOKEN_TIMEOUT, settings, org, ctx);
        None
    }

    pub(crate) fn send(
        &mut self,
        timeout: Duration,
        settings: &Settings,
        org: &Org,
        ctx: &mut StepContext<'_>,
    ) {
        let Some(metadata) = &org.metadata else { return };
        let (url, form) = (metadata.token_endpoint.clone(), Some(self.grant.form(settings)));
        self.sent = self.sent.or(Some(ctx.now));
        self.step = Step::Answer;
        #[cfg(feature = "dpop")]
        let proof =
            self.proving.binding.as_ref().and_then(|key| org.proofs.make(key, "POST", &url, None, ctx));
        let request = HttpRequest {
            url,
            form,
            timeout,
            #[cfg(feature = "dpop")]
            proof,
            ..HttpRequest::default()
        };
        ctx.send(self.purpose, request);
    }

    /// An answer to a renewal was lost, for whatever reason the browser gives: the org may have rotated the
    /// refresh token all the same. Within its grace period the old one still works and brings the answer again;
    /// after it the same request would be taken for a thief's. Once, and never for a code, which is good for one
    /// request only.
    fn retry(
        &mut self,
        answer: &Result<HttpAnswer, HttpFailure>,
        settings: &Settings,
        org: &Org,
        ctx: &mut StepContext<'_>,
    ) -> bool {
        let elapsed = self.sent.map(|sent| ctx.now.since(sent) + GRACE_MARGIN);
        let in_grace = elapsed.is_some_and(|elapsed| elapsed <= settings.refresh_grace);
        let is_lost = answer.is_err() && self.before().is_some();
        #[cfg(feature = "dpop")]
        let is_lost = is_lost && !matches!(answer, Err(HttpFailure::KeyLost { .. }));
        let retries = is_lost && in_grace && !self.retried;
        if retries {
            self.retried = true;
            self.send(RETRY_TIMEOUT, settings, org, ctx);
        }
        retries
    }

    /// Takes the answer to the last request in.
    pub(crate) fn answered(
        &mut self,
        answer: &Result<HttpAnswer, HttpFailure>,
        settings: &Settings,
        org: &Org,
        ctx: &mut StepContext<'_>,
    ) -> Outcome {
        match std::mem::replace(&mut self.step, Step::Metadata) {
            Step::Answer if self.retry(answer, settings, org, ctx) => None,
            #[cfg(feature = "dpop")]
            Step::Answer if self.proves_again(answer, settings, org, ctx) => None,
            Step::Answer => match read_tokens(answer, ctx.read_json) {
                Ok(response) => match self.judge_type(&response, settings) {
                    Ok(()) => self.check(response, false, settings, org, ctx),
                    Err(problem) => self.refuse(response, OrgError::Answer(problem)),
                },
                Err(error) => Some(Err(error)),
            },
            other => {
                self.step = other;
                None
            }
        }
    }

    /// Finds the key, if need be among those that the org has now, and has the signature checked; without an ID token a
    /// renewal is done (§12.2).
    fn check(
        &mut self,
        response: TokenResponse,
        keys_are_new: bool,
        settings: &Settings,
        org: &Org,
        ctx: &mut StepContext<'_>,
    ) -> Outcome {
        let Some(id_token) = &response.id_token else {
            return self.finish_without(response, settings, ctx);
        };
        let Some(jws) = Jws::parse(id_token.expose(), ctx.read_json) else {
            return self.refuse(response, OrgError::IdToken(IdTokenError::Malformed));
        };
        let jwk = match id_token::key_for(&jws.unverified_header, &org.keys) {
            Ok(Some(jwk)) => jwk.clone(),
            Ok(None) => {
                if keys_are_new {
                    return self.refuse(response, OrgError::IdToken(IdTokenError::UnknownKey));
                }
                org.want_keys(ctx);
                self.step = Step::Keys(response);
                return None;
            }
            Err(error) => return self.refuse(response, OrgError::IdToken(error)),
        };
        let id = ctx.tickets.issue_for(self.purpose, Kind::Verified);
        ctx.push(Effect::VerifySignature {
            id,
            jwk,
            signing_input: Sensitive::new(jws.signing_input),
            signature: jws.signature,
        });
        let unverified_claims = jws.unverified_claims;
        self.step = Step::Signature(Box::new(Checked { response, unverified_claims }));
        None
    }

    /// The signature was checked.
    pub(crate) fn verified(&mut self, good: bool, settings: &Settings, ctx: &StepContext<'_>) -> Outcome {
        let Step::Signature(checked) = std::mem::replace(&mut self.step, Step::Metadata) else {
            return None;
        };
        if !good {
            return self.refuse(checked.response, OrgError::IdToken(IdTokenError::Signature));
        }
        let expected = Expected {
            issuer: settings.issuer.as_str(),
            client_id: &settings.client_id,
            access_token: checked.response.access_token.expose(),
            now: ctx.now,
            occasion: match &self.grant {
                Grant::Code { transaction, .. } => Occasion::SignIn(transaction.asked()),
                Grant::Refresh(session) => Occasion::Renewal(&session.claims),
            },
        };
        let judged = id_token::judge(&checked.unverified_claims, &expected);
        #[cfg(feature = "silent-renewal")]
        let judged = judged.and_then(|offset| {
            let is_other =
                self.renewed_person().is_some_and(|sub| checked.unverified_claims.text("sub") != Some(sub));
            if is_other { Err(IdTokenError::Subject) } else { Ok(offset) }
        });
        match judged {
            Ok(offset) => self.finish(*checked, offset, settings, ctx),
            Err(error) => self.refuse(checked.response, OrgError::IdToken(error)),
        }
    }

    fn finish(
        &mut self,
        checked: Checked,
        offset: i64,
        settings: &Settings,
        ctx: &StepContext<'_>,
    ) -> Outcome {
        let Checked { response, unverified_claims: claims } = checked;
        let Some(id_token) = response.id_token else {
            return self.refuse(response, OrgError::Answer(AnswerProblem::NoIdToken));
        };
        let before = self.before();
        let (state, target) = match &self.grant {
            #[cfg(feature = "silent-renewal")]
            Grant::Code { renews: Some(session), .. } => (session.state.as_str(), &session.target),
            Grant::Code { transaction, .. } => (transaction.state.expose(), &transaction.target),
            Grant::Refresh(session) => (session.state.as_str(), &session.target),
        };
        let lifetime = response.expires_in.unwrap_or(UNSAID_LIFETIME);
        Some(Ok(Session {
            access_token: response.access_token,
            expires_at: ctx.now + Duration::from_secs(lifetime),
            lifetime,
            refresh_token: response.refresh_token.or_else(|| before.and_then(|b| b.refresh_token.clone())),
            id_token,
            claims,
            scopes: response.scope.unwrap_or_else(|| asked_scopes(before, settings)),
            offset,
            state: state.to_owned(),
            target: target.clone(),
            #[cfg(feature = "dpop")]
            binding: self.proving.binding.clone(),
            #[cfg(feature = "silent-renewal")]
            renews_silently: settings.silent_renewal.is_some(),
            #[cfg(feature = "silent-renewal")]
            away_since: None,
        }))
    }

    /// A renewal may come without an ID token; the one already checked stays.
    fn finish_without(
        &mut self,
        response: TokenResponse,
        settings: &Settings,
        ctx: &StepContext<'_>,
    ) -> Outcome {
        let (id_token, unverified_claims, offset) = match self.before() {
            Some(before) => (Some(before.id_token.clone()), before.claims.clone(), before.offset),
            None => (None, Json::Null, 0),
        };
        let response = TokenResponse { id_token, ..response };
        self.finish(Checked { response, unverified_claims }, offset, settings, ctx)
    }

    /// The keys cannot be had. A sign-in fails; a renewal keeps the ID token already checked and forgets
    /// the new one, because the rotated refresh token must not be lost: the old one would count as stolen.
    fn without_keys(
        &mut self,
        response: TokenResponse,
        error: &OrgError,
        settings: &Settings,
        ctx: &StepContext<'_>,
    ) -> Outcome {
        match self.before() {
            Some(_) => self.finish_without(response, settings, ctx),
            None => self.refuse(response, error.clone()),
        }
    }

    /// Nothing of the answer is used, and whoever asked has it revoked.
    fn refuse(&mut self, response: TokenResponse, error: OrgError) -> Outcome {
        self.refused = Some(match &response.refresh_token {
            Some(token) => (Sensitive::new(token.expose()), REFRESH),
            None => (Sensitive::new(response.access_token.expose()), ACCESS),
        });
        Some(Err(error))
    }

    #[cfg(not(feature = "dpop"))]
    fn judge_type(&mut self, response: &TokenResponse, _: &Settings) -> Result<(), AnswerProblem> {
        let is_bearer = AuthScheme::parse(&response.token_type) == Some(AuthScheme::Bearer);
        if is_bearer { Ok(()) } else { Err(AnswerProblem::TokenType) }
    }

    /// The session whose refresh token is used. What it has is good where the answer has less.
    fn before(&self) -> Option<&Session> {
        match &self.grant {
            Grant::Refresh(session) => Some(session),
            Grant::Code { .. } => None,
        }
    }

    /// Whose session goes on, where the code is that of a silent renewal (OpenID Connect Core §12.2).
    #[cfg(feature = "silent-renewal")]
    fn renewed_person(&self) -> Option<&str> {
        match &self.grant {
            Grant::Code { transaction, .. } => transaction.renews.as_ref().map(Subject::as_str),
            Grant::Refresh(_) => None,
        }
    }
}

fn asked_scopes(before: Option<&Session>, settings: &Settings) -> Scopes {
    before.map_or_else(|| settings.scopes.clone(), |session| session.scopes.clone())
}
