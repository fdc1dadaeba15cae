//! A request to `/authorize` and what judges its answer (RFC 6749 §4.1.1, RFC 7636, OpenID Connect Core §3.1.2.1).

use okta_types::{CodeVerifier, Form, Metadata, base64url};
use reqwest::Client;

use crate::grant::{self, GrantError};

/// The URL to go to, and what must not leave this machine.
pub(super) struct AuthorizationRequest {
    pub(super) url: String,
    pub(super) redirect_uri: String,
    pub(super) nonce: String,
    state: String,
    verifier: CodeVerifier,
}

/// What an address that a browser was sent to has to do with the request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The org's answer, with a code.
    Code(String),
    /// The org's answer; why there is no code.
    Refused(String),
    /// At the redirect URI, without this request's `state`: somebody else's.
    Foreign,
    /// Another address.
    Elsewhere,
}

impl AuthorizationRequest {
    /// Makes one. Where the org insists, it has been pushed, and the URL only names it (RFC 9126 §4, §5).
    pub(super) async fn new(
        http: &Client,
        metadata: &Metadata,
        client_id: &str,
        redirect_uri: &str,
        scope: &str,
    ) -> Result<Self, GrantError> {
        let verifier = CodeVerifier::from_random(random());
        let (state, nonce) = (base64url::encode(random::<32>()), base64url::encode(random::<32>()));
        let challenge = verifier.challenge();
        let whole = Form::new()
            .with("client_id", client_id)
            .with("response_type", "code")
            .with("redirect_uri", redirect_uri)
            .with("scope", scope)
            .with("state", &state)
            .with("nonce", &nonce)
            .with("code_challenge", challenge.as_str())
            .with("code_challenge_method", "S256");
        let query = match &metadata.pushed_authorization_request_endpoint {
            Some(endpoint) if metadata.require_pushed_authorization_requests => {
                let request_uri = grant::push(http, endpoint, whole.as_str()).await?;
                Form::new().with("client_id", client_id).with("request_uri", &request_uri)
            }
            _ => whole,
        };
        let url = format!("{}?{}", metadata.authorization_endpoint, query.as_str());
        Ok(Self { url, redirect_uri: redirect_uri.to_owned(), nonce, state, verifier })
    }

    pub(super) fn verifier(&self) -> &str {
        self.verifier.expose()
    }

    /// Reads an address that a browser was sent to.
    pub(super) fn answer(&self, location: &str) -> Answer {
        let rest = location.strip_prefix(self.redirect_uri.as_str());
        let Some(query) = rest.and_then(|rest| rest.strip_prefix('?')) else { return Answer::Elsewhere };
        let value = |name: &str| {
            let pairs = url::form_urlencoded::parse(query.as_bytes());
            pairs.into_owned().find(|(found, _)| found == name).map(|(_, value)| value)
        };
        if value("state").as_deref() != Some(self.state.as_str()) {
            return Answer::Foreign;
        }
        match (value("code"), value("error")) {
            (_, Some(error)) => {
                Answer::Refused(format!("{} ({error})", value("error_description").unwrap_or_default()))
            }
            (Some(code), None) => Answer::Code(code),
            (None, None) => Answer::Refused("the answer holds neither a code nor an error".to_owned()),
        }
    }
}

fn random<const N: usize>() -> [u8; N] {
    crate::random::bytes()
}
