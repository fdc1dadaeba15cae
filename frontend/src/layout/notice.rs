//! What the shopper must know about their session: a banner above the page, until dismissed.

use okta_sycamore::{Auth, AuthNotice, use_auth};
use sycamore::prelude::*;

use crate::elements::sign_in_button;
use crate::live::{live, pressed};
use crate::markup::markup;

/// The banner, or nothing.
pub(crate) fn notice() -> View {
    let auth = use_auth();
    let notice = auth.notice();
    let banner = live(move || View::from(notice.get_clone().map(|notice| banner(auth, &notice))));
    markup! {
        div(class="notices", role="status") {
            (banner)
        }
    }
}

fn banner(auth: Auth, notice: &AuthNotice) -> View {
    let message = notice.message();
    let detail = notice.detail().map(|detail| {
        markup! { span(class="notice-detail") { (detail) } }
    });
    let sign_in = notice.offers_sign_in().then(|| sign_in_button("notice-sign-in", "button button-small"));
    let sign_out = matches!(notice, AuthNotice::SessionExpired).then(|| sign_out_button(auth));
    markup! {
        div(class="notice", data-testid="notice") {
            p(class="notice-text") { (message) " " (detail) }
            (sign_in)
            (sign_out)
            button(type="button", class="notice-dismiss", data-testid="notice-dismiss", aria-label="Dismiss this notice",
                on:click=pressed(move || auth.dismiss_notice())) { "×" }
        }
    }
}

/// What the person was doing waits for them; whoever does not go on leaves nothing behind.
fn sign_out_button(auth: Auth) -> View {
    markup! {
        button(type="button", class="button button-small button-quiet", data-testid="notice-sign-out",
            on:click=pressed(move || auth.sign_out())) { "Sign out" }
    }
}
