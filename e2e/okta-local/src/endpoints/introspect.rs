//! `/introspect`: whether a token is good (RFC 7662). Only the client it was issued to is told.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use okta_types::{AccessClaims, Audience, AuthScheme, Confirmation, IdClaims, UnixTime};
use serde::Serialize;

use super::server_id::ServerId;
use super::{answer, client, id_token_hint, presented};
use crate::catalogue::{Code, Refusal};
use crate::cors;
use crate::counters::Endpoint;
use crate::grants::Grant;
use crate::org::state::State;
use crate::org::tenant::Tenant;
use crate::org::user::{User, UserStatus};
use crate::parameters::Parameters;

/// In Okta's order. A token that is not good has the first member only.
#[derive(Default, Serialize)]
struct Introspection {
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<UnixTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<UnixTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<Audience>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<String>,
    /// After Okta's own members: whether it shows this one is unverified.
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<Confirmation>,
}

/// Okta says so of every token that is bound to no key.
const BEARER: &str = AuthScheme::Bearer.as_str();

/// Answers about a token.
pub(super) async fn introspect(
    tenant: web::Data<Tenant>,
    path: ServerId,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    tenant.counters.count(Endpoint::Introspect);
    if !answer::has_server(&tenant.state(), &path) {
        return answer::no_such_server(&path);
    }
    let Some(form) = Parameters::from_form(&request, &body) else { return answer::wrong_media_type() };
    client::fetch_keys(&tenant, &form).await;
    let mut response = match inspect(&tenant, &path, &request, &form) {
        Ok(introspection) => answer::json(StatusCode::OK, &introspection),
        Err(refusal) => answer::refusal_to(&request, &refusal),
    };
    cors::share_with_trusted(&tenant, &request, &mut response);
    response
}

fn inspect(
    tenant: &Tenant,
    server_id: &str,
    request: &HttpRequest,
    form: &Parameters,
) -> Result<Introspection, Refusal> {
    if form.has_repetition() {
        return Err(Code::DuplicateOauthParams.into());
    }
    let state = tenant.state();
    let client = client::authenticate(tenant, server_id, &state.directory, request, form)?;
    let token = form.get("token").ok_or(Code::RequestMissingToken)?;
    let access = presented::read(tenant, server_id, token)
        .filter(|claims| claims.cid == client.id && presented::is_active(tenant, &state, claims));
    // The hint changes nothing: what is not of the kind it names is looked for among the others (RFC 7662 §2.1).
    let id_token = || {
        let claims =
            id_token_hint::read(tenant, server_id, token).filter(|claims| tenant.now() < claims.exp)?;
        let user = state.directory.user(&claims.sub).filter(|user| user.status == UserStatus::Active)?;
        let is_own = claims.aud.iter().any(|audience| audience == client.id);
        is_own.then(|| of_id_token(claims, &client.id, user))
    };
    let refresh = || {
        let kept = state.grants.inspect_refresh(token, client.leeway, tenant.now());
        let (grant, ends_at) =
            kept.filter(|(grant, _)| grant.client_id == client.id && grant.server_id == server_id)?;
        Some(of_refresh(&state, &grant, ends_at))
    };
    Ok(access.map(of_access).or_else(id_token).or_else(refresh).unwrap_or_default())
}

/// What Okta tells of an ID token beside its claims is unverified.
fn of_id_token(claims: IdClaims, client_id: &str, user: &User) -> Introspection {
    Introspection {
        active: true,
        username: Some(user.login.clone()),
        exp: Some(claims.exp),
        iat: Some(claims.iat),
        sub: Some(claims.sub),
        aud: Some(claims.aud),
        iss: Some(claims.iss),
        jti: claims.jti,
        token_type: Some(BEARER),
        client_id: Some(client_id.to_owned()),
        uid: Some(user.id.clone()),
        ..Introspection::default()
    }
}

fn of_access(claims: AccessClaims) -> Introspection {
    Introspection {
        active: true,
        token_type: Some(if claims.cnf.is_some() { AuthScheme::DPoP.as_str() } else { BEARER }),
        scope: Some(claims.scp.join(" ")),
        client_id: Some(claims.cid),
        username: claims.uid.as_ref().map(|_| claims.sub.clone()),
        exp: Some(claims.exp),
        iat: Some(claims.iat),
        sub: Some(claims.sub),
        aud: Some(claims.aud),
        iss: Some(claims.iss),
        jti: Some(claims.jti),
        uid: claims.uid,
        cnf: claims.cnf,
    }
}

fn of_refresh(state: &State, grant: &Arc<Grant>, ends_at: UnixTime) -> Introspection {
    let login = state.directory.user(&grant.user_id).map(|user| user.login.clone());
    Introspection {
        active: true,
        token_type: Some(BEARER),
        scope: Some(grant.scopes.to_string()),
        client_id: Some(grant.client_id.clone()),
        username: login.clone(),
        exp: Some(ends_at),
        sub: login,
        uid: Some(grant.user_id.clone()),
        ..Introspection::default()
    }
}
