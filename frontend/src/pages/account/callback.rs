//! Where Okta sends the browser back to. Success leads on to the wanted page; failure is explained here and
//! nothing starts over by itself.

use okta_sycamore::{CallbackFailure, LoginCallback};
use sycamore::prelude::*;

use crate::elements::begin_button;
use crate::markup::markup;
use crate::navigation::titled;

pub(super) fn page() -> View {
    titled("Signing in", "");
    view! { LoginCallback(error=|failure: CallbackFailure| explained(&failure)) }
}

fn explained(failure: &CallbackFailure) -> View {
    let (message, remedy) = (failure.message(), failure.remedy());
    let code = failure.code().to_owned();
    let description = match failure.description() {
        none if none.is_empty() => View::new(),
        text => markup! {
            dt { "Description" }
            dd(data-testid="callback-error-description") { (text) }
        },
    };
    let retry = failure.retry();
    let again = begin_button("callback-retry", "button", "Try again", move || retry.clone());
    markup! {
        div(class="panel panel-failure", role="alert", data-testid="callback-error") {
            h1(id="page-heading", class="page-heading", tabindex="-1") { "Signing in did not work" }
            p(class="panel-text") { (message) }
            p(class="panel-text") { (remedy) }
            div(class="actions") {
                (again)
                a(class="button button-quiet", href="/", data-testid="callback-home") { "Back to the shop" }
            }
            dl(class="facts") {
                dt { "Code" }
                dd(data-testid="callback-error-code") { (code) }
                (description)
            }
        }
    }
}
