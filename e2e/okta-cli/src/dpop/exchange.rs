//! A request with its proof, sent once more where the server wants its nonce in it (RFC 9449 §8, §9).

use okta_types::{AuthScheme, BearerError, Challenge};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, WWW_AUTHENTICATE};
use reqwest::{Client, Request, RequestBuilder, Response, StatusCode, Version};
use serde_json::Value;

use super::prover::Prover;

/// The header that carries a proof.
pub(crate) const PROOF: HeaderName = HeaderName::from_static("dpop");
const NONCE: &str = "dpop-nonce";

/// An answer, read whole.
pub(crate) struct Answer {
    pub(crate) version: Version,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// Sends a request; with a proof of the key, if there is one, for the access token beside it, if there is one.
pub(crate) async fn send(
    request: RequestBuilder,
    prover: Option<&Prover>,
    access_token: Option<&str>,
) -> reqwest::Result<Answer> {
    let (http, request) = request.build_split();
    let request = request?;
    let Some(prover) = prover else { return Answer::read(http.execute(request).await?).await };
    // A body that is read only once cannot be sent again.
    let again = request.try_clone();
    let answer = attempt(&http, request, prover, None, access_token).await?;
    match answer.nonce_asked_for().zip(again) {
        Some((nonce, request)) => attempt(&http, request, prover, Some(nonce), access_token).await,
        None => Ok(answer),
    }
}

async fn attempt(
    http: &Client,
    mut request: Request,
    prover: &Prover,
    nonce: Option<&str>,
    access_token: Option<&str>,
) -> reqwest::Result<Answer> {
    let proof = prover.prove(request.method().as_str(), request.url(), nonce, access_token);
    if let Ok(proof) = HeaderValue::try_from(proof) {
        request.headers_mut().insert(PROOF, proof);
    }
    Answer::read(http.execute(request).await?).await
}

impl Answer {
    async fn read(response: Response) -> reqwest::Result<Self> {
        let (version, status, headers) = (response.version(), response.status(), response.headers().clone());
        Ok(Self { version, status, headers, body: response.bytes().await?.to_vec() })
    }

    /// The nonce that the next proof is to hold, where that is why the request was refused. An authorization server
    /// says so in the body, a resource server in a challenge.
    fn nonce_asked_for(&self) -> Option<&str> {
        let challenges =
            self.headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok());
        let by_challenge = challenges
            .filter_map(|text| Challenge::find(text, AuthScheme::DPoP))
            .any(|challenge| challenge.error == Some(BearerError::UseDpopNonce));
        let by_body = || {
            let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
            body["error"] == BearerError::UseDpopNonce.as_str()
        };
        let refused = matches!(self.status, StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED);
        let nonce = self.headers.get(NONCE)?.to_str().ok()?;
        (refused && (by_challenge || by_body())).then_some(nonce)
    }
}
