//! `/userinfo`: claims about the person an access token was issued for (OpenID Connect Core §5.3).

use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use actix_web::{HttpRequest, HttpResponse, web};
use okta_types::{AuthScheme, BearerError, Challenge, UserInfo};

use super::{ServerId, answer, presented};
use crate::cors;
use crate::counters::Endpoint;
use crate::org::tenant::Tenant;
use crate::org::user::UserStatus;
use crate::tokens;

/// Answers to the bearer.
pub(super) async fn userinfo(
    tenant: web::Data<Tenant>,
    path: ServerId,
    request: HttpRequest,
) -> HttpResponse {
    tenant.counters.count(Endpoint::UserInfo);
    let mut response = if answer::has_server(&tenant.state(), &path) {
        match claims(&tenant, &path, &request) {
            Ok(claims) => answer::json(StatusCode::OK, &claims),
            Err((error, description)) => challenge(error, description),
        }
    } else {
        answer::no_such_server(&path)
    };
    cors::share_with_trusted(&tenant, &request, &mut response);
    response
}

type Refused = (BearerError, &'static str);

const INVALID: Refused = (BearerError::InvalidToken, "The access token is invalid");
const INSUFFICIENT: Refused = (
    BearerError::InsufficientScope,
    "The access token must provide access to at least one of these scopes - profile, email, address or phone",
);

fn claims(tenant: &Tenant, server_id: &str, request: &HttpRequest) -> Result<UserInfo, Refused> {
    let token = bearer(request).ok_or(INVALID)?;
    let claims = presented::read(tenant, server_id, token).ok_or(INVALID)?;
    let state = tenant.state();
    if !presented::is_active(tenant, &state, &claims) {
        return Err(INVALID);
    }
    let user = claims.uid.as_deref().and_then(|id| state.directory.user(id));
    let user = user.filter(|user| user.status == UserStatus::Active).ok_or(INVALID)?;
    if !claims.scp.iter().any(|scope| scope == "openid") {
        return Err(INSUFFICIENT);
    }
    Ok(tokens::user_info(&state.directory, user, &claims.scp))
}

/// The token of the one `Authorization` header, if it is a bearer's.
fn bearer(request: &HttpRequest) -> Option<&str> {
    let mut headers = request.headers().get_all(AUTHORIZATION);
    let header = headers.next().filter(|_| headers.next().is_none())?;
    let (scheme, token) = header.to_str().ok()?.split_once(' ')?;
    AuthScheme::parse(scheme).map(|_| token.trim())
}

/// An empty body and a challenge (RFC 6750 §3).
fn challenge(error: BearerError, description: &str) -> HttpResponse {
    let challenge = Challenge {
        error: Some(error),
        error_description: Some(description.to_owned()),
        ..Challenge::default()
    };
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::UNAUTHORIZED);
    HttpResponse::build(status).insert_header((WWW_AUTHENTICATE, challenge.to_string())).finish()
}
