//! Lists in pages: `limit`, `after`, and `Link` headers to this page and the next (RFC 8288), as Okta does it.

use actix_web::http::header::{HeaderValue, LINK};
use actix_web::{HttpRequest, HttpResponse};
use okta_types::{Form, parse_query};
use serde_json::Value;

use super::answer::Answer;
use super::filter;
use super::refusal::Refusal;
use crate::org::tenant::Tenant;
use crate::parameters::Parameters;

/// How long the pages of a list are.
#[derive(Clone, Copy)]
pub(super) struct Pages {
    /// Items where nobody says.
    pub(super) usual: usize,
    /// Most items; whoever asks for more gets these.
    pub(super) most: usize,
    /// Whether it tells its own address and that of the next page.
    pub(super) linked: bool,
    /// Whether its addresses repeat the question as it was put.
    pub(super) repeats: bool,
    /// The only `expand` that its addresses repeat; otherwise any.
    pub(super) expands: Option<&'static str>,
    /// Whether -1 stands for no limit.
    pub(super) boundless: bool,
}

impl Pages {
    /// A list that Okta gives whole, unless somebody asks for less.
    pub(super) const WHOLE: Self = Self { linked: false, ..Self::ENDLESS };

    /// One that has no pages and tells its address all the same.
    pub(super) const ENDLESS: Self = Self::of(usize::MAX, usize::MAX);

    pub(super) const fn of(usual: usize, most: usize) -> Self {
        Self { usual, most, linked: true, repeats: false, expands: None, boundless: false }
    }

    fn may_repeat(self, (name, value): &(String, String)) -> bool {
        name != "expand" || self.expands.is_none_or(|known| known == value)
    }
}

/// Answers a part of a list.
pub(super) fn respond(tenant: &Tenant, request: &HttpRequest, items: Vec<Value>, pages: Pages) -> Answer {
    let query = Parameters::parse(request.query_string());
    let limit = limit(&query, pages)?;
    let (page, more) = cut(&query, items, limit)?;
    if !pages.linked {
        return Ok(HttpResponse::Ok().json(page));
    }
    let given = parse_query(request.query_string());
    let said: Vec<_> = given.into_iter().filter(|pair| pages.may_repeat(pair)).collect();
    let own = match pages.repeats {
        true => request.query_string().to_owned(),
        false => page_query(&said, query.get("after"), limit),
    };
    let next = page.last().and_then(name).filter(|_| more);
    let next = next.map(|last| match pages.repeats {
        true => next_query(request, last, limit),
        false => page_query(&said, Some(last), limit),
    });
    Ok(linked(tenant, request.path(), &page, &own, next))
}

/// The items of a page, and whether there are more.
pub(super) fn cut(
    query: &Parameters,
    items: Vec<Value>,
    limit: usize,
) -> Result<(Vec<Value>, bool), Refusal> {
    let start = match query.get("after") {
        None => 0,
        Some(after) => {
            1 + items.iter().position(|item| name(item) == Some(after)).ok_or(Refusal::InvalidCursor)?
        }
    };
    let more = items.len().saturating_sub(start) > limit;
    Ok((items.into_iter().skip(start).take(limit).collect(), more))
}

/// A page with its links, which lead to `path`.
pub(super) fn linked(
    tenant: &Tenant,
    path: &str,
    page: &[Value],
    own: &str,
    next: Option<String>,
) -> HttpResponse {
    let url = format!("{}{}", tenant.base_url, path);
    let mut response = HttpResponse::Ok().json(page);
    let mut link = |query: &str, rel: &str| {
        let separator = if query.is_empty() { "" } else { "?" };
        if let Ok(value) = HeaderValue::from_str(&format!("<{url}{separator}{query}>; rel=\"{rel}\"")) {
            response.headers_mut().append(LINK, value);
        }
    };
    link(own, "self");
    if let Some(next) = next {
        link(&next, "next");
    }
    response
}

/// How many items a page has.
pub(super) fn limit(query: &Parameters, pages: Pages) -> Result<usize, Refusal> {
    let Some(limit) = query.get("limit") else { return Ok(pages.usual) };
    if pages.boundless && limit == "-1" {
        return Ok(pages.most);
    }
    match limit.parse::<usize>() {
        Ok(limit) if limit > 0 => Ok(limit.min(pages.most)),
        _ => Err(Refusal::invalid("limit", "limit: It must be a number from 1 up.")),
    }
}

/// The query of a page as Okta writes it: the cursor, the limit, whether it was given or not, and what was asked for
/// in an order of its own. An order without a column says nothing.
fn page_query(given: &[(String, String)], after: Option<&str>, limit: usize) -> String {
    let has = |name: &str| given.iter().any(|(other, _)| other == name);
    let said = |(name, _): &&(String, String)| {
        !["after", "limit"].contains(&name.as_str()) && (name != "sortOrder" || has("sortBy"))
    };
    let rank =
        |(name, _): &&(String, String)| ["q", "search", "filter"].iter().position(|first| first == name);
    let mut kept: Vec<_> = given.iter().filter(said).collect();
    kept.sort_by_key(|pair| rank(pair).unwrap_or(usize::MAX));
    let limit = (limit != usize::MAX).then(|| limit.to_string());
    let form = Form::new().with_some("after", after).with_some("limit", limit.as_deref());
    kept.into_iter().fold(form, |form, (name, value)| form.with(name, value)).as_str().to_owned()
}

/// The query of the page after this one: everything as it was, from the last item on.
pub(super) fn next_query(request: &HttpRequest, last: &str, limit: usize) -> String {
    let kept = parse_query(request.query_string());
    let kept = kept.iter().filter(|(name, _)| name != "after" && name != "limit");
    let form = kept.fold(Form::new(), |form, (name, value)| form.with(name, value));
    form.with("after", last).with("limit", &limit.to_string()).as_str().to_owned()
}

/// What an item is called as a cursor.
pub(super) fn name(item: &Value) -> Option<&str> {
    ["id", "uuid", "kid"].iter().find_map(|name| item[*name].as_str())
}

/// Whether one of the names begins with what `q` asks for, without regard to case.
pub(super) fn matches(query: &Parameters, names: &[&str]) -> bool {
    let Some(q) = query.get("q").map(str::to_lowercase) else { return true };
    names.iter().any(|name| name.to_lowercase().starts_with(&q))
}

/// The items that `filter` lets through, by the attributes it may name.
pub(super) fn filtered(
    query: &Parameters,
    items: Vec<Value>,
    attributes: &[&str],
) -> Result<Vec<Value>, Refusal> {
    let Some(text) = query.get("filter") else { return Ok(items) };
    let filter = filter::parse(text, filter::Case::Sensitive)?;
    if !filter.names_only(attributes) {
        return Err(Refusal::InvalidSearch);
    }
    Ok(items.into_iter().filter(|item| filter.matches(item)).collect())
}

/// The items that `search` lets through, in the order of `sortBy` and `sortOrder`.
pub(super) fn searched(query: &Parameters, items: Vec<Value>) -> Result<Vec<Value>, Refusal> {
    let Some(text) = query.get("search") else { return Ok(items) };
    let search = filter::parse(text, filter::Case::Ignored)?;
    let mut found: Vec<_> = items.into_iter().filter(|item| search.matches(item)).collect();
    if let Some(by) = query.get("sortBy") {
        let key =
            |item: &Value| filter::values(item, by).first().map(|value| value.to_string().to_lowercase());
        found.sort_by_key(key);
        if query.get("sortOrder").is_some_and(|order| order.eq_ignore_ascii_case("desc")) {
            found.reverse();
        }
    }
    Ok(found)
}
