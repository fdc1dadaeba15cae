//! A router that guards every page: sign-in is needed for everything but the callback and what is listed.

use std::rc::Rc;

use okta_auth::CallbackFailure;
use sycamore::prelude::*;
use sycamore_router::{Route, Router};

use crate::auth::use_auth;
use crate::history::WholeAddress;
use crate::live::live;
use crate::login_callback::callback_page;
use crate::secure_route::guarded;

/// How a page is entered.
#[derive(Clone, Copy, PartialEq)]
enum Door {
    /// The path of the redirect URI, whatever the app's routes say of it.
    Callback,
    Open,
    Guarded,
}

/// A `Router` whose pages all need a sign-in, save for the callback and those for which `open` holds:
/// a page that somebody adds is guarded without another word. With `|_| false` everything is.
///
/// The callback needs no route: its path is that of the configured redirect URI. `view` is given the route and
/// called again when what is guarded opens; `error` shows a failed sign-in, as with
/// [`LoginCallback`](crate::LoginCallback). A `div` around everything is where the router listens for links.
#[component(inline_props)]
pub fn SecureRouter<R, O, F, E>(open: O, view: F, error: E) -> View
where
    R: Route + 'static,
    O: Fn(&R) -> bool + 'static,
    F: Fn(ReadSignal<R>) -> View + 'static,
    E: Fn(CallbackFailure) -> View + 'static,
{
    let (view, error) = (Rc::new(view), Rc::new(error));
    let around = move |route: ReadSignal<R>| {
        let auth = use_auth();
        let door = move || {
            route.track();
            match auth.is_at_callback() {
                true => Door::Callback,
                false if route.with_untracked(&open) => Door::Open,
                false => Door::Guarded,
            }
        };
        let behind = doors(Box::new(door), Rc::new(move || view(route)), error);
        view! { div { (behind) } }
    };
    let history = WholeAddress(
        #[cfg(feature = "several-orgs")]
        use_auth(),
    );
    view! { Router(integration=history, view=around) }
}

/// Not generic, and without a router: it is tested on the host.
fn doors(
    door: Box<dyn FnMut() -> Door>,
    page: Rc<dyn Fn() -> View>,
    error: Rc<dyn Fn(CallbackFailure) -> View>,
) -> View {
    let door = create_selector(door);
    live(Box::new(move || {
        let (page, error) = (Rc::clone(&page), Rc::clone(&error));
        match door.get() {
            Door::Callback => callback_page(Box::new(move |failure| error(failure))),
            Door::Open => untrack(&*page),
            Door::Guarded => guarded(Box::new(move || page())),
        }
    }))
}

#[cfg(test)]
mod tests {
    use okta_auth::{AuthStatus, Person};

    use super::*;
    use crate::auth::Auth;

    #[track_caller]
    fn check(door: Door, status: AuthStatus, shown: &str) {
        let html = sycamore::render_to_string(move || {
            provide_context(Auth::preview(status));
            let page = Rc::new(|| view! { p { "the page" } });
            let error = Rc::new(|failure: CallbackFailure| view! { p { (failure.code().to_owned()) } });
            doors(Box::new(move || door), page, error)
        });
        for part in ["the page", "not_started", "auth-waiting"] {
            assert_eq!(html.contains(part), part == shown, "{part}: {html}");
        }
    }

    #[test]
    fn everything_is_guarded_but_what_is_listed_and_the_callback() {
        let alice = || AuthStatus::SignedIn(Person::default());
        check(Door::Guarded, AuthStatus::Anonymous, "auth-waiting");
        check(Door::Guarded, AuthStatus::Unknown, "auth-waiting");
        check(Door::Guarded, alice(), "the page");
        check(Door::Open, AuthStatus::Anonymous, "the page");
        check(Door::Callback, AuthStatus::Anonymous, "not_started");
        check(Door::Callback, AuthStatus::Unknown, "auth-waiting");
    }
}
