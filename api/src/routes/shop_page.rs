//! The shop's pages, where the API serves the shop: those that everybody sees alike are rendered here, so that they are seen
//! before their program has come; all others are the page that the program fills.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, ETAG, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use frontend::Preparation;

use super::products;
use crate::catalogue_answers::{CatalogueAnswers, Question};
use crate::concurrency_limit::{Caller, ConcurrencyLimit};
use crate::conditional::Prepared;
use crate::connections;
use crate::error::ApiError;
use crate::spa::{self, Site};
use crate::store::Store;

/// A page asks for a list, and then perhaps for what that leads to.
const QUESTIONS: usize = 4;
/// The longest address of a page that is prepared, in bytes.
const LONGEST: usize = 512;

/// The pages that are ready, by their address.
pub(crate) type ShopPages = CatalogueAnswers<String>;

/// What pages are made of.
#[derive(Clone, Copy)]
pub(super) struct Sources<'a> {
    pub(super) site: &'a Site,
    pub(super) store: &'a Store,
    pub(super) pages: &'a ShopPages,
    pub(super) answers: &'a CatalogueAnswers<Question>,
    pub(super) limit: &'a ConcurrencyLimit,
}

/// The page at this address, or the file.
pub(super) async fn show(request: &HttpRequest, sources: Sources<'_>) -> HttpResponse {
    match prepared(request, sources).await {
        Some(page) => sources.site.answer_prepared(page),
        None => spa::answer(sources.site, request),
    }
}

/// Where anything is in the way, shoppers get the page that their program fills.
async fn prepared(request: &HttpRequest, sources: Sources<'_>) -> Option<HttpResponse> {
    if !sources.site.takes_prepared() || !matches!(*request.method(), Method::GET | Method::HEAD) {
        return None;
    }
    let address = frontend::prepared_address(request.path(), request.query_string());
    let address = address.filter(|address| address.len() <= LONGEST)?;
    connections::handling(request);
    let _place = sources.limit.enter(Caller::Anonymous).await.ok()?;
    let page =
        sources.pages.get(sources.store, address.clone(), async |address| prepare(address, sources).await);
    match page.await {
        Ok(page) => Some(answer(request, &page, &address)),
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "a page is sent without what it shows");
            None
        }
    }
}

/// What else stands in an address may be meant for one person: no cache keeps that.
fn answer(request: &HttpRequest, page: &Prepared, address: &str) -> HttpResponse {
    let mut answer = page.answer(request);
    if request.uri().path_and_query().is_none_or(|asked| asked.as_str() != address) {
        answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        answer.headers_mut().remove(ETAG);
    }
    answer
}

async fn prepare(address: &str, sources: Sources<'_>) -> Result<Prepared, ApiError> {
    let mut known: Vec<(String, Arc<Prepared>)> = Vec::new();
    for _ in 0..QUESTIONS {
        let catalogue = written(&known)?;
        match rendered(address, &catalogue)? {
            Preparation::Asks(query) => {
                let answer = products::answer_to(&query, sources.store, sources.answers).await?;
                known.push((query, answer));
            }
            Preparation::Ready(page) => {
                return sources
                    .site
                    .prepared(&page, &catalogue)
                    .map(Prepared::html)
                    .ok_or(ApiError::NotFound);
            }
        }
    }
    Err(ApiError::NotFound)
}

/// An object of the answers, which are JSON already, by their queries.
fn written(known: &[(String, Arc<Prepared>)]) -> Result<String, ApiError> {
    let member = |(query, answer): &(String, Arc<Prepared>)| {
        let name = serde_json::to_string(query).map_err(ApiError::Answer)?;
        Ok([&name, ":", &String::from_utf8_lossy(answer.body())].concat())
    };
    let members: Result<Vec<String>, ApiError> = known.iter().map(member).collect();
    Ok(["{", &members?.join(","), "}"].concat())
}

fn rendered(address: &str, catalogue: &str) -> Result<Preparation, ApiError> {
    // Nothing is shared with a rendering that panics: each begins anew.
    catch_unwind(AssertUnwindSafe(|| frontend::prepare(address, catalogue))).map_err(|_| ApiError::Panicked)
}
