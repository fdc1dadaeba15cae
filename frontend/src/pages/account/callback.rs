//! Where Okta sends the browser back to. Success leads on to the wanted page; failure is explained here and
//! nothing starts over by itself.

use okta_sycamore::{Advice, CallbackFailure, LoginCallback};
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
    // Where nothing that they do helps, the way on is back.
    let (again, home) = if failure.explanation().advice == Advice::TellOperator {
        (View::new(), "button")
    } else {
        let retry = failure.retry();
        let again = begin_button("callback-retry", "button", "Try again", move || retry.clone());
        (again, "button button-quiet")
    };
    markup! {
        div(class="panel panel-failure", role="alert", data-testid="callback-error") {
            h1(id="page-heading", class="page-heading", tabindex="-1") { "Signing in did not work" }
            p(class="panel-text") { (message) }
            p(class="panel-text") { (remedy) }
            div(class="actions") {
                (again)
                a(class=home, href="/", data-testid="callback-home") { "Back to the shop" }
            }
            dl(class="facts") {
                dt { "Code" }
                dd(data-testid="callback-error-code") { (code) }
                (description)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use okta_sycamore::{OrgError, SignInError};

    use super::*;
    use crate::pages::stage;

    #[track_caller]
    fn check(error: SignInError, offers_another_attempt: bool) {
        let html = sycamore::render_to_string(|| {
            stage(vec![]);
            explained(&CallbackFailure::new(error, "/checkout"))
        });
        assert_eq!(html.contains("callback-retry"), offers_another_attempt, "{html}");
        assert!(html.contains("callback-home"), "{html}");
    }

    #[test]
    fn another_attempt_is_offered_where_it_may_help() {
        check(SignInError::NotStarted, true);
        check(SignInError::Org(OrgError::Network), true);
        check(SignInError::Org(OrgError::Cors(String::new())), false);
    }
}
