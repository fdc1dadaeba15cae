//! `GET /api/messages`: what Okta's sample resource servers answer, for whoever is signed in.

use std::time::Duration;

use actix_web::{Responder, web};
use okta_actix::Bearer;
use okta_types::UnixTime;
use shared::{Message, Messages};

use crate::clock;

const HOUR: Duration = Duration::from_secs(3600);

pub(super) async fn list(_: Bearer) -> impl Responder {
    let now = clock::now();
    web::Json(Messages {
        messages: vec![message(now, "I am a robot."), message(now - HOUR, "Hello, world!")],
    })
}

fn message(at: UnixTime, text: &str) -> Message {
    Message { date: clock::rfc3339(at), text: text.to_owned() }
}
