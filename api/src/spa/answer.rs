//! Which file answers which request: history fallback, caching, content coding.

use actix_web::http::header::{
    ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue,
    IF_NONE_MATCH, VARY,
};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse};

use super::files::{SiteFile, WORKER};
use super::posted::{POSTED, is_posted};
use super::site::Site;
use crate::coding::accepts;

const ONLY_READING: &str = "Only GET and HEAD are answered here.\n";

/// In the place of one that is not there any more: it removes itself and what was kept.
const FAREWELL: &str = include_str!("farewell.js");

/// Answers any request.
pub fn answer(site: &Site, request: &HttpRequest) -> HttpResponse {
    let response = if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let is_posted = is_posted(request.method(), request.path());
        not_allowed(if is_posted { (POSTED, "text/html") } else { (ONLY_READING, "text/plain") })
    } else if let Some(file) = site.file(request.path()) {
        send(file, request.headers())
    } else if request.path() == WORKER {
        told(StatusCode::OK, (FAREWELL, "text/javascript"))
    } else if names_a_file(request.path()) {
        told(StatusCode::NOT_FOUND, ("There is no such file.\n", "text/plain"))
    } else {
        send(&site.index, request.headers())
    };
    site.with_headers(response)
}

/// Paths whose last segment has an ending are files; all others are the SPA's own (history fallback).
fn names_a_file(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|segment| segment.contains('.'))
}

fn not_allowed(what: (&'static str, &str)) -> HttpResponse {
    let mut response = told(StatusCode::METHOD_NOT_ALLOWED, what);
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    response
}

fn told(status: StatusCode, (text, media_type): (&'static str, &str)) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_TYPE, format!("{media_type}; charset=utf-8")))
        .body(text)
}

fn send(file: &SiteFile, headers: &HeaderMap) -> HttpResponse {
    let is_page = file.is_page();
    let unchanged = !is_page && headers.get(IF_NONE_MATCH).is_some_and(|tag| tag == file.etag.as_str());
    let status = if unchanged { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
    let mut response = HttpResponse::build(status);
    response.insert_header((CACHE_CONTROL, file.cache_control())).insert_header((VARY, "Accept-Encoding"));
    if !is_page {
        response.insert_header((ETAG, file.etag.as_str()));
    }
    if unchanged {
        return response.finish();
    }
    response.insert_header((CONTENT_TYPE, file.media_type));
    let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
    let coded = [("br", &file.brotli), ("gzip", &file.gzip)].into_iter().find_map(|(coding, body)| {
        body.as_ref().filter(|_| accepts(accepted, coding)).map(|body| (coding, body))
    });
    match coded {
        Some((coding, body)) => response.insert_header((CONTENT_ENCODING, coding)).body(body.clone()),
        None => response.body(file.plain.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_an_ending_is_a_file_and_all_others_are_the_spas() {
        for (path, file) in [
            ("/", false),
            ("/login/callback", false),
            ("/a.b/c", false),
            ("/missing.js", true),
            ("/a/b.svg", true),
        ] {
            assert_eq!(names_a_file(path), file, "{path}");
        }
    }
}
