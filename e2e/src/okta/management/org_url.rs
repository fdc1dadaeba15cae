//! The address of an org: scheme, host and port, and nothing else.

use std::fmt;

use okta_types::Issuer;
use url::Url;

/// An org's address, e.g. `https://dev-123456.okta.com`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OrgUrl(String);

/// Why a text is not an org's address.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum OrgUrlError {
    /// Not an address that an issuer could have either: placeholder, `http`, `-admin` host.
    #[error(transparent)]
    Address(#[from] okta_types::IssuerError),
    /// More than scheme, host and port.
    #[error("has a path: give the org alone, e.g. https://dev-123456.okta.com")]
    Path,
}

impl OrgUrl {
    /// Parses `https://{host}`; `http` on loopback only. A slash at the end is dropped.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, OrgUrlError> {
        let issuer = Issuer::parse(text.trim())?;
        match issuer.origin().filter(|origin| origin.to_string() == issuer.as_str()) {
            Some(_) => Ok(Self(issuer.as_str().to_owned())),
            None => Err(OrgUrlError::Path),
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
        assert_eq!(OrgUrl::parse(" https://dev-1.okta.com/ ").unwrap().to_string(), "https://dev-1.okta.com");
        assert!(OrgUrl::parse("http://localhost:9000").is_ok());
        assert_eq!(OrgUrl::parse("https://dev-1.okta.com/oauth2/default"), Err(OrgUrlError::Path));
        for refused in [
            "dev-1.okta.com",
            "http://dev-1.okta.com",
            "https://dev-1-admin.okta.com",
            "https://{yourOktaDomain}",
        ] {
            assert!(matches!(OrgUrl::parse(refused), Err(OrgUrlError::Address(_))), "{refused}");
        }
    }
}
