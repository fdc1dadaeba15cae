//! What is known of the org: its discovery document and its keys, kept in memory for the life of the page.
//!
//! OpenID Connect Discovery §4. The browser's HTTP cache holds both between pages, as the org's
//! `Cache-Control` says. Keys are confirmed all the same: one that was withdrawn must not serve for weeks.

use std::time::Duration;

use okta_types::{Issuer, Jwk, JwkSet, Metadata, OAuthError, UnixTime, read_decimal};

use crate::interface::config::{Settings, secure};
#[cfg(feature = "dpop")]
use crate::interface::dpop::Dpop;
use crate::interface::effect::HttpRequest;
use crate::interface::error::{AnswerProblem, MetadataProblem, OrgError};
use crate::interface::event::{HttpAnswer, HttpFailure};
#[cfg(feature = "dpop")]
use crate::machine::proofs::Proofs;
#[cfg(feature = "endpoints")]
use crate::protocol::endpoints;
use crate::protocol::json::{Json, ReadJson};
use crate::step_context::StepContext;
use crate::tickets::Purpose;

/// For documents the org serves from a cache.
const DOCUMENT_TIMEOUT: Duration = Duration::from_secs(10);

/// What is known of the org so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Org {
    pub(crate) metadata: Option<Metadata>,
    pub(crate) keys: JwkSet,
    /// What the browser keeps of the discovery document was of no use: the next time it comes from the org.
    is_doubted: bool,
    /// Of the org and of the APIs.
    #[cfg(feature = "dpop")]
    pub(crate) proofs: Proofs,
}

impl Org {
    /// Asks for the discovery document unless that is under way. `within` bounds the wait of this asker.
    pub(crate) fn want_metadata(&self, issuer: &Issuer, within: Option<Duration>, ctx: &mut StepContext<'_>) {
        if !ctx.tickets.is_open(Purpose::Metadata) {
            let timeout = within.unwrap_or(DOCUMENT_TIMEOUT);
            let request = get(issuer.discovery_url(), timeout);
            ctx.send(Purpose::Metadata, HttpRequest { may_be_cached: !self.is_doubted, ..request });
        }
    }

    /// Takes the discovery document in.
    pub(crate) fn metadata_answered(
        &mut self,
        settings: &Settings,
        answer: &Result<HttpAnswer, HttpFailure>,
        read: ReadJson,
    ) -> Result<(), OrgError> {
        self.is_doubted = true;
        let body = read(document(answer)?).unwrap_or_default();
        self.metadata = Some(read_metadata(body, settings)?);
        Ok(())
    }

    /// Asks for the keys unless that is under way; the discovery document must be known.
    pub(crate) fn want_keys(&self, ctx: &mut StepContext<'_>) {
        let Some(metadata) = self.metadata.as_ref().filter(|_| !ctx.tickets.is_open(Purpose::Keys)) else {
            return;
        };
        ctx.send(Purpose::Keys, get(metadata.jwks_uri.clone(), DOCUMENT_TIMEOUT));
    }

    /// Takes the keys in; the old set stays where the new one cannot be read.
    pub(crate) fn keys_answered(
        &mut self,
        answer: &Result<HttpAnswer, HttpFailure>,
        read: ReadJson,
    ) -> Result<(), OrgError> {
        let set = read(document(answer)?);
        let keys = set.as_ref().and_then(|set| set.get("keys")?.as_array());
        let keys = keys.ok_or(OrgError::Answer(AnswerProblem::Malformed))?;
        self.keys =
            JwkSet { keys: keys.iter().filter(|key| key.as_object().is_some()).map(read_key).collect() };
        Ok(())
    }
}

fn get(url: String, timeout: Duration) -> HttpRequest {
    HttpRequest { url, timeout, ..HttpRequest::default() }
}

pub(crate) fn document(answer: &Result<HttpAnswer, HttpFailure>) -> Result<&str, OrgError> {
    match answer {
        Ok(answer) if answer.status == 200 => Ok(answer.body.expose()),
        Ok(answer) => Err(unavailable(answer).unwrap_or(OrgError::Metadata(MetadataProblem::Missing))),
        Err(failure) => Err(failure.into()),
    }
}

/// 429 and 5xx, whatever the body says: a rate limit may come as `invalid_grant`.
pub(crate) fn unavailable(answer: &HttpAnswer) -> Option<OrgError> {
    let temporary = answer.status == 429 || answer.status >= 500;
    let named = answer.rate_limit_reset.as_deref();
    let number = || read_decimal(named.or(answer.retry_after.as_deref())?);
    temporary.then(|| {
        let (until, after) = match number() {
            Some(reset) if named.is_some() => (Some(UnixTime(reset as i64)), None),
            after => (None, after.map(Duration::from_secs)),
        };
        OrgError::Unavailable { status: answer.status, until, after }
    })
}

/// A refusal of the token endpoint (RFC 6749 §5.2).
pub(crate) fn refusal(answer: &HttpAnswer, read: ReadJson) -> OrgError {
    unavailable(answer).unwrap_or_else(|| {
        let body = read(answer.body.expose()).unwrap_or_default();
        match body.owned("error") {
            Some(error) => OrgError::Refused(crate::interface::explanation::legible(OAuthError {
                error,
                error_description: body.owned("error_description"),
            })),
            None => OrgError::Answer(AnswerProblem::Malformed),
        }
    })
}

impl From<&HttpFailure> for OrgError {
    fn from(failure: &HttpFailure) -> Self {
        match failure {
            HttpFailure::Network => Self::Network,
            HttpFailure::Timeout => Self::Timeout,
            HttpFailure::Cors { origin } => Self::Cors(origin.clone()),
            #[cfg(feature = "dpop")]
            HttpFailure::KeyLost { .. } => Self::KeyLost,
        }
    }
}

/// The issuer to the letter; endpoints of its own origin, or named by the app; `https`, or plain `http` to
/// this machine, which keeps `javascript:` and the like out of navigations.
fn read_metadata(document: Json, settings: &Settings) -> Result<Metadata, OrgError> {
    let problem = |problem| Err(OrgError::Metadata(problem));
    #[cfg(feature = "endpoints")]
    let mut document = document;
    match document.text("issuer") {
        Some(named) if named == settings.issuer.as_str() => {}
        Some(_) => return problem(MetadataProblem::Issuer),
        None => return problem(MetadataProblem::Malformed),
    }
    #[cfg(feature = "endpoints")]
    endpoints::replace_in(&mut document, &settings.endpoints);
    let Some(metadata) = metadata_of(&document, settings) else {
        return problem(MetadataProblem::Malformed);
    };
    if !metadata.code_challenge_methods_supported.iter().any(|method| method == "S256") {
        return problem(MetadataProblem::Pkce);
    }
    #[cfg(feature = "dpop")]
    if settings.dpop == Dpop::Required && !offers_dpop(&metadata) {
        return problem(MetadataProblem::Dpop);
    }
    let required = [&metadata.authorization_endpoint, &metadata.token_endpoint, &metadata.jwks_uri];
    let optional = [
        &metadata.revocation_endpoint,
        &metadata.end_session_endpoint,
        &metadata.userinfo_endpoint,
        &metadata.pushed_authorization_request_endpoint,
    ];
    let home = settings.issuer.origin();
    for url in required.into_iter().chain(optional.into_iter().flatten()) {
        let Ok(address) = secure(url) else { return problem(MetadataProblem::Endpoint) };
        #[cfg(feature = "endpoints")]
        let is_named = || settings.endpoints.iter().any(|(_, named)| named == url);
        #[cfg(not(feature = "endpoints"))]
        let is_named = || false;
        if home.as_ref() != Some(address.origin()) && !is_named() {
            return problem(MetadataProblem::ForeignEndpoint);
        }
    }
    Ok(metadata)
}

/// Names where requests are pushed to only if they are (RFC 9126 §5).
fn metadata_of(document: &Json, settings: &Settings) -> Option<Metadata> {
    let texts = |name: &str| -> Vec<String> {
        let list = document.get(name).and_then(Json::as_array).unwrap_or_default();
        list.iter().filter_map(Json::as_str).map(str::to_owned).collect()
    };
    let (authorization, token) = (document.text("authorization_endpoint")?, document.text("token_endpoint")?);
    let jwks_uri = document.text("jwks_uri")?;
    let says = |name: &str| document.get(name) == Some(&Json::Bool(true));
    #[cfg(feature = "par")]
    let pushed = match settings.push_requests || says("require_pushed_authorization_requests") {
        true => Some(document.text("pushed_authorization_request_endpoint")?),
        false => None,
    };
    #[cfg(not(feature = "par"))]
    let pushed: Option<&str> = None;
    Some(Metadata {
        issuer: settings.issuer.clone(),
        authorization_endpoint: authorization.to_owned(),
        token_endpoint: token.to_owned(),
        jwks_uri: jwks_uri.to_owned(),
        userinfo_endpoint: document.owned("userinfo_endpoint"),
        revocation_endpoint: document.owned("revocation_endpoint"),
        introspection_endpoint: None,
        end_session_endpoint: document.owned("end_session_endpoint"),
        code_challenge_methods_supported: texts("code_challenge_methods_supported"),
        pushed_authorization_request_endpoint: pushed.map(str::to_owned),
        require_pushed_authorization_requests: pushed.is_some(),
        authorization_response_iss_parameter_supported: says(
            "authorization_response_iss_parameter_supported",
        ),
        #[cfg(feature = "dpop")]
        dpop_signing_alg_values_supported: texts("dpop_signing_alg_values_supported"),
        #[cfg(not(feature = "dpop"))]
        dpop_signing_alg_values_supported: Vec::new(),
    })
}

/// Whether proofs may be signed with ES256 (RFC 9449 §5.1).
#[cfg(feature = "dpop")]
pub(crate) fn offers_dpop(metadata: &Metadata) -> bool {
    metadata.dpop_signing_alg_values_supported.iter().any(|algorithm| algorithm == "ES256")
}

fn read_key(key: &Json) -> Jwk {
    Jwk {
        alg: key.owned("alg"),
        e: key.owned("e"),
        n: key.owned("n"),
        kid: key.owned("kid"),
        kty: key.owned("kty").unwrap_or_default(),
        public_key_use: key.owned("use"),
    }
}
