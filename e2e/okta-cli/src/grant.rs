//! Tokens from the token endpoint: the grants that the commands use (RFC 6749 §4.1.3, §4.4), and the request that comes
//! before the first of them where an org wants it pushed (RFC 9126).

use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, RequestBuilder};
use serde_json::Value;

/// What a grant brings.
pub(super) struct Tokens {
    pub(super) access_token: String,
    /// With the scope `openid`.
    pub(super) id_token: Option<String>,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub(super) enum GrantError {
    #[error("the org does not answer")]
    Unreachable(#[source] reqwest::Error),
    #[error("{description} ({code})")]
    Refused { code: String, description: String },
    #[error("the org's answer (status {0}) contains no {1}")]
    Unexpected(u16, &'static str),
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

/// A service app's own token.
pub(super) async fn client_credentials(
    http: &Client,
    token_endpoint: &str,
    id: &str,
    secret: &str,
    scope: &str,
) -> Result<String, GrantError> {
    let form = [("grant_type", "client_credentials"), ("scope", scope)];
    let request = http.post(token_endpoint).basic_auth(id, Some(secret)).form(&form);
    Ok(tokens(request).await?.access_token)
}

/// A person's tokens, for the code that the redirect brought.
pub(super) async fn authorization_code(
    http: &Client,
    token_endpoint: &str,
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
    tokens(http.post(token_endpoint).form(&form)).await
}

/// The name under which the org keeps an authorization request that is pushed to it (RFC 9126 §2.2).
pub(super) async fn push(http: &Client, endpoint: &str, form: &str) -> Result<String, GrantError> {
    const FORM: &str = "application/x-www-form-urlencoded";
    let request = http.post(endpoint).header(CONTENT_TYPE, FORM).body(form.to_owned());
    let answer = Answer::to(request).await?;
    answer.text("request_uri").map_or_else(|| Err(answer.refusal("request_uri")), Ok)
}

async fn tokens(request: RequestBuilder) -> Result<Tokens, GrantError> {
    let answer = Answer::to(request).await?;
    match answer.text("access_token") {
        Some(access_token) => Ok(Tokens { access_token, id_token: answer.text("id_token") }),
        None => Err(answer.refusal("access token")),
    }
}

/// What an endpoint said.
struct Answer {
    status: u16,
    members: Value,
}

impl Answer {
    async fn to(request: RequestBuilder) -> Result<Self, GrantError> {
        let response = request.send().await.map_err(|error| GrantError::Unreachable(error.without_url()))?;
        let status = response.status().as_u16();
        // What is no JSON says nothing.
        Ok(Self { status, members: response.json().await.unwrap_or_default() })
    }

    fn text(&self, name: &str) -> Option<String> {
        self.members[name].as_str().map(str::to_owned)
    }

    /// Why there is not what was asked for (RFC 6749 §5.2).
    fn refusal(&self, asked_for: &'static str) -> GrantError {
        match self.text("error") {
            Some(code) => {
                GrantError::Refused { code, description: self.text("error_description").unwrap_or_default() }
            }
            None => GrantError::Unexpected(self.status, asked_for),
        }
    }
}
