//! The endpoint of Okta's Universal Logout: the org says whose sessions and tokens are to end, and this API refuses those
//! tokens from then on (Okta, "Build Universal Logout for your app"; draft-parecki-oauth-global-token-revocation).

use actix_web::HttpRequest;
use okta_jwt::{Issuer, Revocation, RevocationRequestError, RevocationRequests};
use okta_types::AuthScheme;

use crate::authorization::{self, Credentials};
use crate::extractor::config;
use crate::rejection::{MalformedRequest, Reason, Rejection};

/// Carries out an org's request for revocation: checks it and denies the person's tokens at the verifier of the app's
/// [`BearerConfig`](crate::BearerConfig). Returns what was denied, for an app of several processes to tell the others; the
/// answer is 204.
///
/// ```
/// use actix_web::{HttpRequest, HttpResponse, web};
/// use okta_actix::{Rejection, RevocationRequests, carry_out_revocation};
///
/// /// At `POST /api/global-token-revocation`.
/// async fn end_sessions(
///     request: HttpRequest,
///     body: web::Bytes,
///     requests: web::Data<RevocationRequests>,
/// ) -> Result<HttpResponse, Rejection> {
///     carry_out_revocation(&request, &body, &requests).await?;
///     Ok(HttpResponse::NoContent().finish())
/// }
/// ```
///
/// # Errors
/// A [`Rejection`] for the handler to return: 401 where the message is not the org's, 400 where the body names nobody, 404
/// where it names another org's person, 503 where the org's keys are not known.
pub async fn carry_out_revocation(
    request: &HttpRequest,
    body: &[u8],
    requests: &RevocationRequests,
) -> Result<Vec<(Issuer, Revocation)>, Rejection> {
    let config = config(request)?;
    let reject = |reason: Reason| config.reject(reason, AuthScheme::Bearer);
    let message = match authorization::read(request).map_err(|malformed| reject(malformed.into()))? {
        Credentials::Bearer(message) => message,
        Credentials::Absent | Credentials::OtherScheme | Credentials::DPoP(_) => {
            return Err(reject(Reason::Missing));
        }
    };
    let now = config.now();
    let request = requests.verify(message, body, now).await.map_err(|refused| reject(refused.into()))?;
    let verifier = config.verifier();
    let revocations: Vec<_> =
        request.revocations(verifier).map(|(issuer, revocation)| (issuer.clone(), revocation)).collect();
    for (issuer, revocation) in &revocations {
        verifier.deny(issuer.as_str(), revocation.clone(), now);
    }
    if revocations.is_empty() { Err(reject(Reason::UnknownPerson)) } else { Ok(revocations) }
}

impl From<RevocationRequestError> for Reason {
    fn from(error: RevocationRequestError) -> Self {
        match error {
            RevocationRequestError::Message(error) => error.into(),
            RevocationRequestError::Subject(error) => MalformedRequest::Subject(error).into(),
            // Whatever comes to be: nothing was revoked.
            _ => Self::Missing,
        }
    }
}
