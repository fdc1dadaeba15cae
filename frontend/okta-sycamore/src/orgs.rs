//! Which org a page belongs to, feature `several-orgs`.

use okta_auth::{AuthConfig, Orgs};

use crate::page;

/// The configuration of the org whose page this is, for [`AuthProvider`](crate::AuthProvider); `None` where the page is no
/// org's. Asked once, before anything is rendered: a page has one org for as long as it is loaded.
///
/// ```no_run
/// use okta_sycamore::*;
/// use sycamore::prelude::*;
///
/// # #[component]
/// # fn App() -> View { view! {} }
/// # fn at_acme() -> AuthConfig { AuthConfig::default() }
/// # fn at_birch() -> AuthConfig { AuthConfig::default() }
/// # fn main() -> Result<(), OrgsErrors> {
/// let orgs = Orgs::new([(Pages::default(), at_acme()), (Pages::below("/birch"), at_birch())])?;
/// if let Some(config) = org_of_page(&orgs) {
///     sycamore::render(|| view! { AuthProvider(config=config) { App() } });
/// }
/// # Ok(())
/// # }
/// ```
pub fn org_of_page(orgs: &Orgs) -> Option<AuthConfig> {
    orgs.of_page(&page::address())
}
