//! What the System Log tells of token requests: an event for each token, one for each refusal.

use okta_types::{AccessClaims, Scopes, base64url};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::catalogue::{Code, Refusal};
use crate::org::authorization_server::AuthorizationServer;
use crate::org::client::Client;
use crate::org::tenant::{About, Tenant};
use crate::parameters::Parameters;
use crate::system_log::{Outcome, Target, event_of};
use crate::timestamp::iso;

/// What a request asked for and got.
pub(super) struct Asked<'a> {
    pub(super) form: &'a Parameters,
    pub(super) client: &'a Client,
    pub(super) scopes: &'a Scopes,
}

impl Asked<'_> {
    /// Writes down that a token was given out.
    pub(super) fn record(
        &self,
        tenant: &Tenant,
        server_id: &str,
        event: &'static str,
        about: About<'_>,
        targets: Vec<Target>,
    ) {
        let listed = |scopes: &Scopes| scopes.iter().collect::<Vec<_>>().join(", ");
        let requested = Scopes::parse(self.form.get("scope").unwrap_or_default());
        let debug = vec![
            ("clientAuthType", self.client.auth_method.as_str().to_owned()),
            ("grantType", self.form.get("grant_type").unwrap_or_default().to_owned()),
            ("grantedScopes", listed(self.scopes)),
            ("requestedScopes", listed(&requested)),
        ];
        tenant.record_with(event_of(server_id, event), Outcome::Success, about, targets, debug);
    }
}

/// An access token and the server it is of. Of the token there is a digest of its name only.
pub(super) fn targets(access: &AccessClaims, server: &AuthorizationServer) -> Vec<Target> {
    let detail = json!({
        "expires": iso(access.exp),
        "subject": access.uid.as_ref().unwrap_or(&access.sub),
        "hash": base64url::encode(Sha256::digest(access.jti.as_bytes())),
    });
    let token = Target { detail: Some(detail), ..Target::new("access_token", &access.jti, "Access Token") };
    vec![token, Target::new("AuthorizationServer", &server.id, &server.name)]
}

/// Writes down that a request was refused.
pub(super) fn refused(tenant: &Tenant, server_id: &str, client_id: Option<String>, refusal: &Refusal) {
    let reason = refusal.code().internal().to_owned();
    let outcome = match refusal.code() {
        Code::UseDpopNonce => Outcome::Challenge(reason),
        _ => Outcome::Failure(reason),
    };
    // Whatever names no app is not repeated.
    let known = client_id.filter(|id| tenant.state().directory.client(id).is_some());
    let about = About { actor: known.as_deref(), client_id: known.as_deref() };
    tenant.record(event_of(server_id, "app.oauth2.as.token.grant"), outcome, about);
}
