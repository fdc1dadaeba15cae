//! `/keys`: the public keys (RFC 7517): the active one, the next, and former ones until they are retired.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};

use super::answer;
use super::server_id::ServerId;
use crate::cors;
use crate::counters::Endpoint;
use crate::org::tenant::Tenant;

/// Answers the key set.
pub(super) async fn keys(tenant: web::Data<Tenant>, path: ServerId, request: HttpRequest) -> HttpResponse {
    tenant.counters.count(Endpoint::Keys);
    let is_there = answer::has_server(&tenant.state(), &path);
    let mut response = if is_there {
        let keys = tenant.keys_of(&path);
        let max_age = format!("max-age={}, must-revalidate", keys.max_age(tenant.now()));
        HttpResponse::Ok().insert_header((CACHE_CONTROL, max_age)).json(keys.published())
    } else {
        answer::no_such_server(&path)
    };
    cors::share_with_trusted(&tenant, &request, &mut response);
    response
}
