//! Tokens from the token endpoint: the grants that the commands use (RFC 6749 §4.1.3, §4.4), and the request that comes
//! before the first of them where an org wants it pushed (RFC 9126).

use okta_types::AuthScheme;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, RequestBuilder};
use serde_json::Value;

use crate::dpop::{self, Prover};

/// What a grant brings.
pub(super) struct Tokens {
    pub(super) access_token: String,
    /// How the access token is presented.
    pub(super) scheme: AuthScheme,
    /// With the scope `openid`.
    pub(super) id_token: Option<String>,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub(super) enum GrantError {
    #[error("the org does not answer")]
    Unreachable(#[source] reqwest::Error),
    #[error("{description} ({code}){hint}")]
    Refused { code: String, description: String, hint: &'static str },
    #[error("the org's answer (status {0}) contains no {1}")]
    Unexpected(u16, &'static str),
}

/// What to do about a refusal that has one cause.
fn hint(code: &str, with_proof: bool) -> &'static str {
    match (code, with_proof) {
        ("invalid_dpop_proof", true) => ": does the clock of this machine agree with the org's?",
        ("invalid_dpop_proof", false) => {
            ": if the app's tokens are bound to a key, call the API with cargo okta call, or get one with cargo okta token \
             --dpop"
        }
        _ => "",
    }
}

impl GrantError {
    /// The `error` of the answer; empty where there is none.
    pub(super) fn code(&self) -> &str {
        match self {
            Self::Refused { code, .. } => code,
            _ => "",
        }
    }
}

/// The token endpoint, and the key that its tokens are to be bound to, if any.
#[derive(Clone, Copy)]
pub(super) struct TokenEndpoint<'a> {
    pub(super) http: &'a Client,
    pub(super) url: &'a str,
    /// An app that takes no bound tokens gets bearer tokens all the same.
    pub(super) prover: Option<&'a Prover>,
}

/// A service app's own token.
pub(super) async fn client_credentials(
    endpoint: TokenEndpoint<'_>,
    id: &str,
    secret: &str,
    scope: &str,
) -> Result<Tokens, GrantError> {
    let form = [("grant_type", "client_credentials"), ("scope", scope)];
    tokens(endpoint.http.post(endpoint.url).basic_auth(id, Some(secret)).form(&form), endpoint.prover).await
}

/// A person's tokens, for the code that the redirect brought.
pub(super) async fn authorization_code(
    endpoint: TokenEndpoint<'_>,
    client_id: &str,
    redirect_uri: &str,
    code: &str,
    verifier: &str,
) -> Result<Tokens, GrantError> {
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", client_id),
        ("redirect_uri", redirect_uri),
        ("code", code),
        ("code_verifier", verifier),
    ];
    tokens(endpoint.http.post(endpoint.url).form(&form), endpoint.prover).await
}

/// The name under which the org keeps an authorization request that is pushed to it (RFC 9126 §2.2).
pub(super) async fn push(http: &Client, endpoint: &str, form: &str) -> Result<String, GrantError> {
    const FORM: &str = "application/x-www-form-urlencoded";
    let request = http.post(endpoint).header(CONTENT_TYPE, FORM).body(form.to_owned());
    let answer = Answer::to(request, None).await?;
    answer.text("request_uri").map_or_else(|| Err(answer.refusal("request_uri")), Ok)
}

async fn tokens(request: RequestBuilder, prover: Option<&Prover>) -> Result<Tokens, GrantError> {
    let answer = Answer::to(request, prover).await?;
    let scheme = answer.text("token_type").and_then(|name| AuthScheme::parse(&name)).unwrap_or_default();
    match answer.text("access_token") {
        Some(access_token) => Ok(Tokens { access_token, scheme, id_token: answer.text("id_token") }),
        None => Err(answer.refusal("access token")),
    }
}

/// What an endpoint said.
struct Answer {
    status: u16,
    members: Value,
    /// Whether it is to a request with a proof.
    with_proof: bool,
}

impl Answer {
    async fn to(request: RequestBuilder, prover: Option<&Prover>) -> Result<Self, GrantError> {
        let unreachable = |error: reqwest::Error| GrantError::Unreachable(error.without_url());
        let answer = dpop::send(request, prover, None).await.map_err(unreachable)?;
        // What is no JSON says nothing.
        let members = serde_json::from_slice(&answer.body).unwrap_or_default();
        Ok(Self { status: answer.status.as_u16(), members, with_proof: prover.is_some() })
    }

    fn text(&self, name: &str) -> Option<String> {
        self.members[name].as_str().map(str::to_owned)
    }

    /// Why there is not what was asked for (RFC 6749 §5.2).
    fn refusal(&self, asked_for: &'static str) -> GrantError {
        match self.text("error") {
            Some(code) => {
                let description = self.text("error_description").unwrap_or_default();
                GrantError::Refused { hint: hint(&code, self.with_proof), code, description }
            }
            None => GrantError::Unexpected(self.status, asked_for),
        }
    }
}
