//! The outbox: the mail that the org sent, newest first.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use maud::{Markup, html};

use super::layout;
use crate::mail::Mail;
use crate::timestamp::iso;

/// What the page shows.
#[derive(Clone, Copy)]
pub(crate) struct OutboxPage<'a> {
    /// Oldest first.
    pub(crate) mails: &'a [Mail],
}

impl OutboxPage<'_> {
    /// The page as an answer.
    pub(crate) fn respond(self) -> HttpResponse {
        let content = html! {
            h1 { "Outbox" }
            p.lead { "The mail that this org sent, newest first." }
            @if self.mails.is_empty() {
                p #no-mails { "There is no mail yet." }
            } @else {
                ol.mails reversed { @for mail in self.mails.iter().rev() { li { (shown(mail)) } } }
            }
        };
        layout::respond(StatusCode::OK, layout::page("Outbox", &content), None)
    }
}

/// A mail with its link as one.
fn shown(mail: &Mail) -> Markup {
    let link = mail.link.as_deref();
    let is_link = |line: &str| link == Some(line);
    html! {
        p.subject { strong { (mail.subject) } }
        dl.details {
            dt { "To" }
            dd { (mail.to) }
            dt { "Sent" }
            dd { time datetime=(iso(mail.sent_at)) { (iso(mail.sent_at)) } }
        }
        div.text {
            @for line in mail.text.lines().filter(|line| !line.is_empty()) {
                p { @if is_link(line) { a href=(line) { (line) } } @else { (line) } }
            }
        }
    }
}
