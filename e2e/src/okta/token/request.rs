//! A request to `/authorize` and what judges its answer (RFC 6749 §4.1.1, RFC 7636).

use okta_types::{CodeVerifier, Form, Metadata, base64url};

/// The URL to go to, and what must not leave this machine.
pub(super) struct AuthorizationRequest {
    pub(super) url: String,
    pub(super) redirect_uri: String,
    pub(super) state: String,
    verifier: CodeVerifier,
}

impl AuthorizationRequest {
    pub(super) fn new(metadata: &Metadata, client_id: &str, redirect_uri: &str, scope: &str) -> Self {
        let verifier = CodeVerifier::from_random(random());
        let (state, nonce) = (base64url::encode(random::<32>()), base64url::encode(random::<32>()));
        let challenge = verifier.challenge();
        let query = Form::new()
            .with("client_id", client_id)
            .with("response_type", "code")
            .with("redirect_uri", redirect_uri)
            .with("scope", scope)
            .with("state", &state)
            .with("nonce", &nonce)
            .with("code_challenge", challenge.as_str())
            .with("code_challenge_method", "S256");
        let url = format!("{}?{}", metadata.authorization_endpoint, query.as_str());
        Self { url, redirect_uri: redirect_uri.to_owned(), state, verifier }
    }

    pub(super) fn verifier(&self) -> &str {
        self.verifier.expose()
    }

    /// The code in an address that the org sent the browser to; `None` where the address is another.
    pub(super) fn answer(&self, location: &str) -> Option<Result<String, String>> {
        let rest = location.strip_prefix(self.redirect_uri.as_str())?;
        let query = rest.strip_prefix('?')?;
        let value = |name: &str| {
            let pairs = url::form_urlencoded::parse(query.as_bytes());
            pairs.into_owned().find(|(found, _)| found == name).map(|(_, value)| value)
        };
        if value("state").as_deref() != Some(self.state.as_str()) {
            return Some(Err("the answer belongs to another request".to_owned()));
        }
        Some(match (value("code"), value("error")) {
            (Some(code), _) => Ok(code),
            (None, Some(error)) => {
                Err(format!("{} ({error})", value("error_description").unwrap_or_default()))
            }
            (None, None) => Err("the answer holds neither a code nor an error".to_owned()),
        })
    }
}

fn random<const N: usize>() -> [u8; N] {
    crate::okta::random::bytes()
}
