//! `id_token_hint`: an ID token that this authorization server issued, as a hint about whom an app means
//! (OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2). An expired one will do.

use okta_types::IdClaims;
use serde_json::Value;

use crate::org::tenant::Tenant;

/// The claims of a hint; `None` where it is not an ID token of this authorization server.
pub(super) fn read(tenant: &Tenant, server_id: &str, hint: &str) -> Option<IdClaims> {
    let claims = tenant.verify(server_id, hint)?;
    let claims: IdClaims = serde_json::from_value(Value::Object(claims)).ok()?;
    let is_id_token = claims.jti.as_deref().is_some_and(|jti| jti.starts_with("ID."));
    (is_id_token && claims.iss == tenant.issuer(server_id)).then_some(claims)
}
