//! What an app says about its org and itself, and whether it can be so.
//!
//! Checked once, before anything starts, and all mistakes are reported together. What only the org knows
//! (whether the redirect URI is registered, the policy, the trusted origin) is not checked here.

use std::fmt;
use std::time::Duration;

use okta_types::{HttpUrl, Issuer, IssuerError, Origin, Scopes, UrlError};

#[cfg(feature = "dpop")]
use crate::interface::dpop::Dpop;
#[cfg(feature = "idle")]
use crate::interface::idle::Idle;
use crate::interface::mistakes::write_all;
#[cfg(feature = "several-orgs")]
use crate::interface::own_part::{OwnPart, name_of};
#[cfg(feature = "silent-renewal")]
use crate::interface::silent_renewal::{SilentRenewal, Way};
use crate::protocol::address;
#[cfg(feature = "endpoints")]
use crate::protocol::endpoints::Endpoint;
use crate::protocol::redirect_limit::RedirectLimit;
use crate::protocol::return_target::ReturnTarget;

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthConfig {
    /// The authorization server, e.g. `https://dev-1.okta.com/oauth2/default`.
    pub issuer: String,
    /// Other addresses of the org, e.g. `https://dev-1.okta.com` where the issuer has a custom domain: a sign-in that
    /// its dashboard begins may name them.
    #[cfg(feature = "org-addresses")]
    pub org_addresses: Vec<String>,
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
    /// Whether tokens are bound to a key of the browser (RFC 9449).
    #[cfg(feature = "dpop")]
    pub dpop: Dpop,
    /// Whether authorization requests are pushed to the org before the page leaves (RFC 9126), although the discovery
    /// document does not say that it requires it: where it requires it of this app alone.
    #[cfg(feature = "par")]
    pub push_requests: bool,
    /// Endpoints in place of those of the discovery document, absolute.
    #[cfg(feature = "endpoints")]
    pub endpoints: Vec<(Endpoint, String)>,
    /// When a page that is sent to the org again and again stops.
    pub redirect_limit: RedirectLimit,
    /// How long the org still accepts a refresh token after it was used: "grace period for token rotation" of
    /// the app integration, whole seconds, Okta's default being 30. Within it a renewal whose answer was lost
    /// is sent once more; after it the same token would count as stolen.
    pub refresh_grace: Duration,
    /// Whether the page also renews by itself, shortly before the access token ends. By default it renews on
    /// use only, so that a page nobody looks at keeps no session alive.
    pub renew_ahead: bool,
    /// How a session is renewed that came without a refresh token.
    #[cfg(feature = "silent-renewal")]
    pub silent_renewal: SilentRenewal,
    /// Whether the page may be left for such a renewal although a form of it holds input that was not sent. By default
    /// it is not, and the request that needs it is refused: [`OrgError::UnsentInput`](crate::OrgError::UnsentInput).
    #[cfg(feature = "silent-renewal")]
    pub renewal_drops_input: bool,
    /// Signs people out who have gone away.
    #[cfg(feature = "idle")]
    pub idle: Option<Idle>,
    /// What of the app is this org's, where it has several: filled in by [`Orgs::of_page`](crate::Orgs::of_page).
    #[cfg(feature = "several-orgs")]
    pub own_part: OwnPart,
}

impl Default for AuthConfig {
    fn default() -> Self {
        Self {
            issuer: String::new(),
            #[cfg(feature = "org-addresses")]
            org_addresses: Vec::new(),
            client_id: String::new(),
            redirect_uri: String::new(),
            post_logout_redirect_uri: String::new(),
            scopes: Vec::new(),
            api_origins: Vec::new(),
            session_storage: StorageKind::default(),
            #[cfg(feature = "dpop")]
            dpop: Dpop::default(),
            #[cfg(feature = "par")]
            push_requests: false,
            #[cfg(feature = "endpoints")]
            endpoints: Vec::new(),
            redirect_limit: RedirectLimit::default(),
            refresh_grace: Duration::from_secs(30),
            renew_ahead: false,
            #[cfg(feature = "silent-renewal")]
            silent_renewal: SilentRenewal::default(),
            #[cfg(feature = "silent-renewal")]
            renewal_drops_input: false,
            #[cfg(feature = "idle")]
            idle: None,
            #[cfg(feature = "several-orgs")]
            own_part: OwnPart::default(),
        }
    }
}

/// A configuration without mistakes that can be seen from here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) issuer: Issuer,
    #[cfg(feature = "org-addresses")]
    pub(crate) org_addresses: Vec<Issuer>,
    pub(crate) client_id: String,
    pub(crate) redirect_uri: HttpUrl,
    pub(crate) redirect_uri_text: String,
    pub(crate) post_logout: HttpUrl,
    pub(crate) post_logout_text: String,
    pub(crate) scopes: Scopes,
    pub(crate) api_origins: Vec<Origin>,
    pub(crate) page_origin: Origin,
    pub(crate) session_storage: StorageKind,
    #[cfg(feature = "dpop")]
    pub(crate) dpop: Dpop,
    #[cfg(feature = "par")]
    pub(crate) push_requests: bool,
    #[cfg(feature = "endpoints")]
    pub(crate) endpoints: Vec<(Endpoint, String)>,
    pub(crate) redirect_limit: RedirectLimit,
    pub(crate) refresh_grace: Duration,
    pub(crate) renew_ahead: bool,
    #[cfg(feature = "silent-renewal")]
    pub(crate) silent_renewal: Option<Way>,
    #[cfg(feature = "silent-renewal")]
    pub(crate) renewal_drops_input: bool,
    #[cfg(feature = "idle")]
    pub(crate) idle: Option<Idle>,
    #[cfg(feature = "several-orgs")]
    pub(crate) own_part: OwnPart,
}

impl Settings {
    /// Checks `config` for a page of the origin of `page`.
    pub(crate) fn check(config: &AuthConfig, page: &str) -> Result<Self, ConfigErrors> {
        let mut errors = Vec::new();
        let page_origin = note(&mut errors, Origin::of(address::split(page).0).map_err(ConfigError::Page));
        let issuer = note(&mut errors, Issuer::parse(&config.issuer).map_err(ConfigError::Issuer));
        if issuer.as_ref().is_some_and(Issuer::is_org) && !config.api_origins.is_empty() {
            errors.push(ConfigError::OrgIssuer);
        }
        #[cfg(feature = "org-addresses")]
        let mut org_addresses = Vec::new();
        #[cfg(feature = "org-addresses")]
        for text in &config.org_addresses {
            let error = |error| ConfigError::OrgAddress(text.clone(), error);
            org_addresses.extend(note(&mut errors, Issuer::parse(text).map_err(error)));
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
        let scopes = Scopes::parse(&config.scopes.join(" "));
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
        #[cfg(feature = "endpoints")]
        for (endpoint, url) in &config.endpoints {
            if let Err(problem) = secure(url) {
                errors.push(ConfigError::Endpoint(*endpoint, problem));
            }
        }
        if !(1..=32).contains(&config.redirect_limit.redirects) {
            errors.push(ConfigError::RedirectLimit);
        }
        #[cfg(feature = "idle")]
        if config.idle.is_some_and(|idle| !idle.is_possible()) {
            errors.push(ConfigError::Idle);
        }
        match (page_origin, issuer, redirect_uri, post_logout) {
            (Some(page_origin), Some(issuer), Some(redirect_uri), Some(post_logout)) if errors.is_empty() => {
                Ok(Self {
                    #[cfg(feature = "silent-renewal")]
                    silent_renewal: config.silent_renewal.way(&page_origin, issuer.origin().as_ref()),
                    #[cfg(feature = "silent-renewal")]
                    renewal_drops_input: config.renewal_drops_input,
                    issuer,
                    #[cfg(feature = "org-addresses")]
                    org_addresses,
                    client_id: config.client_id.clone(),
                    redirect_uri,
                    redirect_uri_text: config.redirect_uri.clone(),
                    post_logout,
                    post_logout_text: config.post_logout_redirect_uri.clone(),
                    scopes,
                    api_origins,
                    page_origin,
                    session_storage: config.session_storage,
                    #[cfg(feature = "dpop")]
                    dpop: config.dpop,
                    #[cfg(feature = "par")]
                    push_requests: config.push_requests,
                    #[cfg(feature = "endpoints")]
                    endpoints: config.endpoints.clone(),
                    redirect_limit: config.redirect_limit,
                    refresh_grace: config.refresh_grace,
                    renew_ahead: config.renew_ahead,
                    #[cfg(feature = "idle")]
                    idle: config.idle,
                    #[cfg(feature = "several-orgs")]
                    own_part: config.own_part.clone(),
                })
            }
            _ => Err(ConfigErrors(errors)),
        }
    }
}

impl Settings {
    /// The name, in a storage of the browser, of something of this client's.
    pub(crate) fn named(&self, name: &str) -> String {
        #[cfg(feature = "several-orgs")]
        return name_of(&self.own_part.tag, &self.client_id, name);
        #[cfg(not(feature = "several-orgs"))]
        ["okta-auth.", &self.client_id, ".", name].concat()
    }

    /// Where a person lands who wants to go there.
    pub(crate) fn landing(&self, wanted: &str) -> ReturnTarget {
        let target = ReturnTarget::of(wanted, self.redirect_uri.path());
        #[cfg(feature = "several-orgs")]
        if !self.own_part.has_page(target.path()) {
            return self.home();
        }
        target
    }

    /// The home page.
    #[cfg(any(feature = "mail-links", feature = "several-orgs"))]
    pub(crate) fn home(&self) -> ReturnTarget {
        #[cfg(feature = "several-orgs")]
        return ReturnTarget::of(self.own_part.home(), "");
        #[cfg(not(feature = "several-orgs"))]
        ReturnTarget::home()
    }

    /// Whether a link that names this address as the issuer means our authorization server.
    pub(crate) fn is_meant_by(&self, address: &str) -> bool {
        #[cfg(feature = "org-addresses")]
        if self.org_addresses.iter().any(|org| org.is_meant_by(address)) {
            return true;
        }
        self.issuer.is_meant_by(address)
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
    let url = secure(text)?;
    if url.has_query_or_fragment() {
        return Err(UriProblem::QueryOrFragment);
    }
    if page.is_some_and(|page| page != url.origin()) {
        return Err(UriProblem::OtherOrigin);
    }
    Ok(url)
}

fn api_origin(text: &str) -> Result<Origin, UriProblem> {
    let url = secure(text)?;
    if url.path() != "/" || url.has_query_or_fragment() {
        return Err(UriProblem::NotAnOrigin);
    }
    Ok(url.origin().clone())
}

/// `https`, or plain `http` to this machine. Keeps `javascript:` and the like out of navigations.
pub(crate) fn secure(text: &str) -> Result<HttpUrl, UriProblem> {
    let url = HttpUrl::parse(text)?;
    if url.origin().is_https() || url.origin().is_loopback() { Ok(url) } else { Err(UriProblem::Insecure) }
}

/// All mistakes of a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigErrors(pub(crate) Vec<ConfigError>);

impl ConfigErrors {
    /// The mistakes, in the order of the fields.
    pub fn iter(&self) -> impl Iterator<Item = &ConfigError> {
        self.0.iter()
    }

    /// The fields that are wrong, for a build without words for developers.
    pub fn fields(&self) -> String {
        let mut fields = String::new();
        for error in &self.0 {
            fields.push_str(error.field());
            fields.push(' ');
        }
        fields
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_all(f, &self.0)
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
    /// Not the address of an org.
    #[cfg(feature = "org-addresses")]
    #[error("`org_addresses` holds {0}, which {1}")]
    OrgAddress(String, IssuerError),
    /// Empty, a placeholder or of other characters than a client id has.
    #[error("`client_id` is not a client id: copy it from the app integration; it starts with 0oa")]
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
    /// An endpoint no token may be sent to.
    #[cfg(feature = "endpoints")]
    #[error("`endpoints` holds an {name} that {1}", name = .0.as_str())]
    Endpoint(Endpoint, UriProblem),
    /// None, or more than are remembered.
    #[error("`redirect_limit` must allow 1 to 32 redirects")]
    RedirectLimit,
    /// The warning would come before the person has gone away.
    #[cfg(feature = "idle")]
    #[error("`idle` must warn after the last sign of life: make `warn_before` shorter than `after`")]
    Idle,
}

impl ConfigError {
    /// The field of [`AuthConfig`] that is wrong.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Page(_) => "the page's address",
            Self::Issuer(_) | Self::OrgIssuer => "issuer",
            #[cfg(feature = "org-addresses")]
            Self::OrgAddress(..) => "org_addresses",
            Self::ClientId => "client_id",
            Self::RedirectUri(_) => "redirect_uri",
            Self::PostLogoutRedirectUri(_) => "post_logout_redirect_uri",
            Self::MissingOpenid => "scopes",
            Self::ApiOrigin(..) => "api_origins",
            #[cfg(feature = "endpoints")]
            Self::Endpoint(..) => "endpoints",
            Self::RedirectLimit => "redirect_limit",
            #[cfg(feature = "idle")]
            Self::Idle => "idle",
        }
    }
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
mod tests;
