//! Several orgs in one app: which of them a page belongs to, and that nothing of one is another's.

mod apart;
mod choice;
mod mistakes;

use okta_auth::{AuthConfig, Orgs, Pages};

use crate::browser::{PAGE, config};
use crate::org;

pub(super) const BIRCH: &str = "https://birch.example/oauth2/default";

/// The org of all pages that are not below `/birch`.
fn first() -> AuthConfig {
    config()
}

/// The org below `/birch`.
fn birch() -> AuthConfig {
    AuthConfig {
        issuer: BIRCH.into(),
        client_id: "0oa2".into(),
        org_addresses: vec!["https://dev-2.okta.com".into()],
        redirect_uri: format!("{PAGE}/birch/login/callback"),
        post_logout_redirect_uri: format!("{PAGE}/birch"),
        ..config()
    }
}

fn two(second: AuthConfig) -> Orgs {
    Orgs::new([(Pages::default(), first()), (Pages::below("/birch"), second)]).unwrap()
}

/// The configuration for a page at this place.
fn chosen(orgs: &Orgs, place: &str) -> Option<AuthConfig> {
    orgs.of_page(&format!("{PAGE}{place}"))
}

/// What the org of this issuer answers, in the place of that of the other tests.
fn answer_of(issuer: &str, body: &str) -> String {
    body.replace(org::ISSUER, issuer)
}
