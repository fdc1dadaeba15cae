//! Parts of a page that depend on nothing but whether somebody is signed in.

use okta_auth::{AuthStatus, Owner};
use sycamore::prelude::*;

use crate::auth::use_auth;
use crate::live::live;

/// Renders `view` while somebody is signed in, and nothing otherwise: not while that is unknown either, so nothing flashes.
///
/// `view` is called anew for another person, and not for a renewal. It goes when the session expires; for what people type
/// use [`SecureRoute`](crate::SecureRoute), which keeps it until they are back. This hides and does not protect: the API
/// has to.
#[component(inline_props)]
pub fn SignedIn<F: Fn() -> View + 'static>(view: F) -> View {
    shown_to(|status| matches!(status, AuthStatus::SignedIn(_)), Box::new(view))
}

/// Renders `view` while nobody is signed in, e.g. a button to sign in, and nothing otherwise: not while that is unknown
/// either, so nothing flashes.
#[component(inline_props)]
pub fn SignedOut<F: Fn() -> View + 'static>(view: F) -> View {
    shown_to(|status| *status == AuthStatus::Anonymous, Box::new(view))
}

/// Not generic, so that it is in the wasm once.
fn shown_to(applies: fn(&AuthStatus) -> bool, view: Box<dyn Fn() -> View>) -> View {
    let auth = use_auth();
    let (status, owner) = (auth.status(), auth.owner());
    let shown: ReadSignal<Option<Owner>> = create_selector(move || {
        let owner = owner.get_clone();
        status.with(applies).then_some(owner)
    });
    live(Box::new(move || match shown.get_clone() {
        Some(_) => untrack(&view),
        None => View::new(),
    }))
}

#[cfg(test)]
mod tests {
    use okta_auth::Person;

    use super::*;
    use crate::auth::Auth;

    #[track_caller]
    fn check(status: AuthStatus, shown: Option<&str>) {
        let html = sycamore::render_to_string(move || {
            provide_context(Auth::preview(status));
            view! {
                SignedIn(view=|| view! { p { "sign out" } })
                SignedOut(view=|| view! { p { "sign in" } })
            }
        });
        for part in ["sign out", "sign in"] {
            assert_eq!(html.contains(part), shown == Some(part), "{part}: {html}");
        }
    }

    #[test]
    fn one_part_is_shown_to_whoever_is_signed_in_the_other_to_whoever_is_not_and_none_while_that_is_unknown()
    {
        check(AuthStatus::SignedIn(Person::default()), Some("sign out"));
        check(AuthStatus::Anonymous, Some("sign in"));
        check(AuthStatus::Unknown, None);
    }
}
