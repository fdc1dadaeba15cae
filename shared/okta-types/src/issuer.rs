use std::fmt;

use serde::{Deserialize, Serialize};

use crate::http_url::{HttpUrl, Origin, UrlError};

/// The identifier of an authorization server, e.g. `https://dev-1.okta.com/oauth2/default`.
///
/// Compared to the letter everywhere (OpenID Connect Core §3.1.3.7, RFC 9207 §2.4), so it is kept as it
/// was given, save for a trailing slash: Okta's issuers have none, people paste one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Issuer(String);

impl Issuer {
    /// Checks what can be checked without the network.
    ///
    /// # Errors
    /// What is wrong with it, in words that say what to do.
    pub fn parse(text: &str) -> Result<Self, IssuerError> {
        // Word by word: the standard library's search is made for long texts, and shoppers would download it.
        let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
        if text.bytes().any(|b| b == b'{' || b == b'}') || words.any(|word| word == "yourOktaDomain") {
            return Err(IssuerError::Placeholder);
        }
        let trimmed = text.trim_end_matches('/');
        let url = HttpUrl::parse(trimmed)?;
        if url.has_query_or_fragment() {
            return Err(IssuerError::QueryOrFragment);
        }
        if !url.origin().is_https() && !url.origin().is_loopback() {
            return Err(IssuerError::Insecure);
        }
        let mut labels = url.origin().host().split('.');
        if labels.next().is_some_and(|label| label.ends_with("-admin"))
            && labels.any(|label| matches!(label, "okta" | "oktapreview" | "okta-emea"))
        {
            return Err(IssuerError::AdminHost);
        }
        Ok(Self(trimmed.to_owned()))
    }

    /// The identifier to the letter.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where the org is.
    pub fn origin(&self) -> Option<Origin> {
        Origin::of(&self.0).ok()
    }

    /// Whether a link that names this address as the issuer (OpenID Connect Core §4, `iss`) means this authorization
    /// server: by its identifier, or by the address of the org that it belongs to, which is what Okta's dashboard
    /// sends ("How to Make the OIDC or OAuth App Visible in Okta Dashboard", Okta support).
    pub fn is_meant_by(&self, address: &str) -> bool {
        let is_org = |url: &HttpUrl| {
            Some(url.origin()) == self.origin().as_ref()
                && matches!(url.path(), "" | "/")
                && !url.has_query_or_fragment()
        };
        address == self.0 || HttpUrl::parse(address).is_ok_and(|url| is_org(&url))
    }

    /// Whether this is the org authorization server, whose access tokens only Okta itself can verify.
    /// Custom authorization servers have a path `/oauth2/{id}`.
    pub fn is_org(&self) -> bool {
        let mut parts = self.0.split('/');
        !(parts.any(|part| part == "oauth2") && parts.next().is_some())
    }

    /// `{issuer}/.well-known/openid-configuration` (OpenID Connect Discovery §4).
    pub fn discovery_url(&self) -> String {
        [&self.0, "/.well-known/openid-configuration"].concat()
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Issuer {
    type Error = IssuerError;
    fn try_from(text: String) -> Result<Self, IssuerError> {
        Self::parse(&text)
    }
}

impl From<Issuer> for String {
    fn from(issuer: Issuer) -> Self {
        issuer.0
    }
}

/// Why a text is not the issuer of an Okta authorization server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IssuerError {
    /// A template was left in, e.g. `https://{yourOktaDomain}/oauth2/default`.
    #[error("still holds a placeholder: put your Okta domain in its place")]
    Placeholder,
    /// Not an address.
    #[error(transparent)]
    Url(#[from] UrlError),
    /// RFC 8414 §2 allows neither.
    #[error("must have neither a query nor a fragment")]
    QueryOrFragment,
    /// Plain `http` to another machine.
    #[error("must start with https:// (http:// is accepted on this machine only)")]
    Insecure,
    /// The Admin Console's host, e.g. `dev-1-admin.okta.com`.
    #[error("names the Admin Console: leave out \"-admin\"")]
    AdminHost,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_means_the_server_by_its_identifier_or_by_its_orgs_address() {
        let issuer = Issuer::parse("https://dev-1.okta.com/oauth2/default").unwrap();
        for ours in [
            "https://dev-1.okta.com/oauth2/default",
            "https://dev-1.okta.com",
            "https://dev-1.okta.com/",
            "https://Dev-1.okta.com:443",
        ] {
            assert!(issuer.is_meant_by(ours), "{ours}");
        }
        for foreign in [
            "",
            "https://dev-2.okta.com",
            "http://dev-1.okta.com",
            "https://dev-1.okta.com:8443",
            "https://dev-1.okta.com/oauth2/other",
            "https://dev-1.okta.com/oauth2/default/",
            "https://dev-1.okta.com/?x=1",
            "https://dev-1.okta.com#x",
            "https://dev-1.okta.com@evil.test",
            "https://dev-1.okta.com.evil.test",
            "dev-1.okta.com",
        ] {
            assert!(!issuer.is_meant_by(foreign), "{foreign}");
        }
    }

    #[track_caller]
    fn check(text: &str, expected: Result<&str, IssuerError>) {
        assert_eq!(Issuer::parse(text).map(String::from), expected.map(str::to_owned), "{text}");
    }

    #[test]
    fn an_issuer_is_refused_with_the_reason() {
        check("https://dev-1.okta.com/oauth2/default/", Ok("https://dev-1.okta.com/oauth2/default"));
        check("http://localhost:9000/oauth2/default", Ok("http://localhost:9000/oauth2/default"));
        check("http://dev-1.okta.com/oauth2/default", Err(IssuerError::Insecure));
        check("https://{yourOktaDomain}/oauth2/default", Err(IssuerError::Placeholder));
        check("https://yourOktaDomain.okta.com/oauth2/default", Err(IssuerError::Placeholder));
        check("https://{domain/oauth2/default", Err(IssuerError::Placeholder));
        check("https://domain}/oauth2/default", Err(IssuerError::Placeholder));
        check("https://dev-1-admin.okta.com/oauth2/default", Err(IssuerError::AdminHost));
        check("https://dev-1-admin.oktapreview.com", Err(IssuerError::AdminHost));
        check("https://dev-1-admin.okta.com/oauth2/default", Err(IssuerError::AdminHost));
        check("https://dev-1.okta.com/oauth2/default?x=1", Err(IssuerError::QueryOrFragment));
        check("dev-1.okta.com", Err(IssuerError::Url(UrlError::NotAbsolute)));
    }

    #[test]
    fn an_issuer_is_shown_to_the_letter_and_tells_where_its_document_is() {
        let issuer = Issuer::parse("https://dev-1.okta.com/oauth2/default").unwrap();
        assert_eq!(issuer.to_string(), issuer.as_str());
        let document = "https://dev-1.okta.com/oauth2/default/.well-known/openid-configuration";
        assert_eq!(issuer.discovery_url(), document);
        assert_eq!(
            issuer.origin().map(|origin| origin.to_string()).as_deref(),
            Some("https://dev-1.okta.com")
        );
    }

    #[test]
    fn the_org_issuer_is_told_from_a_custom_one() {
        assert!(Issuer::parse("https://dev-1.okta.com").unwrap().is_org());
        assert!(Issuer::parse("https://dev-1.okta.com/oauth2").unwrap().is_org());
        assert!(!Issuer::parse("https://dev-1.okta.com/oauth2/aus1").unwrap().is_org());
    }
}
