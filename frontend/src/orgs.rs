//! How people sign in at this page. Orgs beside the first one have the pages below a path of their own, all of which are in the
//! program of the account.

#[cfg(feature = "account")]
use std::iter;

use okta_sycamore::AuthConfig;
#[cfg(feature = "silent-renewal")]
use okta_sycamore::SilentRenewal;
#[cfg(feature = "account")]
use okta_sycamore::{Orgs, OrgsErrors, Pages, org_of_page};
#[cfg(feature = "account")]
use shared::SpaOrg;
use shared::{SpaConfig, paths};
use sycamore::web::window;

#[cfg(feature = "account")]
use crate::base::set_base;
use crate::configuration::ConfigProblem;

/// What the shop is told, with the org of this page in the place of the first, and its sign-in.
pub(crate) fn of_page(config: SpaConfig) -> Result<(&'static SpaConfig, AuthConfig), ConfigProblem> {
    // Both are good for as long as the page lives: code that drops them would be a part of the download.
    let config: &'static SpaConfig = Box::leak(Box::new(config));
    #[cfg(feature = "account")]
    {
        let orgs = orgs(config).map_err(ConfigProblem::Orgs)?;
        let auth = org_of_page(&orgs).unwrap_or_else(|| auth_config(config, ""));
        if let Some(org) = config.other_orgs.iter().find(|org| org.issuer == auth.issuer) {
            set_base(&org.path);
            return Ok((Box::leak(Box::new(at(config, org))), auth));
        }
        Ok((config, auth))
    }
    #[cfg(not(feature = "account"))]
    Ok((config, auth_config(config, "")))
}

#[cfg(feature = "account")]
fn orgs(config: &SpaConfig) -> Result<Orgs, OrgsErrors> {
    let first = (Pages::default(), auth_config(config, ""));
    let others = config.other_orgs.iter();
    let others = others.map(|org| {
        (Pages::below([org.path.as_str(), "/"].concat()), auth_config(&at(config, org), &org.path))
    });
    Ok(Orgs::new(iter::once(first).chain(others))?.with_login_page(paths::LOGIN))
}

#[cfg(feature = "account")]
fn at(config: &SpaConfig, org: &SpaOrg) -> SpaConfig {
    let SpaOrg { issuer, org_addresses, client_id, .. } = org.clone();
    SpaConfig { issuer, org_addresses, client_id, ..config.clone() }
}

/// The sign-in of an org whose pages are below this path.
fn auth_config(config: &SpaConfig, path: &str) -> AuthConfig {
    let origin = window().location().origin().unwrap_or_default();
    AuthConfig {
        issuer: config.issuer.clone(),
        client_id: config.client_id.clone(),
        redirect_uri: [&origin, path, paths::LOGIN_CALLBACK].concat(),
        // An origin alone is written without a slash.
        post_logout_redirect_uri: [origin.as_str(), path, if path.is_empty() { "" } else { "/" }].concat(),
        #[cfg(feature = "account")]
        org_addresses: config.org_addresses.clone(),
        scopes: scopes(),
        api_origins: vec![config.api_origin.clone()],
        #[cfg(feature = "silent-renewal")]
        silent_renewal: if config.renewal_frame { SilentRenewal::Frame } else { SilentRenewal::Page },
        ..AuthConfig::default()
    }
}

/// Who the person is, a session that lasts, and what is done with their orders.
fn scopes() -> Vec<String> {
    let scopes = ["openid", "profile", "email", "offline_access", paths::SCOPE_READ, paths::SCOPE_WRITE];
    scopes.map(str::to_owned).to_vec()
}
