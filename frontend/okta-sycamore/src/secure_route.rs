//! A guarded part of the page.

use okta_auth::{AuthNotice, Gate};
use sycamore::prelude::*;

use crate::auth::{Auth, use_auth};
use crate::live::live;

/// Renders `view` for people who have signed in, and sends others to the org and back to where they wanted.
///
/// `view` is called again when somebody signs in again, and when somebody else does; it stays as it is through
/// renewals, and while an expired session waits for the same person. After a sign-out in another tab, and for whoever
/// comes back from the org by the back button, nobody is redirected: a button offers it. Class names: `auth-waiting`,
/// `auth-panel`.
#[component(inline_props)]
pub fn SecureRoute<F: Fn() -> View + 'static>(view: F) -> View {
    guarded(Box::new(view))
}

/// Not generic, so that every guarded page of an app shares it.
pub(crate) fn guarded(view: Box<dyn Fn() -> View>) -> View {
    let auth = use_auth();
    let gate = auth.gate();
    live(Box::new(move || match gate.get_clone().0 {
        // What the app reads there is its own business: only the gate puts this up anew.
        Gate::Open => untrack(&view),
        gate @ (Gate::Waiting | Gate::Redirect | Gate::Leaving) => {
            if gate == Gate::Redirect {
                auth.redirect();
            }
            view! { div(class="auth-waiting", aria-busy="true") }
        }
        gate @ (Gate::Closed | Gate::Stuck) => {
            let notice = auth.notice();
            panel(auth, notice.with(|notice| message(gate, notice.as_ref())))
        }
    }))
}

/// What the notice says, which others may show as well: nothing else.
fn message(gate: Gate, notice: Option<&AuthNotice>) -> &'static str {
    match notice {
        Some(notice) => notice.message(),
        None if gate == Gate::Closed => "You are signed out.",
        None => "You need to sign in to see this.",
    }
}

fn panel(auth: Auth, message: &'static str) -> View {
    view! {
        section(class="auth-panel", role="status") {
            p { (message) }
            button(r#type="button", on:click=move |_| auth.sign_in_here()) { "Sign in" }
        }
    }
}

#[cfg(test)]
mod tests {
    use okta_auth::{AuthStatus, IdTokenError, Person};

    use super::*;

    fn render(status: AuthStatus) -> String {
        sycamore::render_to_string(move || {
            provide_context(Auth::preview(status));
            view! { SecureRoute(view=|| view! { p { "the orders" } }) }
        })
    }

    #[test]
    fn a_session_that_was_refused_is_not_told_as_a_sign_out() {
        for notice in [AuthNotice::SessionRefused(IdTokenError::Expired), AuthNotice::SignedOutElsewhere] {
            assert_eq!(message(Gate::Closed, Some(&notice)), notice.message());
        }
        assert_eq!(message(Gate::Closed, None), "You are signed out.");
        assert!(message(Gate::Stuck, None).contains("need to sign in"));
    }

    #[test]
    fn the_guarded_part_is_shown_to_people_who_have_signed_in_only() {
        assert!(render(AuthStatus::SignedIn(Person::default())).contains("the orders"));
        for status in [AuthStatus::Unknown, AuthStatus::Anonymous] {
            let html = render(status);
            assert!(html.contains("auth-waiting") && !html.contains("the orders"), "{html}");
        }
    }
}
