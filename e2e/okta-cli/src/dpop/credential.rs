use okta_types::AuthScheme;
use reqwest::RequestBuilder;
use reqwest::header::AUTHORIZATION;

use super::exchange::{self, Answer};
use super::prover::Prover;

/// An access token, and the key that it is bound to.
pub(crate) struct Credential {
    pub(crate) token: String,
    /// `None` for a bearer token.
    pub(crate) prover: Option<Prover>,
}

impl Credential {
    /// How it is presented.
    pub(crate) fn scheme(&self) -> AuthScheme {
        if self.prover.is_some() { AuthScheme::DPoP } else { AuthScheme::Bearer }
    }

    /// Sends a request with the token, and with the proof that it needs.
    pub(crate) async fn send(&self, request: RequestBuilder) -> reqwest::Result<Answer> {
        let request = request.header(AUTHORIZATION, format!("{} {}", self.scheme(), self.token));
        exchange::send(request, self.prover.as_ref(), Some(&self.token)).await
    }
}
