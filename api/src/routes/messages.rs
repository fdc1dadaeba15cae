//! `GET /api/messages`: what Okta's sample resource servers answer, for whoever is signed in.

use std::time::Duration;

use actix_web::{Responder, web};
use okta_types::UnixTime;
use shared::{Message, Messages, paths};

use crate::clock;
use crate::people::SignedIn;

const HOUR: Duration = Duration::from_secs(3600);

#[utoipa::path(
    get, path = paths::MESSAGES, tag = "token", operation_id = "messages",
    summary = "Messages for anyone who is signed in",
    responses((status = 200, description = "Newest first.", body = Messages)),
    security(("okta" = []), ("bearer" = [])),
)]
pub(super) async fn list(_: SignedIn) -> impl Responder {
    latest()
}

/// The same without a token, for whomever `admits` admits: see `configure_for_comparison`.
#[cfg(feature = "bench")]
pub(super) fn list_for(
    admits: fn(&actix_web::HttpRequest) -> bool,
) -> impl Fn(actix_web::HttpRequest) -> std::future::Ready<Option<web::Json<Messages>>> + Clone + 'static {
    move |request| std::future::ready(admits(&request).then(latest))
}

fn latest() -> web::Json<Messages> {
    let now = clock::now();
    web::Json(Messages {
        messages: vec![message(now, "I am a robot."), message(now - HOUR, "Hello, world!")],
    })
}

fn message(at: UnixTime, text: &str) -> Message {
    Message { date: clock::rfc3339(at), text: text.to_owned() }
}
