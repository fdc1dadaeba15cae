//! `/api/v1/logs`: the System Log.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::web::{self, Data, ServiceConfig};
use okta_types::UnixTime;
use serde_json::Value;

use super::answer::Answer;
use super::filter;
use super::page::{self, Pages};
use super::refusal::Refusal;
use super::resource::at;
use crate::org::tenant::Tenant;
use crate::parameters::Parameters;
use crate::timestamp;

const PAGES: Pages = Pages { repeats: true, ..Pages::of(100, 1000) };

/// How far back an answer goes where nobody says.
const REACH: Duration = Duration::from_secs(7 * 24 * 60 * 60);

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(at("/logs").route(web::get().to(list)));
}

async fn list(tenant: Data<Tenant>, request: HttpRequest) -> Answer {
    let query = Parameters::parse(request.query_string());
    let items = chosen(&tenant, &query)?;
    let bounded = query.get("until").is_some() || query.get("sortOrder") == Some("DESCENDING");
    if bounded {
        return page::respond(&tenant, &request, items, PAGES);
    }
    poll(&tenant, &request, &query, items)
}

/// A question without an end is asked again and again: its next link is there even where nothing follows yet.
fn poll(tenant: &Tenant, request: &HttpRequest, query: &Parameters, items: Vec<Value>) -> Answer {
    let limit = page::limit(query, PAGES)?;
    let after = query.get("after");
    let place = |uuid: &str| items.iter().position(|item| item["uuid"] == uuid);
    let start = after.and_then(place).map_or(0, |place| place + 1);
    let page: Vec<_> = items.iter().skip(start).take(limit).cloned().collect();
    let last = page.last().and_then(|item| item["uuid"].as_str()).or(after);
    let next = last.map(|last| page::next_query(request, last, limit));
    Ok(page::linked(tenant, request.path(), &page, request.query_string(), next))
}

/// The events that match, in the order that was asked for.
fn chosen(tenant: &Tenant, query: &Parameters) -> Result<Vec<Value>, Refusal> {
    let until = time(query, "until")?.unwrap_or(tenant.now());
    let since =
        time(query, "since")?.unwrap_or(UnixTime(until.0.saturating_sub(REACH.as_secs().cast_signed())));
    let filter = query.get("filter").map(|text| filter::parse(text, filter::Case::Ignored)).transpose()?;
    let words: Vec<_> =
        query.get("q").unwrap_or_default().split_whitespace().map(str::to_lowercase).collect();
    // Nothing happens twice at one time, so the end belongs to an answer that nobody bounded.
    let open = query.get("until").is_none();
    let events = tenant.log.events().into_iter();
    let events = events.filter(|event| event.published >= since && (open || event.published < until));
    let state = tenant.state();
    let items = events.map(|event| event.to_json(&state.directory)).filter(|item| {
        let text = if words.is_empty() { String::new() } else { item.to_string().to_lowercase() };
        filter.as_ref().is_none_or(|filter| filter.matches(item))
            && words.iter().all(|word| text.contains(word))
    });
    let mut items: Vec<_> = items.collect();
    drop(state);
    match query.get("sortOrder") {
        None | Some("ASCENDING") => {}
        Some("DESCENDING") => items.reverse(),
        Some(other) => {
            let cause = format!("sortOrder: '{other}' is not one of [ASCENDING, DESCENDING].");
            return Err(Refusal::invalid("sortOrder", cause));
        }
    }
    Ok(items)
}

fn time(query: &Parameters, name: &'static str) -> Result<Option<UnixTime>, Refusal> {
    let Some(text) = query.get(name) else { return Ok(None) };
    let wrong =
        || Refusal::invalid(name, format!("{name}: It must be a time, e.g. 2026-11-22T20:00:00.000Z."));
    timestamp::parse(text).map(Some).ok_or_else(wrong)
}
