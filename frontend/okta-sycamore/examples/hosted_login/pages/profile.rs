//! What the org says of the person, claim by claim.

use okta_sycamore::{AuthStatus, Json, UserInfoStatus, use_auth};
use sycamore::prelude::*;

use super::live;

pub(super) fn page() -> View {
    let auth = use_auth();
    // The ID token's claims are there at once; those of `/userinfo` join them.
    auth.load_user_info();
    let user_info = auth.user_info();
    let problem = live(move || match user_info.get_clone() {
        UserInfoStatus::Failed(_) => {
            view! { p(id="userinfo-problem") { "Your org says no more of you than this." } }
        }
        _ => View::new(),
    });
    let status = auth.status();
    let rows = live(move || match status.get_clone() {
        AuthStatus::SignedIn(person) => View::from(person.claims.into_iter().map(row).collect::<Vec<_>>()),
        _ => View::new(),
    });
    view! {
        h1 { "Profile" }
        (problem)
        table { tbody { (rows) } }
    }
}

fn row((name, value): (String, Json)) -> View {
    let id = ["claim-", &name].concat();
    let value = value.as_str().map_or_else(|| value.to_text(), str::to_owned);
    view! { tr { th(scope="row") { (name) } td(id=id) { (value) } } }
}
