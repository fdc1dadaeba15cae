//! Panels in place of content: nothing here yet, or something went wrong. Each says what to do next.

use std::rc::Rc;

use sycamore::prelude::*;

use super::sign_in_button;
use crate::live::pressed;
use crate::markup::markup;
use crate::shop_api::Failure;

/// Nothing here yet, and where to go.
pub(crate) fn empty_panel(
    art: &'static str,
    title: &'static str,
    text: &'static str,
    link: (&'static str, &'static str),
) -> View {
    let (href, label) = link;
    markup! {
        div(class="panel panel-empty") {
            img(class="panel-art", src=art, alt="", width="320", height="240")
            p(class="panel-title") { (title) }
            p(class="panel-text") { (text) }
            a(class="button", href=href) { (label) }
        }
    }
}

/// What went wrong, what to do, and a button that does it.
pub(crate) fn failure_panel(failure: &Failure, retry: Option<Rc<dyn Fn()>>) -> View {
    let (title, advice) = (failure.title(), failure.advice());
    let code = failure.code().map(|code| ["Code: ", code].concat()).unwrap_or_default();
    let retry = retry.filter(|_| !failure.is_forbidden());
    let button = if failure.wants_sign_in() {
        Some(sign_in_button("panel-sign-in", "button"))
    } else {
        retry.map(retry_button)
    };
    let hook = if failure.is_forbidden() { "forbidden" } else { "failure" };
    markup! {
        div(class="panel panel-failure", role="alert", data-testid=hook) {
            p(class="panel-title") { (title) }
            p(class="panel-text") { (advice) }
            (button)
            p(class="panel-code") { (code) }
        }
    }
}

fn retry_button(retry: Rc<dyn Fn()>) -> View {
    markup! {
        button(type="button", class="button", data-testid="retry", on:click=pressed(move || retry())) { "Try again" }
    }
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::pages::stage;

    fn rendered(failure: Failure) -> String {
        sycamore::render_to_string(move || {
            stage(vec![]);
            failure_panel(&failure, Some(Rc::new(|| {})))
        })
    }

    #[test]
    fn a_failure_offers_what_helps() {
        assert!(rendered(Failure::Unreachable).contains("Try again"));
        let html = rendered(Failure::SessionExpired);
        assert!(html.contains("Sign in<") && !html.contains("Try again"), "{html}");
        let html = rendered(Failure::Refused { status: 403, problem: None });
        assert!(html.contains("forbidden") && !html.contains("Try again"), "{html}");
    }
}
