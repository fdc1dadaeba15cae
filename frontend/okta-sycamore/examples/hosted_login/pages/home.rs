//! Who is there.

use okta_sycamore::{AuthStatus, use_auth};
use sycamore::prelude::*;

use super::live;

pub(super) fn page() -> View {
    let status = use_auth().status();
    let welcome = live(move || match status.get_clone() {
        AuthStatus::SignedIn(person) => {
            let name = person.name.unwrap_or(person.sub);
            view! { p(id="welcome") { "Welcome, " (name) "!" } }
        }
        _ => view! { p { "Nobody has signed in. Profile and messages send you to your org first." } },
    });
    view! {
        h1 { "A sign-in with Okta, in Rust" }
        (welcome)
    }
}
