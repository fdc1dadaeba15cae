//! What all pages share: the frame, the style sheet, and the headers that keep others out.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, PRAGMA, REFERRER_POLICY, X_FRAME_OPTIONS,
};
use maud::{DOCTYPE, Markup, html};
use okta_types::Origin;

use crate::endpoints::STYLE_PATH;

const STYLE: &str = include_str!("pages.css");

/// A page in its frame.
pub(super) fn page(title: &str, content: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) }
                link rel="stylesheet" href=(STYLE_PATH);
            }
            body {
                main.card {
                    div.brand aria-hidden="true" { span.door {} }
                    (content)
                }
                footer { "A local Okta-compatible org for development" }
            }
        }
    }
    .into_string()
}

/// A page as an answer.
///
/// `form_target` is an address of the app whose origin forms may lead to: Chromium holds redirects after
/// a form's POST against `form-action` too, and the answers to the pages redirect to the app.
pub(super) fn respond(status: StatusCode, html: String, form_target: Option<&str>) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CONTENT_SECURITY_POLICY, content_security_policy(form_target)))
        .insert_header((X_FRAME_OPTIONS, "DENY"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .insert_header((CACHE_CONTROL, "no-cache, no-store"))
        .insert_header((PRAGMA, "no-cache"))
        .body(html)
}

fn content_security_policy(form_target: Option<&str>) -> String {
    let form_action = match form_target.and_then(|target| Origin::of(target).ok()) {
        Some(origin) => format!("'self' {origin}"),
        None => "'none'".to_owned(),
    };
    format!(
        "default-src 'none'; style-src 'self'; form-action {form_action}; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// The style sheet.
pub(crate) async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/css; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "max-age=300"))
        .body(STYLE)
}
