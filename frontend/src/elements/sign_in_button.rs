//! The button that begins a sign-in.

use okta_sycamore::{SignIn, use_auth};
use sycamore::prelude::*;

use crate::base::whole;
use crate::live::{live_attribute, live_text, pressed};
use crate::markup::markup;
use crate::navigation::Navigation;
use crate::shop::shop;

/// Signs in and comes back to where one is.
pub(crate) fn sign_in_button(id: &'static str, class: &'static str) -> View {
    let navigation = shop().navigation;
    begin_button(id, class, "Sign in", move || SignIn::to(landing(navigation)))
}

/// Begins this sign-in. Says that it has been pressed: the org may take its time before it is there.
pub(crate) fn begin_button(
    id: &'static str,
    class: &'static str,
    label: &'static str,
    request: impl Fn() -> SignIn + 'static,
) -> View {
    let auth = use_auth();
    let leaving = auth.is_leaving();
    let busy = live_attribute(move || leaving.get().then_some("true".into()));
    let label = live_text(move || if leaving.get() { "One moment …" } else { label }.to_owned());
    let begin = pressed(move || auth.sign_in(request()));
    markup! {
        button(type="button", id=id, class=class, aria-busy=busy, data-testid=id, on:click=begin) { (label) }
    }
}

/// Back to where one is, but never to a page that is itself a step of the sign-in.
fn landing(navigation: Navigation) -> String {
    let place = navigation
        .address()
        .with_untracked(|address| if address.is_of_sign_in() { "/".to_owned() } else { address.to_string() });
    whole(place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::navigation::Address;
    use crate::pages::stage;

    #[test]
    fn signing_in_from_a_step_of_the_sign_in_leads_home() {
        let _ = create_root(|| {
            stage(vec![]);
            for (here, there) in [
                ("/login/callback?code=x", "/"),
                ("/login", "/"),
                ("/log%69n/callback/", "/"),
                ("/login-help", "/login-help"),
                ("/checkout?coupon=A#pay", "/checkout?coupon=A#pay"),
            ] {
                assert_eq!(landing(Navigation::at(Address::parse(here))), there);
            }
        });
    }
}
