//! Pages for people who have signed in.

use okta_sycamore::SecureRoute;
use sycamore::prelude::*;

use crate::live::untracked;

/// Shows `content` to people who have signed in; others are sent to sign in and come back.
pub(super) fn secured(content: impl Fn() -> View + 'static) -> View {
    behind_sign_in(Box::new(content))
}

#[inline(never)]
fn behind_sign_in(content: Box<dyn Fn() -> View>) -> View {
    let content: Box<dyn Fn() -> View> = Box::new(move || untracked(&mut || content()));
    view! { SecureRoute(view=content) }
}
