//! What the API has to say to people with an access token.

use okta_sycamore::use_auth;
use shared::Message;
use sycamore::prelude::*;

use super::{heading, secured::secured};
use crate::dates;
use crate::elements::line_skeletons;
use crate::loading::loaded;
use crate::markup::markup;
use crate::navigation::titled;
use crate::shop::shop;
use crate::shop_api::member;

pub(super) fn page() -> View {
    titled("Messages", "What the shop has to tell you.");
    secured(|| {
        let (auth, api) = (use_auth(), shop().api);
        let messages = loaded(
            move || api.messages(auth),
            line_skeletons,
            |answer| member::<Vec<Message>>(answer, "messages").map(|messages| list(&messages)),
        );
        let heading = heading("Messages");
        markup! {
            div(class="page-head") {
                (heading)
                p(class="page-lead") { "Fetched from the shop's API with your access token." }
            }
            (messages)
        }
    })
}

fn list(messages: &[Message]) -> View {
    if messages.is_empty() {
        return markup! { p(class="panel-text") { "No messages right now." } };
    }
    let rows: Vec<View> = messages.iter().enumerate().map(row).collect();
    markup! { ul(class="messages") { (rows) } }
}

fn row((index, message): (usize, &Message)) -> View {
    let id = ["message-", &index.to_string()].concat();
    let (date, instant, text) = (dates::readable(&message.date), message.date.clone(), message.text.clone());
    markup! {
        li(id=id, class="message") {
            p(class="message-text") { (text) }
            time(class="message-date", datetime=instant) { (date) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_numbered_from_zero() {
        let message = |text: &str| Message { date: "2026-11-22T19:49:05Z".to_owned(), text: text.to_owned() };
        let messages = [message("I am a robot."), message("<b>Hello, world!</b>")];
        let html = sycamore::render_to_string(move || list(&messages));
        assert!(html.contains("id=\"message-0\"") && html.contains("id=\"message-1\""), "{html}");
        assert!(!html.contains("<b>"), "{html}");
    }
}
