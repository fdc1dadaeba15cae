//! Tokens from the token endpoint: the grants that the commands use (RFC 6749 §4.1.3, §4.4).

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
    #[error("the org's answer, of status {0}, holds no access token")]
    Unexpected(u16),
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

async fn tokens(request: RequestBuilder) -> Result<Tokens, GrantError> {
    let response = request.send().await.map_err(|error| GrantError::Unreachable(error.without_url()))?;
    let status = response.status().as_u16();
    let answer: Value = response.json().await.map_err(|_| GrantError::Unexpected(status))?;
    let text = |name: &str| answer[name].as_str().map(str::to_owned);
    match (text("access_token"), text("error")) {
        (Some(access_token), _) => Ok(Tokens { access_token, id_token: text("id_token") }),
        (None, Some(code)) => {
            Err(GrantError::Refused { code, description: text("error_description").unwrap_or_default() })
        }
        (None, None) => Err(GrantError::Unexpected(status)),
    }
}
