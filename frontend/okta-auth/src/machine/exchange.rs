//! From a grant to a session: the token request, the ID token's key, its signature and its claims.
//!
//! Sign-in (RFC 6749 §4.1.3) and renewal (§6) differ in the grant and in what the ID token is compared
//! with; everything else is the same. No session comes out of here whose ID token was not checked.

use std::time::Duration;

use okta_types::{
    AccessToken, AuthScheme, AuthorizationCode, Form, IdToken, RefreshToken, Scopes, TokenResponse, UnixTime,
};

use crate::interface::config::Settings;
use crate::interface::effect::{Effect, HttpRequest};
use crate::interface::error::{AnswerProblem, OrgError};
use crate::interface::event::{HttpAnswer, HttpFailure};
use crate::machine::org::{self, Org};
use crate::machine::session::{MAX_LIFETIME, Session, is_header_safe};
use crate::machine::transaction::Transaction;
use crate::protocol::id_token::{self, Expected, IdTokenError, Occasion};
use crate::protocol::json::{Json, ReadJson};
use crate::protocol::jws::Jws;
use crate::protocol::sensitive::Sensitive;
use crate::tickets::{Kind, Purpose};
use crate::turn::Turn;

const TOKEN_TIMEOUT: Duration = Duration::from_secs(15);
/// For the second attempt at a renewal whose answer was lost.
const RETRY_TIMEOUT: Duration = Duration::from_secs(10);
/// What the way to the org may take of the grace period.
const GRACE_MARGIN: Duration = Duration::from_secs(5);
/// Assumed where the answer does not say, or not as a number (RFC 6749 §5.1 only recommends it), seconds.
const UNSAID_LIFETIME: u64 = 300;

/// What is exchanged for tokens.
#[derive(Debug)]
pub(crate) enum Grant {
    /// A code, the transaction that asked for it, and whether the callback named the issuer.
    Code { code: AuthorizationCode, transaction: Box<Transaction>, issuer_named: bool },
    /// The refresh token of this session.
    Refresh(Box<Session>),
}

/// An exchange under way.
#[derive(Debug)]
pub(crate) struct Exchange {
    grant: Grant,
    step: Step,
    keys_fetched: bool,
    /// When the token request was first sent.
    sent: Option<UnixTime>,
    retried: bool,
}

#[derive(Debug)]
enum Step {
    Metadata,
    Answer,
    Keys(TokenResponse),
    Signature(Box<Checked>),
}

/// An answer whose ID token awaits its signature check.
#[derive(Debug)]
struct Checked {
    response: TokenResponse,
    unverified_claims: Json,
}

/// `None` while it goes on.
pub(crate) type Outcome = Option<Result<Session, OrgError>>;

impl Exchange {
    pub(crate) fn new(grant: Grant) -> Self {
        Self { grant, step: Step::Metadata, keys_fetched: false, sent: None, retried: false }
    }

    /// Whose exchange it is.
    fn purpose(&self) -> Purpose {
        match &self.grant {
            Grant::Code { .. } => Purpose::Callback,
            Grant::Refresh(_) => Purpose::Renewal,
        }
    }

    /// Whether the token request is not answered yet.
    pub(crate) fn awaits_tokens(&self) -> bool {
        matches!(self.step, Step::Answer)
    }

    /// The refresh token of an answer that is being checked.
    pub(crate) fn into_refresh_token(self) -> Option<RefreshToken> {
        match self.step {
            Step::Keys(response) => response.refresh_token,
            Step::Signature(checked) => checked.response.refresh_token,
            Step::Metadata | Step::Answer => None,
        }
    }

    /// What the sign-in had asked for; a renewal asks for nothing.
    pub(crate) fn into_transaction(self) -> Option<Box<Transaction>> {
        match self.grant {
            Grant::Code { transaction, .. } => Some(transaction),
            Grant::Refresh(_) => None,
        }
    }

    /// Begins, or goes on once the discovery document is known.
    pub(crate) fn proceed(&mut self, settings: &Settings, org: &mut Org, turn: &mut Turn<'_>) -> Outcome {
        let Step::Metadata = self.step else { return None };
        let Some(metadata) = &org.metadata else {
            org.want_metadata(&settings.issuer, None, turn);
            return None;
        };
        if let Grant::Code { issuer_named: false, .. } = self.grant
            && metadata.authorization_response_iss_parameter_supported
        {
            return Some(Err(OrgError::Answer(AnswerProblem::NoIssuer)));
        }
        self.send(metadata.token_endpoint.clone(), TOKEN_TIMEOUT, settings, turn);
        None
    }

    fn send(&mut self, url: String, timeout: Duration, settings: &Settings, turn: &mut Turn<'_>) {
        let form = Some(self.form(settings));
        self.sent = self.sent.or(Some(turn.now));
        self.step = Step::Answer;
        turn.send(self.purpose(), HttpRequest { url, form, authorization: None, timeout });
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
        turn: &mut Turn<'_>,
    ) -> bool {
        let elapsed = self.sent.map(|sent| turn.now.since(sent) + GRACE_MARGIN);
        let in_grace = elapsed.is_some_and(|elapsed| elapsed <= settings.refresh_grace);
        match &org.metadata {
            Some(metadata) if answer.is_err() && in_grace && !self.retried && self.before().is_some() => {
                self.retried = true;
                self.send(metadata.token_endpoint.clone(), RETRY_TIMEOUT, settings, turn);
                true
            }
            _ => false,
        }
    }

    /// The discovery document cannot be had.
    pub(crate) fn metadata_failed(&self, error: &OrgError) -> Outcome {
        matches!(self.step, Step::Metadata).then(|| Err(error.clone()))
    }

    fn form(&self, settings: &Settings) -> Form {
        let form = Form::new().with("client_id", &settings.client_id);
        match &self.grant {
            Grant::Code { code, transaction, .. } => form
                .with("grant_type", "authorization_code")
                .with("redirect_uri", &settings.redirect_uri_text)
                .with("code", code.expose())
                .with("code_verifier", transaction.verifier.expose()),
            Grant::Refresh(session) => form
                .with("grant_type", "refresh_token")
                .with("refresh_token", session.refresh_token.as_ref().map_or("", |token| token.expose()))
                .with("scope", session.scopes.as_str()),
        }
    }

    /// Takes the answer to the last request in.
    pub(crate) fn answered(
        &mut self,
        answer: &Result<HttpAnswer, HttpFailure>,
        settings: &Settings,
        org: &mut Org,
        turn: &mut Turn<'_>,
    ) -> Outcome {
        match std::mem::replace(&mut self.step, Step::Metadata) {
            Step::Answer if self.retry(answer, settings, org, turn) => None,
            Step::Answer => match read_tokens(answer, turn.read_json) {
                Ok(response) => self.check(response, settings, org, turn),
                Err(error) => Some(Err(error)),
            },
            Step::Keys(response) => match org.keys_answered(answer, turn.read_json) {
                Ok(()) => self.check(response, settings, org, turn),
                Err(error) => self.without_keys(response, error, settings, turn),
            },
            other => {
                self.step = other;
                None
            }
        }
    }

    /// Finds the key and has the signature checked; without an ID token a renewal is done (§12.2).
    fn check(
        &mut self,
        response: TokenResponse,
        settings: &Settings,
        org: &Org,
        turn: &mut Turn<'_>,
    ) -> Outcome {
        let Some(id_token) = &response.id_token else {
            return Some(self.finish_without(response, settings, turn));
        };
        let Some(jws) = Jws::parse(id_token.expose(), turn.read_json) else {
            return refuse(IdTokenError::Malformed);
        };
        let jwk = match id_token::key_for(&jws.unverified_header, &org.keys) {
            Ok(Some(jwk)) => jwk.clone(),
            Ok(None) if self.keys_fetched => return refuse(IdTokenError::UnknownKey),
            Ok(None) => {
                if org.want_keys(self.purpose(), turn).is_none() {
                    return refuse(IdTokenError::UnknownKey);
                }
                self.keys_fetched = true;
                self.step = Step::Keys(response);
                return None;
            }
            Err(error) => return refuse(error),
        };
        let id = turn.tickets.draw_for(self.purpose(), Kind::Verified);
        turn.push(Effect::VerifySignature {
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
    pub(crate) fn verified(&mut self, good: bool, settings: &Settings, turn: &Turn<'_>) -> Outcome {
        let Step::Signature(checked) = std::mem::replace(&mut self.step, Step::Metadata) else {
            return None;
        };
        if !good {
            return refuse(IdTokenError::Signature);
        }
        let expected = Expected {
            issuer: settings.issuer.as_str(),
            client_id: &settings.client_id,
            access_token: checked.response.access_token.expose(),
            now: turn.now,
            occasion: match &self.grant {
                Grant::Code { transaction, .. } => Occasion::SignIn(transaction.asked()),
                Grant::Refresh(session) => Occasion::Renewal(&session.claims),
            },
        };
        Some(match id_token::judge(&checked.unverified_claims, &expected) {
            Ok(offset) => self.finish(*checked, offset, settings, turn),
            Err(error) => Err(OrgError::IdToken(error)),
        })
    }

    fn finish(
        &self,
        checked: Checked,
        offset: i64,
        settings: &Settings,
        turn: &Turn<'_>,
    ) -> Result<Session, OrgError> {
        let Checked { response, unverified_claims: claims } = checked;
        let before = self.before();
        let (state, target) = match &self.grant {
            Grant::Code { transaction, .. } => (transaction.state.expose(), &transaction.target),
            Grant::Refresh(session) => (session.state.as_str(), &session.target),
        };
        let lifetime = response.expires_in.unwrap_or(UNSAID_LIFETIME);
        Ok(Session {
            access_token: response.access_token,
            expires_at: turn.now + Duration::from_secs(lifetime),
            lifetime,
            refresh_token: response.refresh_token.or_else(|| before.and_then(|b| b.refresh_token.clone())),
            id_token: response.id_token.ok_or(OrgError::Answer(AnswerProblem::NoIdToken))?,
            claims,
            scopes: response.scope.unwrap_or_else(|| asked_scopes(before, settings)),
            offset,
            state: state.to_owned(),
            target: target.clone(),
        })
    }

    /// A renewal may come without an ID token; the one already checked stays.
    fn finish_without(
        &self,
        response: TokenResponse,
        settings: &Settings,
        turn: &Turn<'_>,
    ) -> Result<Session, OrgError> {
        let before = self.before().ok_or(OrgError::Answer(AnswerProblem::NoIdToken))?.clone();
        let response = TokenResponse { id_token: Some(before.id_token), ..response };
        let checked = Checked { response, unverified_claims: before.claims };
        self.finish(checked, before.offset, settings, turn)
    }

    /// The keys cannot be had. A sign-in fails; a renewal keeps the ID token already checked and forgets
    /// the new one, because the rotated refresh token must not be lost: the old one would count as stolen.
    fn without_keys(
        &self,
        response: TokenResponse,
        error: OrgError,
        settings: &Settings,
        turn: &Turn<'_>,
    ) -> Outcome {
        Some(match self.before() {
            Some(_) => self.finish_without(response, settings, turn),
            None => Err(error),
        })
    }

    fn before(&self) -> Option<&Session> {
        match &self.grant {
            Grant::Refresh(session) => Some(session),
            Grant::Code { .. } => None,
        }
    }
}

fn asked_scopes(before: Option<&Session>, settings: &Settings) -> Scopes {
    before.map_or_else(|| settings.scopes.clone(), |session| session.scopes.clone())
}

fn refuse(error: IdTokenError) -> Outcome {
    Some(Err(OrgError::IdToken(error)))
}

/// Reads the token endpoint's answer (RFC 6749 §5.1). A token of an unknown type must not be used (§7.1).
pub(crate) fn read_tokens(
    answer: &Result<HttpAnswer, HttpFailure>,
    read: ReadJson,
) -> Result<TokenResponse, OrgError> {
    let answer = answer.as_ref().map_err(OrgError::from)?;
    if answer.status != 200 {
        return Err(org::refusal(answer, read));
    }
    let malformed = OrgError::Answer(AnswerProblem::Malformed);
    let response = read(answer.body.expose()).as_ref().and_then(read_response).ok_or(malformed)?;
    match AuthScheme::parse(&response.token_type) {
        Some(AuthScheme::Bearer) => Ok(response),
        _ => Err(OrgError::Answer(AnswerProblem::TokenType)),
    }
}

/// Whole seconds; what is past already is none.
fn lifetime(expires_in: &Json) -> Option<u64> {
    match expires_in {
        Json::Number(seconds) => Some((*seconds as u64).min(MAX_LIFETIME)),
        _ => None,
    }
}

fn read_response(answer: &Json) -> Option<TokenResponse> {
    let token_type = answer.text("token_type")?;
    let access_token = answer.text("access_token").filter(|token| is_header_safe(token))?;
    Some(TokenResponse {
        token_type: token_type.to_owned(),
        expires_in: answer.get("expires_in").and_then(lifetime),
        access_token: AccessToken::new(access_token),
        scope: answer.text("scope").map(Scopes::parse),
        refresh_token: answer.text("refresh_token").map(RefreshToken::new),
        id_token: answer.text("id_token").map(IdToken::new),
    })
}
