//! What an app says about its org and itself, and whether it can be so.
//!
//! Checked once, before anything starts, and all mistakes are reported together. What only the org knows
//! (whether the redirect URI is registered, the policy, the trusted origin) is not checked here.

use std::fmt;

use okta_types::{HttpUrl, Issuer, IssuerError, Origin, Scopes, UrlError};

/// Where the session is kept. The price of each is told in the crate's documentation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum StorageKind {
    /// `localStorage`: survives a reload and is shared by all tabs of the origin.
    #[default]
    Local,
    /// `sessionStorage`: survives a reload, in one tab only.
    Session,
    /// The memory of the page: a reload asks the org again.
    Memory,
}

/// What an app says about its org and itself. Write it with `..AuthConfig::default()`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthConfig {
    /// The authorization server, e.g. `https://dev-1.okta.com/oauth2/default`.
    pub issuer: String,
    /// The app integration's client id, `0oa…`.
    pub client_id: String,
    /// Absolute; registered as a sign-in redirect URI, to the letter. Of the page's own origin.
    pub redirect_uri: String,
    /// Absolute; registered as a sign-out redirect URI, to the letter. Of the page's own origin.
    pub post_logout_redirect_uri: String,
    /// Must hold `openid`; `offline_access` asks for a refresh token.
    pub scopes: Vec<String>,
    /// The origins the access token may be sent to, compared by scheme, host and port.
    pub api_origins: Vec<String>,
    /// Where the session is kept.
    pub session_storage: StorageKind,
}

/// A configuration without mistakes that can be seen from here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) issuer: Issuer,
    pub(crate) client_id: String,
    pub(crate) redirect_uri: HttpUrl,
    pub(crate) redirect_uri_text: String,
    pub(crate) post_logout: HttpUrl,
    pub(crate) post_logout_text: String,
    pub(crate) scopes: Scopes,
    pub(crate) api_origins: Vec<Origin>,
    pub(crate) page_origin: Origin,
    pub(crate) session_storage: StorageKind,
}

impl Settings {
    /// Checks `config` for a page of the origin of `page`.
    pub(crate) fn check(config: &AuthConfig, page: &str) -> Result<Self, ConfigErrors> {
        let mut errors = Vec::new();
        let page_origin = note(&mut errors, Origin::of(page).map_err(ConfigError::Page));
        let issuer = note(&mut errors, Issuer::parse(&config.issuer).map_err(ConfigError::Issuer));
        if issuer.as_ref().is_some_and(Issuer::is_org) && !config.api_origins.is_empty() {
            errors.push(ConfigError::OrgIssuer);
        }
        if !is_client_id(&config.client_id) {
            errors.push(ConfigError::ClientId);
        }
        let own = |uri: &str| own_uri(uri, page_origin.as_ref());
        let redirect_uri = note(&mut errors, own(&config.redirect_uri).map_err(ConfigError::RedirectUri));
        let post_logout = note(
            &mut errors,
            own(&config.post_logout_redirect_uri).map_err(ConfigError::PostLogoutRedirectUri),
        );
        let scopes = config.scopes.iter().flat_map(|s| s.split(' ')).collect::<Scopes>();
        if !scopes.contains("openid") {
            errors.push(ConfigError::MissingOpenid);
        }
        let mut api_origins = Vec::new();
        for text in &config.api_origins {
            match api_origin(text) {
                Ok(origin) => api_origins.push(origin),
                Err(problem) => errors.push(ConfigError::ApiOrigin(text.clone(), problem)),
            }
        }
        match (page_origin, issuer, redirect_uri, post_logout) {
            (Some(page_origin), Some(issuer), Some(redirect_uri), Some(post_logout)) if errors.is_empty() => {
                Ok(Self {
                    issuer,
                    client_id: config.client_id.clone(),
                    redirect_uri,
                    redirect_uri_text: config.redirect_uri.clone(),
                    post_logout,
                    post_logout_text: config.post_logout_redirect_uri.clone(),
                    scopes,
                    api_origins,
                    page_origin,
                    session_storage: config.session_storage,
                })
            }
            _ => Err(ConfigErrors(errors)),
        }
    }
}

fn note<T>(errors: &mut Vec<ConfigError>, result: Result<T, ConfigError>) -> Option<T> {
    result.map_err(|error| errors.push(error)).ok()
}

fn is_client_id(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
        && !text.eq_ignore_ascii_case("yourClientId")
}

fn own_uri(text: &str, page: Option<&Origin>) -> Result<HttpUrl, UriProblem> {
    let url = HttpUrl::parse(text)?;
    if url.has_query_or_fragment() {
        return Err(UriProblem::QueryOrFragment);
    }
    if !url.origin().is_https() && !url.origin().is_loopback() {
        return Err(UriProblem::Insecure);
    }
    if page.is_some_and(|page| page != url.origin()) {
        return Err(UriProblem::OtherOrigin);
    }
    Ok(url)
}

fn api_origin(text: &str) -> Result<Origin, UriProblem> {
    let url = HttpUrl::parse(text)?;
    if url.path() != "/" || url.has_query_or_fragment() {
        return Err(UriProblem::NotAnOrigin);
    }
    if !url.origin().is_https() && !url.origin().is_loopback() {
        return Err(UriProblem::Insecure);
    }
    Ok(url.origin().clone())
}

/// All mistakes of a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigErrors(pub(crate) Vec<ConfigError>);

impl ConfigErrors {
    /// The mistakes, in the order of the fields.
    pub fn iter(&self) -> impl Iterator<Item = &ConfigError> {
        self.0.iter()
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("; ")?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}

/// One mistake of a configuration, by the name of its field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The page has no web address, e.g. it was opened as a file.
    #[error("the page's own address {0}")]
    Page(UrlError),
    /// Not the issuer of an Okta authorization server.
    #[error("`issuer` {0}")]
    Issuer(IssuerError),
    /// Only Okta can verify access tokens of the org authorization server; an API of one's own cannot.
    #[error("`issuer` is the org's own, whose access tokens your API cannot verify: use one with /oauth2/…")]
    OrgIssuer,
    /// Empty, a placeholder or of other characters than a client id has.
    #[error("`client_id` is not a client id: copy it from the app integration, it starts with 0oa")]
    ClientId,
    /// Where the org sends the person after sign-in.
    #[error("`redirect_uri` {0}")]
    RedirectUri(UriProblem),
    /// Where the org sends the person after sign-out.
    #[error("`post_logout_redirect_uri` {0}")]
    PostLogoutRedirectUri(UriProblem),
    /// Without it the answer has no ID token (OpenID Connect Core §3.1.2.1).
    #[error("`scopes` lacks openid")]
    MissingOpenid,
    /// An origin the access token must not be sent to.
    #[error("`api_origins` holds {0}, which {1}")]
    ApiOrigin(String, UriProblem),
}

/// What is wrong with an address of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UriProblem {
    /// Not an absolute address.
    #[error(transparent)]
    Url(#[from] UrlError),
    /// Plain `http` to another machine.
    #[error("must start with https:// (http:// is accepted on this machine only)")]
    Insecure,
    /// Answers are appended as a query.
    #[error("must have neither a query nor a fragment")]
    QueryOrFragment,
    /// What the browser keeps for one origin cannot be read on another.
    #[error("is of another origin than the page")]
    OtherOrigin,
    /// More than scheme, host and port.
    #[error("must be scheme, host and port only")]
    NotAnOrigin,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> AuthConfig {
        AuthConfig {
            issuer: "https://dev-1.okta.com/oauth2/default".into(),
            client_id: "0oa48e74ox4t7mQJX0g7".into(),
            redirect_uri: "http://localhost:8080/login/callback".into(),
            post_logout_redirect_uri: "http://localhost:8080".into(),
            scopes: vec!["openid".into(), "profile".into()],
            api_origins: vec!["http://localhost:8000".into()],
            session_storage: StorageKind::Local,
        }
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut AuthConfig), expected: &[ConfigError]) {
        let mut config = good();
        change(&mut config);
        let found = Settings::check(&config, "http://localhost:8080/a?b#c").err();
        assert_eq!(found.map_or(Vec::new(), |e| e.0), expected);
    }

    #[test]
    fn each_mistake_is_named() {
        use ConfigError as E;
        check(|_| {}, &[]);
        check(
            |c| c.issuer = "https://{yourOktaDomain}/oauth2/default".into(),
            &[E::Issuer(IssuerError::Placeholder)],
        );
        check(
            |c| c.issuer = "https://dev-1-admin.okta.com/oauth2/default".into(),
            &[E::Issuer(IssuerError::AdminHost)],
        );
        check(
            |c| c.issuer = "http://dev-1.okta.com/oauth2/default".into(),
            &[E::Issuer(IssuerError::Insecure)],
        );
        check(|c| c.issuer = "https://dev-1.okta.com".into(), &[E::OrgIssuer]);
        for client_id in ["", "{clientId}", "yourClientId", "0oa 1"] {
            check(|c| c.client_id = client_id.into(), &[E::ClientId]);
        }
        check(
            |c| c.redirect_uri = "/login/callback".into(),
            &[E::RedirectUri(UriProblem::Url(UrlError::NotAbsolute))],
        );
        check(
            |c| c.redirect_uri = "http://127.0.0.1:8080/login/callback".into(),
            &[E::RedirectUri(UriProblem::OtherOrigin)],
        );
        check(|c| c.redirect_uri.push_str("?x=1"), &[E::RedirectUri(UriProblem::QueryOrFragment)]);
        check(
            |c| c.post_logout_redirect_uri = "https://localhost:8080".into(),
            &[E::PostLogoutRedirectUri(UriProblem::OtherOrigin)],
        );
        check(|c| c.scopes = vec!["profile email".into()], &[E::MissingOpenid]);
        check(
            |c| c.api_origins = vec!["http://api.example".into()],
            &[E::ApiOrigin("http://api.example".into(), UriProblem::Insecure)],
        );
        check(
            |c| c.api_origins = vec!["https://api.example/v1".into()],
            &[E::ApiOrigin("https://api.example/v1".into(), UriProblem::NotAnOrigin)],
        );
    }

    #[test]
    fn the_org_issuer_is_fine_without_an_api() {
        check(
            |c| {
                c.issuer = "https://dev-1.okta.com".into();
                c.api_origins.clear();
            },
            &[],
        );
    }

    #[test]
    fn all_mistakes_are_reported_together() {
        let errors = Settings::check(&AuthConfig::default(), "http://localhost:8080/").unwrap_err();
        assert_eq!(errors.iter().count(), 5, "{errors}");
    }

    #[test]
    fn scopes_may_be_written_in_one_string() {
        let config = AuthConfig { scopes: vec!["openid profile".into()], ..good() };
        assert!(Settings::check(&config, "http://localhost:8080/").unwrap().scopes.contains("profile"));
    }
}
