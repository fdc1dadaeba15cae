//! The `_links` of an app: what Okta names, without hints but for two.

use serde_json::{Value, json};

use super::app_policies;
use crate::org::client::Client;
use crate::org::tenant::Tenant;

/// All of them; `act` is what would change the app's status.
pub(super) fn of(tenant: &Tenant, client: &Client, act: &str) -> Value {
    let own = format!("{}/api/v1/apps/{}", tenant.base_url, client.app_id());
    let at = |rest: &str| json!({"href": format!("{own}/{rest}")});
    let policy = |id: &str| json!({"href": format!("{}/api/v1/policies/{id}", tenant.base_url)});
    let mut links = json!({
        "uploadLogo": {"href": format!("{own}/logo"), "hints": {"allow": ["POST"]}},
        "appLinks": [{
            "name": client.link_name(), "href": format!("{}{}", tenant.base_url, client.link_path()),
            "type": "text/html",
        }],
        "profileEnrollment": policy(&app_policies::id(app_policies::ENROLLMENT)),
        "policies": {"href": format!("{own}/policies"), "hints": {"allow": ["PUT"]}},
        "groups": at("groups"),
        "logo": [{
            "name": "medium", "href": format!("{}/assets/img/logos/default.png", tenant.base_url), "type": "image/png",
        }],
    });
    if client.integration.is_none() {
        links["clientCredentials"] =
            json!([{"name": "secrets", "href": format!("{own}/credentials/secrets")}]);
    }
    links["accessPolicy"] = policy(&app_policies::id(app_policies::ACCESS));
    links["users"] = at("users");
    links[act] = at(&format!("lifecycle/{act}"));
    links
}
