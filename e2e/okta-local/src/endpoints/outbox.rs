//! The outbox page. What it shows opens accounts, so it is for this machine alone, wherever the org listens.

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

use super::resource::resource;
use crate::org::tenant::Tenant;
use crate::pages::outbox::OutboxPage;
use crate::parameters::Parameters;
use crate::paths;
use crate::{loopback, okta_error};

/// Adds the route.
pub(super) fn routes(config: &mut ServiceConfig) {
    let page = resource(paths::OUTBOX).wrap(from_fn(loopback::only)).route(web::get().to(outbox));
    config.service(page);
}

/// All mail, newest first; with `login`, that to one person.
async fn outbox(tenant: web::Data<Tenant>, request: HttpRequest) -> HttpResponse {
    if !request.peer_addr().is_some_and(|peer| peer.ip().to_canonical().is_loopback()) {
        return okta_error::not_found("the requested path (Endpoint)");
    }
    let query = Parameters::parse(request.query_string());
    let mails = tenant.outbox.mails(query.get("login"));
    OutboxPage { mails: &mails }.respond()
}
