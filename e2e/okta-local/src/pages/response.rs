//! Pages that carry an answer back to the app: by a form or by a message.
//!
//! Each holds one script, allowed by its digest; what the script sends stands in attributes, so that no
//! value is ever part of a script.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderValue, X_FRAME_OPTIONS};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::{PreEscaped, html};
use okta_types::Origin;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::layout;
use crate::org::return_address::Pairs;

const SUBMIT: &str = "document.forms[0].submit();";

const POST_MESSAGE: &str = "\
const data = document.getElementById('message').dataset;\
(window.opener || window.parent).postMessage(JSON.parse(data.message), data.target);";

/// A form that submits itself to the app; with scripts off there is a button.
pub(crate) fn form_post(redirect_uri: &str, pairs: &Pairs) -> HttpResponse {
    let content = html! {
        h1 { "One moment" }
        p.lead { "You are being sent back to the app." }
        form method="post" action=(redirect_uri) {
            @for (name, value) in pairs { input type="hidden" name=(name) value=(value); }
            noscript { button type="submit" { "Continue" } }
        }
        script { (PreEscaped(SUBMIT)) }
    };
    respond(&layout::page("Signing in", &content), SUBMIT, &origin(redirect_uri), "'none'")
}

/// A message to the window that opened or frames this page, readable by the app's origin only.
pub(crate) fn post_message(redirect_uri: &str, pairs: &Pairs) -> HttpResponse {
    let target = origin(redirect_uri);
    let message: Map<String, Value> =
        pairs.iter().map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str()))).collect();
    let content = html! {
        h1 { "Signed in" }
        p.lead #message data-target=(target) data-message=(Value::Object(message)) { "You may close this page." }
        script { (PreEscaped(POST_MESSAGE)) }
    };
    let mut response = respond(&layout::page("Signed in", &content), POST_MESSAGE, "'none'", &target);
    // The older header knows no list of origins; the policy above it does.
    response.headers_mut().remove(X_FRAME_OPTIONS);
    response
}

fn origin(redirect_uri: &str) -> String {
    Origin::of(redirect_uri).map_or_else(|_| "'none'".to_owned(), |origin| origin.to_string())
}

fn respond(html: &str, script: &str, form_action: &str, frame_ancestors: &str) -> HttpResponse {
    let mut response = layout::respond(StatusCode::OK, html.to_owned(), None);
    let policy = format!(
        "default-src 'none'; style-src 'self'; script-src 'sha256-{}'; form-action {form_action}; \
         base-uri 'none'; frame-ancestors {frame_ancestors}",
        STANDARD.encode(Sha256::digest(script))
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}
