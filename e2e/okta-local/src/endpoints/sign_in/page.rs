//! The page that a browser was sent to.

use actix_web::{HttpRequest, HttpResponse, web};

use super::submission::expired;
use crate::endpoints::{cookies, stage_page};
use crate::org::tenant::Tenant;
use crate::parameters::Parameters;

/// Shows the page that waits for an answer, after a redirect.
pub(in crate::endpoints) async fn step(tenant: web::Data<Tenant>, request: HttpRequest) -> HttpResponse {
    let query = Parameters::parse(request.query_string());
    let token = query.get("stateToken").unwrap_or_default();
    let Some(device) = cookies::device(&request) else { return expired() };
    let now = tenant.now();
    let mut state = tenant.state();
    match state.sign_ins.look(token, &device, now) {
        Some(waiting) => stage_page::show(&tenant, &mut state, &waiting, token, &device),
        None => expired(),
    }
}
