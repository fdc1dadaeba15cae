//! Where the org sends the browser back to, when that brought no sign-in.

use okta_sycamore::{CallbackFailure, use_auth};
use sycamore::prelude::*;

/// What went wrong, for the person and for the developer. Nothing starts over by itself: that would be a loop.
pub(crate) fn explained(failure: CallbackFailure) -> View {
    let auth = use_auth();
    let (message, remedy, retry) = (failure.message(), failure.remedy(), failure.retry());
    let (code, description) = (failure.code().to_owned(), failure.description());
    view! {
        section(id="callback-error", role="alert") {
            h1 { "Signing in did not work" }
            p { (message) " " (remedy) }
            button(id="retry-button", on:click=move |_| auth.sign_in(retry.clone())) { "Try again" }
            p { code(id="callback-error-code") { (code) } " " span(id="callback-error-description") { (description) } }
        }
    }
}
