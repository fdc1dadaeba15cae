//! An access token in a request to a resource of the org, and why it is refused.

use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use actix_web::{HttpRequest, HttpResponse};
use okta_types::{AuthScheme, BearerError, Challenge, ProofAlgorithm};

use super::token_proof;
use crate::catalogue::{Code, Refusal};
use crate::org::tenant::Tenant;
use crate::parameters::Parameters;
use crate::unverified::{CHALLENGE_SCOPE, RESOURCE_NONCE_STATUS};

/// A token and the scheme that it came under.
pub(super) struct PresentedToken {
    pub(super) scheme: AuthScheme,
    pub(super) text: String,
}

impl PresentedToken {
    /// The token, from the one `Authorization` header or the form of a POST, never from both and never from the
    /// query (RFC 6750 §2).
    ///
    /// # Errors
    /// There is none, or more than one.
    pub(super) fn read(request: &HttpRequest, body: &[u8]) -> Result<Self, Refused> {
        if Parameters::parse(request.query_string()).get("access_token").is_some() {
            return Err(Refused::malformed(Code::AccessTokenInQuery));
        }
        let form = Parameters::from_form(request, body).unwrap_or_default();
        let mut headers = request.headers().get_all(AUTHORIZATION);
        match (headers.next(), form.get("access_token")) {
            (Some(_), Some(_)) => Err(Refused::malformed(Code::AccessTokenDuplicate)),
            (None, Some(_)) if form.repeats("access_token") => {
                Err(Refused::malformed(Code::DuplicateOauthParams))
            }
            (None, Some(token)) => Ok(Self { scheme: AuthScheme::Bearer, text: token.to_owned() }),
            (header, None) => {
                let header = header.filter(|_| headers.next().is_none());
                header.and_then(Self::of_header).ok_or_else(Refused::invalid)
            }
        }
    }

    fn of_header(header: &HeaderValue) -> Option<Self> {
        let (scheme, token) = header.to_str().ok()?.split_once(' ')?;
        Some(Self { scheme: AuthScheme::parse(scheme)?, text: token.trim().to_owned() })
    }
}

/// Why a token opens nothing.
#[derive(Debug)]
pub(super) struct Refused {
    status: u16,
    error: &'static str,
    description: String,
    /// The scheme that is named; Okta tells clients that use DPoP more than others.
    scheme: AuthScheme,
    /// The entry of the catalogue, where it is about DPoP.
    by_dpop: Option<Code>,
}

impl Refused {
    fn bearer(error: BearerError, description: String) -> Self {
        let scheme = AuthScheme::Bearer;
        Self { status: error.status(), error: error.as_str(), description, scheme, by_dpop: None }
    }

    fn malformed(code: Code) -> Self {
        Self::bearer(BearerError::InvalidRequest, code.description())
    }

    /// The token is unknown, expired or revoked.
    pub(super) fn invalid() -> Self {
        Self::bearer(BearerError::InvalidToken, "The access token is invalid".to_owned())
    }

    /// The token has none of these scopes.
    pub(super) fn insufficient(scopes: &str) -> Self {
        let description =
            format!("The access token must provide access to at least one of these scopes - {scopes}");
        Self::bearer(BearerError::InsufficientScope, description)
    }

    /// The proof is bad, or there is none where one is needed.
    pub(super) fn by_dpop(code: Code) -> Self {
        let refusal = Refusal::from(code);
        let status = if code == Code::UseDpopNonce { RESOURCE_NONCE_STATUS } else { refusal.status() };
        Self {
            status,
            error: code.error(),
            description: code.description(),
            scheme: AuthScheme::DPoP,
            by_dpop: Some(code),
        }
    }

    /// The challenge is of the scheme that the token came under.
    pub(super) fn under(self, scheme: AuthScheme) -> Self {
        Self { scheme, ..self }
    }

    /// An empty body and a challenge (RFC 6750 §3, RFC 9449 §7.1).
    pub(super) fn respond(self, tenant: &Tenant, server_id: &str, request: &HttpRequest) -> HttpResponse {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::UNAUTHORIZED);
        let challenge = if self.by_dpop.is_some() || self.scheme == AuthScheme::DPoP {
            self.long_challenge(tenant, server_id, request)
        } else {
            self.short_challenge()
        };
        let mut response = HttpResponse::build(status).insert_header((WWW_AUTHENTICATE, challenge)).finish();
        if self.by_dpop == Some(Code::UseDpopNonce) {
            token_proof::add_nonce(tenant, &mut response);
        }
        response
    }

    fn short_challenge(&self) -> String {
        let error = BearerError::parse(self.error);
        let error_description = Some(self.description.clone());
        Challenge { error, error_description, ..Challenge::default() }.to_string()
    }

    /// As live orgs were captured to answer, member by member.
    fn long_challenge(&self, tenant: &Tenant, server_id: &str, request: &HttpRequest) -> String {
        let algorithms = ProofAlgorithm::ALL.map(ProofAlgorithm::as_str).join(" ");
        let authorize = tenant.endpoint(server_id, "authorize");
        let members: [(&str, &str); 7] = [
            ("algs", algorithms.as_str()),
            ("authorization_uri", &authorize),
            ("realm", &tenant.base_url),
            ("scope", CHALLENGE_SCOPE),
            ("error", self.error),
            ("error_description", &self.description),
            ("resource", request.path()),
        ];
        let named = members.iter().filter(|(name, _)| *name != "algs" || self.scheme == AuthScheme::DPoP);
        let members: Vec<_> = named.map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        format!("{} {}", self.scheme, members.join(", "))
    }
}
