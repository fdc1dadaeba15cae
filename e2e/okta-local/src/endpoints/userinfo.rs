//! `/userinfo`: claims about the person an access token was issued for (OpenID Connect Core §5.3), sent as a bearer token
//! (RFC 6750) or with a proof of its key (RFC 9449 §7).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use okta_types::{AccessClaims, UserInfo};

use super::claim_order::InOrder;
use super::presented_token::{PresentedToken, Refused};
use super::server_id::ServerId;
use super::{answer, presented, resource_proof};
use crate::cors;
use crate::counters::Endpoint;
use crate::org::claim::{self, ClaimType, Subject};
use crate::org::state::State;
use crate::org::tenant::Tenant;
use crate::org::user::{User, UserStatus};
use crate::tokens;

/// Answers whoever presents an access token.
pub(super) async fn userinfo(
    tenant: web::Data<Tenant>,
    path: ServerId,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    tenant.counters.count(Endpoint::UserInfo);
    let mut response = if answer::has_server(&tenant.state(), &path) {
        let answered = PresentedToken::read(&request, &body).and_then(|token| {
            let info = claims(&tenant, &path, &request, &token);
            info.map_err(|refused| refused.under(token.scheme))
        });
        match answered {
            Ok(info) => answer::json(StatusCode::OK, &InOrder(info)),
            Err(refused) => refused.respond(&tenant, &path, &request),
        }
    } else {
        answer::no_such_server(&path)
    };
    cors::share_with_trusted(&tenant, &request, &mut response);
    response
}

fn claims(
    tenant: &Tenant,
    server_id: &str,
    request: &HttpRequest,
    token: &PresentedToken,
) -> Result<UserInfo, Refused> {
    let claims = presented::read(tenant, server_id, &token.text).ok_or_else(Refused::invalid)?;
    if !presented::is_active(tenant, &tenant.state(), &claims) {
        return Err(Refused::invalid());
    }
    resource_proof::check(tenant, request, token, &claims)?;
    let state = tenant.state();
    let user = claims.uid.as_deref().and_then(|id| state.directory.user(id));
    let user = user.filter(|user| user.status == UserStatus::Active).ok_or_else(Refused::invalid)?;
    if !claims.scp.iter().any(|scope| scope == "openid") {
        return Err(Refused::insufficient("profile, email, address or phone"));
    }
    Ok(about(&state, server_id, user, &claims))
}

/// What the token's scopes cover.
fn about(state: &State, server_id: &str, user: &User, claims: &AccessClaims) -> UserInfo {
    let mut info = tokens::user_info(&state.directory, user, &claims.scp);
    let groups: Vec<_> = state.directory.groups_of(&user.id).map(|group| group.name.as_str()).collect();
    let limits_groups = state.directory.limits_groups;
    let app = state.directory.client(&claims.cid);
    let subject = Subject { user: Some(user), groups: &groups, client_id: &claims.cid, app, limits_groups };
    let has_scope = |scope: &str| claims.scp.iter().any(|granted| granted == scope);
    let own = state.directory.server(server_id).map_or(&[][..], |server| &server.claims);
    info.claims
        .extend(claim::values(own, ClaimType::Identity, has_scope, |_| true, subject).unwrap_or_default());
    info
}
