//! Lists in pages: `limit`, `after`, and `Link` headers to this page and the next (RFC 8288).

use actix_web::http::header::{HeaderValue, LINK};
use actix_web::{HttpRequest, HttpResponse};
use okta_types::Form;
use serde_json::Value;

use crate::org::tenant::Tenant;
use crate::parameters::Parameters;

/// Most items that one page has, and how many it has where nobody says.
const MAX: usize = 200;

/// Answers a part of a list. `after` is the id of the last item of the page before.
pub(super) fn respond(tenant: &Tenant, request: &HttpRequest, items: Vec<Value>) -> HttpResponse {
    let query = Parameters::parse(request.query_string());
    let limit = query.get("limit").and_then(|limit| limit.parse().ok()).unwrap_or(MAX).clamp(1, MAX);
    let start = query.get("after").map_or(0, |after| {
        items.iter().position(|item| item["id"] == after).map_or(items.len(), |place| place + 1)
    });
    let rest = items.len() - start.min(items.len());
    let page: Vec<_> = items.into_iter().skip(start).take(limit).collect();
    let url = format!("{}{}", tenant.base_url, request.path());
    let mut response = HttpResponse::Ok().json(&page);
    let mut link = |query: &str, rel: &str| {
        let separator = if query.is_empty() { "" } else { "?" };
        if let Ok(value) = HeaderValue::from_str(&format!("<{url}{separator}{query}>; rel=\"{rel}\"")) {
            response.headers_mut().append(LINK, value);
        }
    };
    link(request.query_string(), "self");
    if rest > limit
        && let Some(last) = page.last().and_then(|item| item["id"].as_str())
    {
        link(&next_query(&query, last, limit), "next");
    }
    response
}

fn next_query(query: &Parameters, last: &str, limit: usize) -> String {
    let limit = limit.to_string();
    let form = Form::new().with("after", last).with("limit", &limit);
    let form = form.with_some("q", query.get("q")).with_some("filter", query.get("filter"));
    form.with_some("search", query.get("search")).as_str().to_owned()
}

/// Whether a name begins with what `q` asks for, without regard to case.
pub(super) fn matches(query: &Parameters, names: &[&str]) -> bool {
    let Some(q) = query.get("q").map(str::to_lowercase) else { return true };
    names.iter().any(|name| name.to_lowercase().starts_with(&q))
}
