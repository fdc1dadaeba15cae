//! `/.well-known/okta-organization`: which org this is, for everybody (Okta's management API, "Org").

use actix_web::{HttpResponse, web};
use serde_json::json;

use crate::org::tenant::Tenant;

/// `GET /.well-known/okta-organization`.
pub(super) async fn organization(tenant: web::Data<Tenant>) -> HttpResponse {
    HttpResponse::Ok().insert_header(("Cache-Control", "no-cache, no-store")).json(json!({
        "id": tenant.org_id,
        "cell": "local",
        "_links": {"organization": {"href": tenant.base_url}},
        "pipeline": "idx",
        "settings": {
            "analyticsCollectionEnabled": false, "bugReportingEnabled": true, "omEnabled": false,
            "pssoEnabled": false, "desktopMFAEnabled": false, "itpEnabled": false,
        },
    }))
}
