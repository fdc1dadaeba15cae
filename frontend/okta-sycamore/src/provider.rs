//! Starts everything.

use okta_auth::{AuthConfig, AuthStatus};
use sycamore::prelude::*;

use crate::auth::Auth;

/// Starts the sign-in of this page and provides [`Auth`] to everything inside. One for each page, outside
/// of the router. On the host nobody is known.
#[component(inline_props)]
pub fn AuthProvider(config: AuthConfig, children: Children) -> View {
    let auth = if is_ssr!() { Auth::preview(AuthStatus::Unknown) } else { Auth::start(&config) };
    provide_context(auth);
    children.call()
}
