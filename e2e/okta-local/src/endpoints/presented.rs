//! An access token as someone presents it to the org itself: `/userinfo`, `/introspect`, `/revoke`.

use okta_types::AccessClaims;
use serde_json::Value;

use crate::org::state::State;
use crate::org::tenant::Tenant;

/// The claims of an access token that this authorization server signed, whatever its time and fate.
pub(super) fn read(tenant: &Tenant, server_id: &str, token: &str) -> Option<AccessClaims> {
    let claims = tenant.verify(server_id, token)?;
    let claims: AccessClaims = serde_json::from_value(Value::Object(claims)).ok()?;
    // ID tokens are signed with the same keys; the prefix tells them apart.
    (claims.iss == tenant.issuer(server_id) && claims.jti.starts_with("AT.")).then_some(claims)
}

/// Whether it is good now. One of an app that was deactivated or deleted is not.
pub(super) fn is_active(tenant: &Tenant, state: &State, claims: &AccessClaims) -> bool {
    tenant.now() < claims.exp
        && state.directory.client(&claims.cid).is_some()
        && !state.grants.is_access_revoked(&claims.jti)
}
