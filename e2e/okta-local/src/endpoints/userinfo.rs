//! `/userinfo`: claims about the person an access token was issued for (OpenID Connect Core §5.3).

use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use actix_web::{HttpRequest, HttpResponse, web};
use okta_types::{AuthScheme, BearerError, Challenge, UserInfo};

use super::claim_order::InOrder;
use super::server_id::ServerId;
use super::{answer, presented};
use crate::catalogue::Code;
use crate::cors;
use crate::counters::Endpoint;
use crate::org::claim::{self, ClaimType, Subject};
use crate::org::tenant::Tenant;
use crate::org::user::UserStatus;
use crate::parameters::Parameters;
use crate::tokens;

/// Answers to the bearer.
pub(super) async fn userinfo(
    tenant: web::Data<Tenant>,
    path: ServerId,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    tenant.counters.count(Endpoint::UserInfo);
    let mut response = if answer::has_server(&tenant.state(), &path) {
        match claims(&tenant, &path, &request, &body) {
            Ok(claims) => answer::json(StatusCode::OK, &InOrder(claims)),
            Err((error, description)) => challenge(error, description),
        }
    } else {
        answer::no_such_server(&path)
    };
    cors::share_with_trusted(&tenant, &request, &mut response);
    response
}

type Refused = (BearerError, String);

fn invalid() -> Refused {
    (BearerError::InvalidToken, "The access token is invalid".to_owned())
}

fn insufficient() -> Refused {
    let scopes = "profile, email, address or phone";
    let description =
        format!("The access token must provide access to at least one of these scopes - {scopes}");
    (BearerError::InsufficientScope, description)
}

fn malformed(code: Code) -> Refused {
    (BearerError::InvalidRequest, code.description())
}

fn claims(tenant: &Tenant, server_id: &str, request: &HttpRequest, body: &[u8]) -> Result<UserInfo, Refused> {
    let token = bearer(request, body)?;
    let claims = presented::read(tenant, server_id, &token).ok_or_else(invalid)?;
    let state = tenant.state();
    if !presented::is_active(tenant, &state, &claims) {
        return Err(invalid());
    }
    let user = claims.uid.as_deref().and_then(|id| state.directory.user(id));
    let user = user.filter(|user| user.status == UserStatus::Active).ok_or_else(invalid)?;
    if !claims.scp.iter().any(|scope| scope == "openid") {
        return Err(insufficient());
    }
    let mut info = tokens::user_info(&state.directory, user, &claims.scp);
    let groups: Vec<_> = state.directory.groups_of(&user.id).map(|group| group.name.as_str()).collect();
    let limits_groups = state.directory.limits_groups;
    let app = state.directory.client(&claims.cid);
    let subject = Subject { user: Some(user), groups: &groups, client_id: &claims.cid, app, limits_groups };
    let has_scope = |scope: &str| claims.scp.iter().any(|granted| granted == scope);
    let own = state.directory.server(server_id).map_or(&[][..], |server| &server.claims);
    info.claims
        .extend(claim::values(own, ClaimType::Identity, has_scope, |_| true, subject).unwrap_or_default());
    Ok(info)
}

/// The token, from the one `Authorization` header or the form of a POST, never from both and never from the
/// query (RFC 6750 §2).
fn bearer(request: &HttpRequest, body: &[u8]) -> Result<String, Refused> {
    if Parameters::parse(request.query_string()).get("access_token").is_some() {
        return Err(malformed(Code::AccessTokenInQuery));
    }
    let form = Parameters::from_form(request, body).unwrap_or_default();
    let mut headers = request.headers().get_all(AUTHORIZATION);
    match (headers.next(), form.get("access_token")) {
        (Some(_), Some(_)) => Err(malformed(Code::AccessTokenDuplicate)),
        (None, Some(_)) if form.repeats("access_token") => Err(malformed(Code::DuplicateOauthParams)),
        (None, Some(token)) => Ok(token.to_owned()),
        (header, None) => {
            let header = header.filter(|_| headers.next().is_none()).and_then(|header| header.to_str().ok());
            let (scheme, token) = header.and_then(|text| text.split_once(' ')).ok_or_else(invalid)?;
            let spoken = AuthScheme::parse(scheme) == Some(AuthScheme::Bearer);
            spoken.then(|| token.trim().to_owned()).ok_or_else(invalid)
        }
    }
}

/// An empty body and a challenge (RFC 6750 §3).
fn challenge(error: BearerError, description: String) -> HttpResponse {
    let challenge =
        Challenge { error: Some(error), error_description: Some(description), ..Challenge::default() };
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::UNAUTHORIZED);
    HttpResponse::build(status).insert_header((WWW_AUTHENTICATE, challenge.to_string())).finish()
}
