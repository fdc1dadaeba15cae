//! Several orgs in one app, feature `several-orgs`: which of them a page belongs to.
//!
//! The choice is made before there is a machine: a page has one org for as long as it is loaded. What a page shows, keeps and
//! sends is its org's alone; pages of two orgs lie in one browser side by side, as two apps do.

use std::fmt;

use okta_types::{HttpUrl, Issuer, IssuerError, Origin, parse_query, path_segments};

use crate::interface::config::AuthConfig;
use crate::interface::mistakes::write_all;
use crate::interface::own_part::{OwnPart, Pages, are_alike, nearest, tag};
use crate::protocol::address::{self, is_same_path};

/// The orgs of an app, and which pages are whose.
#[derive(Clone, Debug)]
pub struct Orgs {
    members: Vec<Member>,
    /// The path of an initiate-login URI that is no single org's.
    login: Option<String>,
}

#[derive(Clone, Debug)]
struct Member {
    pages: Pages,
    config: AuthConfig,
    /// All by which a link may name the org.
    addresses: Vec<Issuer>,
    tag: String,
}

impl Orgs {
    /// Each org's configuration, and which pages are its own.
    ///
    /// # Errors
    /// All that is wrong with them together; what is wrong with one by itself, [`Machine::new`](crate::Machine::new) says.
    pub fn new(orgs: impl IntoIterator<Item = (Pages, AuthConfig)>) -> Result<Self, OrgsErrors> {
        let mut errors = Vec::new();
        let mut members = Vec::<Member>::new();
        for (pages, config) in orgs {
            let addresses = addresses(&config, &mut errors);
            check_pages(&pages, &mut errors);
            for other in &members {
                check_pair((&pages, &config), other, &mut errors);
            }
            let is_like = |other: &Member| are_alike(&other.config.client_id, &config.client_id);
            let tag = if members.iter().any(is_like) { tag(&config.issuer) } else { String::new() };
            members.push(Member { pages, config, addresses, tag });
        }
        let this = Self { members, login: None };
        this.check_ends(&mut errors);
        if errors.is_empty() { Ok(this) } else { Err(OrgsErrors(errors)) }
    }

    /// A page with this path to which all orgs may send people who are to sign in, e.g. `/login`: which of them it is, the
    /// link's `iss` says (OpenID Connect Core §4). None is needed where each org's initiate-login URI is a page of its own.
    #[must_use]
    pub fn with_login_page(mut self, path: impl Into<String>) -> Self {
        self.login = Some(path.into());
        self
    }

    /// The configuration of the org whose page is at `address`, whole; `None` where that is no org's.
    ///
    /// An org's redirect URI is its own, wherever it is, and a shared login page that of the org which the link names.
    pub fn of_page(&self, address: &str) -> Option<AuthConfig> {
        let (origin, place) = address::split(address);
        let origin = Origin::of(origin).ok()?;
        let here: Vec<&Member> =
            self.members.iter().filter(|member| member.pages.may_be_at(origin.host())).collect();
        let path = address::path(place);
        let by_page = nearest(here.iter().map(|member| &member.pages), path);
        let own = here
            .iter()
            .position(|org| org.is_called_back_at(&origin, path))
            .or_else(|| self.named(&here, place, by_page))
            .or(by_page)?;
        let org = here.get(own)?;
        let pages = here.iter().map(|member| member.pages.clone()).collect();
        Some(AuthConfig { own_part: OwnPart { pages, own, tag: org.tag.clone() }, ..org.config.clone() })
    }

    /// The org that a link to the shared login page names, that of the page before others.
    fn named(&self, here: &[&Member], place: &str, by_page: Option<usize>) -> Option<usize> {
        if !is_same_path(self.login.as_ref()?, address::path(place)) {
            return None;
        }
        let (place, _) = place.split_once('#').unwrap_or((place, ""));
        let (_, query) = place.split_once('?')?;
        let (_, iss) = parse_query(query).into_iter().find(|(name, _)| name == "iss")?;
        let is_meant = |index: &usize| here.get(*index).is_some_and(|org| org.is_meant_by(&iss));
        by_page.filter(is_meant).or_else(|| (0..here.len()).find(is_meant))
    }

    /// After a sign-out a person is on a page of the org's own: on that of another they would see whoever is there.
    fn check_ends(&self, errors: &mut Vec<OrgsError>) {
        for (index, member) in self.members.iter().enumerate() {
            let Ok(end) = HttpUrl::parse(&member.config.post_logout_redirect_uri) else { continue };
            let host = end.origin().host();
            let here = self.members.iter().enumerate().filter(|(_, other)| other.pages.may_be_at(host));
            let (indices, pages): (Vec<_>, Vec<_>) = here.map(|(index, other)| (index, &other.pages)).unzip();
            let owner = nearest(pages.into_iter(), end.path()).and_then(|own| indices.get(own));
            if owner != Some(&index) {
                errors.push(OrgsError::ForeignEnd(member.config.issuer.clone()));
            }
        }
    }
}

impl Member {
    fn is_called_back_at(&self, origin: &Origin, path: &str) -> bool {
        let is_there = |uri: HttpUrl| uri.origin() == origin && is_same_path(uri.path(), path);
        HttpUrl::parse(&self.config.redirect_uri).is_ok_and(is_there)
    }

    fn is_meant_by(&self, iss: &str) -> bool {
        self.addresses.iter().any(|own| own.is_meant_by(iss))
    }
}

fn addresses(config: &AuthConfig, errors: &mut Vec<OrgsError>) -> Vec<Issuer> {
    let own = [&config.issuer].into_iter();
    #[cfg(feature = "org-addresses")]
    let own = own.chain(&config.org_addresses);
    let parse = |text: &String| match Issuer::parse(text) {
        Ok(issuer) => Some(issuer),
        Err(error) => {
            errors.push(OrgsError::Issuer(text.clone(), error));
            None
        }
    };
    own.filter_map(parse).collect()
}

fn check_pages(pages: &Pages, errors: &mut Vec<OrgsError>) {
    let Pages { host, path } = pages;
    let is_plain = |path: &str| {
        !path.contains(['?', '#', '\\']) && path_segments(path).iter().all(|s| s != "." && s != "..")
    };
    if !path.is_empty() && (!path.starts_with('/') || !is_plain(path)) {
        errors.push(OrgsError::Path(path.clone()));
    }
    let is_host = |host: &String| {
        Origin::of(&["https://", host].concat()).is_ok_and(|origin| host.eq_ignore_ascii_case(origin.host()))
    };
    if let Some(host) = host.as_ref().filter(|host| !is_host(host)) {
        errors.push(OrgsError::Host(host.clone()));
    }
}

fn check_pair((pages, config): (&Pages, &AuthConfig), other: &Member, errors: &mut Vec<OrgsError>) {
    let issuers = || [other.config.issuer.clone(), config.issuer.clone()];
    let callback = HttpUrl::parse(&config.redirect_uri);
    if callback.is_ok_and(|uri| other.is_called_back_at(uri.origin(), uri.path())) {
        let [one, two] = issuers();
        errors.push(OrgsError::SameRedirectUri { uri: config.redirect_uri.clone(), one, two });
    }
    if config.issuer.trim_end_matches('/') == other.config.issuer.trim_end_matches('/') {
        errors.push(OrgsError::SameOrg(config.issuer.clone()));
    } else if pages.are_those_of(&other.pages) {
        let [one, two] = issuers();
        errors.push(OrgsError::SamePages { pages: pages.clone(), one, two });
    }
}

/// All that is wrong with the orgs of an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrgsErrors(Vec<OrgsError>);

impl OrgsErrors {
    /// The mistakes.
    pub fn iter(&self) -> impl Iterator<Item = &OrgsError> {
        self.0.iter()
    }
}

impl fmt::Display for OrgsErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_all(f, &self.0)
    }
}

impl std::error::Error for OrgsErrors {}

/// One mistake in the orgs of an app.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OrgsError {
    /// An issuer, or another address of the org, that is none.
    #[error("{0} {1}")]
    Issuer(String, IssuerError),
    /// One issuer twice.
    #[error("{0} is named twice: name each org once, with one host or path")]
    SameOrg(String),
    /// Nobody could tell whose the page is.
    #[error("{one} and {two} both have the pages {place}: give one of them another host or path", place = show(pages))]
    SamePages {
        /// Which.
        pages: Pages,
        /// The issuer that was named first.
        one: String,
        /// The other one.
        two: String,
    },
    /// An org that sends people on to another one would get the other's code (RFC 9700 §4.4.2.2, mix-up).
    #[error(
        "{one} and {two} both have the redirect URI {uri}: give each one of its own, as a defence against mix-up"
    )]
    SameRedirectUri {
        /// Which.
        uri: String,
        /// The issuer that was named first.
        one: String,
        /// The other one.
        two: String,
    },
    /// Not a path.
    #[error("{0:?} is no path of pages: write it as in /birch, without query, fragment and dots")]
    Path(String),
    /// Not a host.
    #[error("{0:?} is no host: write it as in birch.shop.example, without scheme, port and path")]
    Host(String),
    /// A sign-out would end on a page of another org.
    #[error(
        "`post_logout_redirect_uri` of {0} is no page of its own: name one at its host and below its path"
    )]
    ForeignEnd(String),
}

fn show(pages: &Pages) -> String {
    let path = if pages.path.is_empty() { "/" } else { &pages.path };
    [pages.host.as_deref().unwrap_or_default(), path].concat()
}
