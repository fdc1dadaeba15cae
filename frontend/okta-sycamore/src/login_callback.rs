//! The page of the redirect URI.

use okta_auth::{AuthStatus, CallbackFailure, CallbackStatus, Event, SignInError};
use sycamore::prelude::*;

use crate::auth::{Auth, use_auth};
use crate::live::live;
use crate::page;
use crate::task;

/// What the callback page is about.
#[derive(Clone, PartialEq)]
enum Stage {
    Working,
    /// Tell the router this path; the address is replaced already.
    Landed(String),
    /// Somebody who has signed in came here by hand.
    Astray,
    Failed(CallbackFailure),
}

impl Stage {
    fn of(callback: &CallbackStatus, status: &AuthStatus) -> Self {
        match (callback, status) {
            (CallbackStatus::Landed { path }, _) => Self::Landed(path.clone()),
            (CallbackStatus::Failed(failure), _) => Self::Failed(failure.clone()),
            (CallbackStatus::Working, _) | (_, AuthStatus::Unknown) => Self::Working,
            (_, AuthStatus::SignedIn(_)) => Self::Astray,
            (_, AuthStatus::Anonymous) => Self::Failed(CallbackFailure::new(SignInError::NotStarted, "/")),
        }
    }
}

/// The page of the redirect URI, inside the router: shows progress, then routes to where the person wanted.
/// What went wrong is shown by `error`; nothing starts over by itself. Class name: `auth-waiting`.
#[component(inline_props)]
pub fn LoginCallback<F: Fn(CallbackFailure) -> View + 'static>(error: F) -> View {
    callback_page(Box::new(error))
}

/// Not generic, so that it is in the wasm once.
pub(crate) fn callback_page(error: Box<dyn Fn(CallbackFailure) -> View>) -> View {
    let auth = use_auth();
    let (callback, status) = (auth.callback(), auth.status());
    let stage = create_selector(move || {
        callback.track();
        status.track();
        callback.with_untracked(|callback| status.with_untracked(|status| Stage::of(callback, status)))
    });
    // One reaction for what is shown and what is done: each costs a shopper half a kilobyte.
    live(Box::new(move || match stage.get_clone() {
        Stage::Failed(failure) => {
            tell_developer(&failure);
            error(failure)
        }
        stage => {
            go(auth, stage);
            view! { div(class="auth-waiting", role="status", aria-busy="true") { "Signing you in…" } }
        }
    }))
}

/// Routes, in a task of its own: it takes this very component away.
fn go(auth: Auth, stage: Stage) {
    let path = match stage {
        Stage::Landed(path) => path,
        Stage::Astray => {
            page::replace(auth.home());
            auth.home().to_owned()
        }
        Stage::Failed(_) | Stage::Working => return,
    };
    if is_not_ssr!() {
        task::spawn(async move {
            page::route(&path);
            auth.dispatch(Event::Landed);
        });
    }
}

/// The person gets plain words; whoever opens the console gets the cause and where to look.
fn tell_developer(failure: &CallbackFailure) {
    if is_not_ssr!() {
        let text =
            [failure.code(), ": ", &failure.description(), " ", failure.explanation().developer].concat();
        web_sys::console::warn_1(&text.into());
    }
}

#[cfg(test)]
mod tests {
    use okta_auth::Person;

    use super::*;

    #[track_caller]
    fn check(callback: &CallbackStatus, status: &AuthStatus, expected: &Stage) {
        assert!(Stage::of(callback, status) == *expected);
    }

    #[test]
    fn a_visit_by_hand_does_no_harm() {
        let failure = CallbackFailure::new(SignInError::NotStarted, "/");
        check(&CallbackStatus::None, &AuthStatus::Unknown, &Stage::Working);
        check(&CallbackStatus::None, &AuthStatus::SignedIn(Person::default()), &Stage::Astray);
        check(&CallbackStatus::None, &AuthStatus::Anonymous, &Stage::Failed(failure));
    }

    #[test]
    fn the_callback_decides_over_the_status() {
        let landed = CallbackStatus::Landed { path: "/checkout".into() };
        check(&landed, &AuthStatus::SignedIn(Person::default()), &Stage::Landed("/checkout".into()));
        check(&CallbackStatus::Working, &AuthStatus::Anonymous, &Stage::Working);
    }

    #[test]
    fn a_failure_is_rendered_by_the_app() {
        let html = sycamore::render_to_string(|| {
            provide_context(Auth::preview(AuthStatus::Anonymous));
            view! { LoginCallback(error=|failure| view! { p { (failure.code().to_owned()) } }) }
        });
        assert!(html.contains("not_started"), "{html}");
    }
}
