//! The address of an org: scheme, host and port, and nothing else.

use std::fmt;

use okta_types::{HttpUrl, Issuer, IssuerError, Origin, UrlError};
use url::Url;

/// An org's address, e.g. `https://dev-123456.okta.com`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OrgUrl(String);

/// Why a text is not an org's address. Where it can be told which org is meant, its address is in it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum OrgUrlError {
    /// Not an address that an issuer could have either: placeholder, `http`.
    #[error(transparent)]
    Address(#[from] IssuerError),
    /// The Admin Console's host, `-admin`.
    #[error("names the Admin Console, whose address ends in \"-admin\": give {0}")]
    AdminHost(String),
    /// No `https://`.
    #[error("has no https:// before it: give {0}")]
    NoScheme(String),
    /// More than scheme, host and port.
    #[error("has a path: give only the org, {0}")]
    Path(String),
}

/// The org that an address of something in it means.
fn org_of(text: &str) -> String {
    match Origin::of(text) {
        Ok(origin) => origin.to_string().replacen("-admin.", ".", 1),
        Err(_) => "e.g. https://dev-123456.okta.com".to_owned(),
    }
}

impl OrgUrl {
    /// Parses `https://{host}`, the host in any case; `http` on loopback only. Slashes at the end are dropped.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, OrgUrlError> {
        let text = text.trim().trim_end_matches('/');
        match Issuer::parse(text) {
            Ok(issuer) => match HttpUrl::parse(issuer.as_str()) {
                Ok(url) if url.path() == "/" => Ok(Self(url.origin().to_string())),
                _ => Err(OrgUrlError::Path(org_of(text))),
            },
            Err(IssuerError::AdminHost) => Err(OrgUrlError::AdminHost(org_of(text))),
            Err(IssuerError::Url(UrlError::NotAbsolute)) => {
                Err(OrgUrlError::NoScheme(org_of(&format!("https://{text}"))))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The org of an issuer.
    pub(crate) fn of(issuer: &Issuer) -> Option<Self> {
        issuer.origin().map(|origin| Self(origin.to_string()))
    }

    /// The issuer of one of its authorization servers.
    pub(crate) fn issuer(&self, server: &str) -> String {
        format!("{}/oauth2/{server}", self.0)
    }

    pub(super) fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    /// Path and query of an address of this org.
    pub(super) fn path_of(&self, url: &str) -> Option<String> {
        let url = Url::parse(url).ok()?;
        let own = Url::parse(&self.0).ok()?;
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        (url.origin() == own.origin()).then(|| format!("{}{query}", url.path()))
    }
}

impl fmt::Display for OrgUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_org_is_an_origin() {
        for same in [
            " https://dev-1.okta.com/ ",
            "https://Dev-1.Okta.com",
            "HTTPS://dev-1.okta.com",
            "https://dev-1.okta.com:443",
            "https://dev-1.okta.com//",
        ] {
            assert_eq!(OrgUrl::parse(same).unwrap().to_string(), "https://dev-1.okta.com", "{same}");
        }
        assert!(OrgUrl::parse("http://localhost:9000").is_ok());
    }

    #[test]
    fn what_is_not_an_org_is_refused_with_the_org_that_is_meant() {
        let org = || "https://dev-1.okta.com".to_owned();
        for (text, error) in [
            ("https://dev-1.okta.com/oauth2/default", OrgUrlError::Path(org())),
            ("https://Dev-1.okta.com/app/UserHome", OrgUrlError::Path(org())),
            ("https://dev-1-admin.okta.com", OrgUrlError::AdminHost(org())),
            ("https://Dev-1-Admin.okta.com/admin/dashboard", OrgUrlError::AdminHost(org())),
            ("dev-1.okta.com", OrgUrlError::NoScheme(org())),
            ("dev-1-admin.okta.com/", OrgUrlError::NoScheme(org())),
        ] {
            assert_eq!(OrgUrl::parse(text), Err(error), "{text}");
        }
        for refused in ["http://dev-1.okta.com", "https://{yourOktaDomain}", "https://dev-1.okta.com?x=1"] {
            assert!(matches!(OrgUrl::parse(refused), Err(OrgUrlError::Address(_))), "{refused}");
        }
    }
}
