//! What all pages share: the frame, the style sheet, and the headers that keep others out.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, PRAGMA, REFERRER_POLICY, X_FRAME_OPTIONS,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, html};
use okta_types::Origin;
use sha2::{Digest, Sha256};

use super::passkey::SCRIPT;
use crate::paths;

const STYLE: &str = include_str!("pages.css");

/// A page in its frame.
pub(super) fn page(title: &str, content: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (title) }
                link rel="stylesheet" href=(paths::STYLE);
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

/// A page's title; the first thing that is read out says where something went wrong.
pub(super) fn title(was_refused: bool, title: &str) -> String {
    if was_refused { format!("Error - {title}") } else { title.to_owned() }
}

/// A page as an answer.
///
/// `form_target` is an address of the app whose origin forms may lead to: Chromium holds redirects after
/// a form's POST against `form-action` too, and the answers to the pages redirect to the app.
pub(super) fn respond(status: StatusCode, html: String, form_target: Option<&str>) -> HttpResponse {
    respond_to_any(status, html, form_target.as_slice())
}

/// As [`respond`], where the form may lead to several apps, or to this org alone.
pub(super) fn respond_to_any(status: StatusCode, html: String, form_targets: &[&str]) -> HttpResponse {
    respond_under(content_security_policy(form_targets, None), status, html)
}

/// As [`respond_to_any`], for a page with the script of passkeys, which is allowed by its digest.
pub(crate) fn respond_with_script(status: StatusCode, html: String, form_targets: &[&str]) -> HttpResponse {
    respond_under(content_security_policy(form_targets, Some(SCRIPT)), status, html)
}

fn respond_under(policy: String, status: StatusCode, html: String) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .insert_header((X_FRAME_OPTIONS, "DENY"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .insert_header((CACHE_CONTROL, "no-cache, no-store"))
        .insert_header((PRAGMA, "no-cache"))
        .body(html)
}

fn content_security_policy(form_targets: &[&str], script: Option<&str>) -> String {
    let mut origins: Vec<_> =
        form_targets.iter().filter_map(|target| Origin::of(target).ok()).map(|o| o.to_string()).collect();
    origins.dedup();
    let form_action = match origins.is_empty() {
        true => "'none'".to_owned(),
        false => format!("'self' {}", origins.join(" ")),
    };
    let script =
        script.map(|script| format!(" script-src 'sha256-{}';", STANDARD.encode(Sha256::digest(script))));
    let script = script.unwrap_or_default();
    format!(
        "default-src 'none'; style-src 'self';{script} form-action {form_action}; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// The style sheet, which caches may keep for five minutes.
pub(crate) async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/css; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "max-age=300"))
        .body(STYLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The colour of a custom property, in the light scheme and the dark one.
    fn colours(name: &str) -> [[f64; 3]; 2] {
        let property = format!("--{name}: #");
        let mut found = STYLE.split(&property).skip(1).map(|rest| {
            let channel =
                |i: usize| u8::from_str_radix(&rest[2 * i..2 * i + 2], 16).expect("six digits of a colour");
            [0, 1, 2].map(channel).map(linear)
        });
        [(); 2].map(|()| found.next().unwrap_or_else(|| panic!("{name} has no colour in one of the schemes")))
    }

    /// Of sRGB (WCAG 2.2, "relative luminance").
    fn linear(channel: u8) -> f64 {
        let share = f64::from(channel) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    }

    fn luminance([red, green, blue]: [f64; 3]) -> f64 {
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    #[track_caller]
    fn check(ink: &str, ground: &str, at_least: f64) {
        for (ink_colour, ground_colour) in colours(ink).into_iter().zip(colours(ground)) {
            let (one, other) = (luminance(ink_colour), luminance(ground_colour));
            let contrast = (one.max(other) + 0.05) / (one.min(other) + 0.05);
            assert!(contrast >= at_least, "{ink} on {ground}: {contrast:.2}");
        }
    }

    #[test]
    fn everything_can_be_read_and_seen_in_both_schemes() {
        for (ink, ground) in [
            ("ink", "paper"),
            ("ink", "ground"),
            ("quiet", "paper"),
            ("quiet", "ground"),
            ("on-accent", "accent"),
            ("on-accent", "accent-deep"),
            ("accent", "paper"),
            ("alarm", "alarm-ground"),
        ] {
            check(ink, ground, 4.5);
        }
        for (edge, ground) in [("line", "paper"), ("alarm", "paper"), ("accent", "paper")] {
            check(edge, ground, 3.0);
        }
    }
}
