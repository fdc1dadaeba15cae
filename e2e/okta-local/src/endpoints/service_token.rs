//! The grant `client_credentials` (RFC 6749 §4.4): a token for a program that acts for itself.
//!
//! There is no person in it: no `uid`, no ID token, nothing to renew.

use okta_types::{AccessClaims, Scopes, UnixTime};

use super::grant_log;
use crate::catalogue::{Code, Refusal};
use crate::org::app_kind::{ApplicationType, AuthMethod, GrantType};
use crate::org::authorization_server::{AuthorizationServer, OFFLINE_ACCESS, is_of_openid};
use crate::org::client::Client;
use crate::org::policy::{self, Asked};
use crate::org::tenant::{About, Tenant};
use crate::parameters::Parameters;

use crate::tokens;

/// The claims that the client may have, and the scopes they hold.
///
/// # Errors
/// The catalogue's reason: scopes that need a person, unknown ones, or the policy's.
pub(super) fn claims(
    tenant: &Tenant,
    server: &AuthorizationServer,
    client: &Client,
    form: &Parameters,
    now: UnixTime,
) -> Result<(AccessClaims, Scopes), Refusal> {
    if server.is_orgs_own() {
        return Err(refused_by_org(client, form));
    }
    let scopes = scopes(server, form)?;
    let grant_type = GrantType::ClientCredentials;
    let asked = Asked { client_id: &client.id, grant_type, user_id: None, groups: &[], scopes: &scopes };
    let lifetimes = policy::evaluate(&server.policies, asked)?;
    let about = About { actor: Some(&client.id), client_id: Some(&client.id) };
    let issuer = tenant.issuer(&server.id);
    let access = tokens::service_claims(&issuer, server, &client.id, &scopes, lifetimes, now);
    let asked = grant_log::Asked { form, client, scopes: &scopes };
    let targets = grant_log::targets(&access, server);
    asked.record(tenant, &server.id, "app.oauth2.as.token.grant.access_token", about, targets);
    Ok((access, scopes))
}

/// The org's own server gives services that sign assertions scopes of Okta's APIs, none of which an app has here.
fn refused_by_org(client: &Client, form: &Parameters) -> Refusal {
    if client.app.kind != ApplicationType::Service {
        return Code::InvalidApplicationTypeClientCreds.into();
    }
    if client.auth_method != AuthMethod::PrivateKeyJwt {
        return Code::UnsupportedAuthMethodClientCreds.into();
    }
    match form.get("scope").map(Scopes::parse) {
        None => Code::NoDefaultScopes.into(),
        Some(scopes) if scopes.is_empty() => Code::MissingScopes.into(),
        Some(_) => Code::NoMatchingScope.into(),
    }
}

fn scopes(server: &AuthorizationServer, form: &Parameters) -> Result<Scopes, Refusal> {
    let scopes = Scopes::parse(form.get("scope").ok_or(Code::NoDefaultScopes)?);
    if scopes.is_empty() {
        return Err(Code::MissingScopes.into());
    }
    if scopes.iter().any(is_of_openid) {
        return Err(Code::OpenidNotAllowedClientCreds.into());
    }
    if scopes.contains(OFFLINE_ACCESS) {
        return Err(Code::IllegalScope.with(OFFLINE_ACCESS));
    }
    if !scopes.iter().all(|scope| server.has_scope(scope)) {
        return Err(Code::NoMatchingScope.into());
    }
    Ok(scopes)
}
