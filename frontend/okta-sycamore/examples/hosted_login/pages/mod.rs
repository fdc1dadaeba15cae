//! The pages, and the frame around them.

pub(crate) mod callback;
mod home;
mod messages;
mod profile;

use okta_sycamore::{AuthStatus, SignIn, use_auth};
use sycamore::prelude::*;
use sycamore_router::Route;

/// Which page a path is. The callback is none of them: `SecureRouter` knows its path from the configuration, and
/// guards every page that is not listed as open.
#[derive(Clone, Copy, Default, PartialEq)]
pub(crate) enum Page {
    Home,
    Profile,
    Messages,
    #[default]
    NotFound,
}

/// By hand, for that is smaller than what `derive(Route)` writes.
impl Route for Page {
    fn match_route(&self, segments: &[&str]) -> Self {
        self.match_path(&["/", &segments.join("/")].concat())
    }

    fn match_path(&self, path: &str) -> Self {
        match path.strip_suffix('/').unwrap_or(path) {
            "" => Self::Home,
            "/profile" => Self::Profile,
            "/messages" => Self::Messages,
            _ => Self::NotFound,
        }
    }
}

/// What is around every page.
pub(crate) fn frame(page: ReadSignal<Page>) -> View {
    let (navigation, notice) = (navigation(), notice());
    let page = live(move || show(page.get()));
    view! {
        header { (navigation) }
        (notice)
        main { (page) }
    }
}

fn show(page: Page) -> View {
    match page {
        Page::Home => home::page(),
        Page::Profile => profile::page(),
        Page::Messages => messages::page(),
        Page::NotFound => view! { h1 { "There is no such page" } },
    }
}

/// A part that is put up anew whenever a signal that it reads changes. Boxed, so that everybody downloads
/// Sycamore's machinery for it once.
fn live(view: impl FnMut() -> View + 'static) -> View {
    let view: Box<dyn FnMut() -> View> = Box::new(view);
    View::from_dynamic(view)
}

/// While it is not known who is there, neither button is shown: nothing flashes.
fn navigation() -> View {
    let auth = use_auth();
    let (status, leaving) = (auth.status(), auth.is_leaving());
    let personal = live(move || match status.get_clone() {
        AuthStatus::Unknown => View::new(),
        // It was pressed.
        AuthStatus::Anonymous if leaving.get() => View::new(),
        AuthStatus::Anonymous => view! {
            button(id="login-button", on:click=move |_| auth.sign_in(SignIn::to("/"))) { "Sign in" }
        },
        AuthStatus::SignedIn(_) => view! {
            a(id="profile-button", href="/profile") { "Profile" }
            a(id="messages-button", href="/messages") { "Messages" }
            button(id="logout-button", on:click=move |_| auth.sign_out()) { "Sign out" }
        },
    });
    view! {
        nav {
            a(href="/") { "Home" }
            (personal)
        }
    }
}

/// What the person should be told of their session, until dismissed.
fn notice() -> View {
    let auth = use_auth();
    let notice = auth.notice();
    let shown = live(move || match notice.get_clone() {
        None => View::new(),
        Some(notice) => {
            let message = notice.message();
            view! {
                p(id="notice", class="notice") {
                    (message) " "
                    button(on:click=move |_| auth.dismiss_notice()) { "Dismiss" }
                }
            }
        }
    });
    view! { div(role="status") { (shown) } }
}
