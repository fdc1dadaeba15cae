//! What is one org's where an app has several, feature `several-orgs`: its pages, and its names in the browser's storages.

use okta_types::{base64url, path_segments};

/// The pages of an org: those of a host, those below a path, or both. The default is all that are no other org's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pages {
    /// The host without a port, e.g. `birch.shop.example`; `None` for any. It counts before the path.
    pub host: Option<String>,
    /// The path at and below which they are, in whole segments, e.g. `/birch`; of several the longest counts. Empty, or
    /// `/`: all.
    pub path: String,
}

impl Pages {
    /// Those at and below this path, e.g. `/birch`: also `/birch/orders`, and not `/birches`.
    pub fn below(path: impl Into<String>) -> Self {
        Self { host: None, path: path.into() }
    }

    /// Those of this host, e.g. `birch.shop.example`.
    pub fn of_host(host: impl Into<String>) -> Self {
        Self { host: Some(host.into()), path: String::new() }
    }

    /// Whether the host may be theirs.
    pub(crate) fn may_be_at(&self, host: &str) -> bool {
        self.host.as_ref().is_none_or(|own| own.eq_ignore_ascii_case(host))
    }

    /// Whether both mean the same pages.
    pub(crate) fn are_those_of(&self, other: &Self) -> bool {
        let lower = |pages: &Self| pages.host.as_ref().map(|host| host.to_ascii_lowercase());
        lower(self) == lower(other) && path_segments(&self.path) == path_segments(&other.path)
    }

    /// How closely they fit a path of their host; `None` where it is not one of them.
    fn fit(&self, path: &[String]) -> Option<(bool, usize)> {
        let own = path_segments(&self.path);
        path.starts_with(&own).then_some((self.host.is_some(), own.len()))
    }
}

/// Which of these, all of one host, a path belongs to.
pub(crate) fn nearest<'a>(pages: impl Iterator<Item = &'a Pages>, path: &str) -> Option<usize> {
    let path = path_segments(path);
    let fitting = pages.enumerate().filter_map(|(index, pages)| Some((pages.fit(&path)?, index)));
    fitting.max().map(|(_, index)| index)
}

/// What of an app is one org's, where the app has several: filled in by [`Orgs::of_page`](crate::Orgs::of_page), and empty
/// where there is but one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnPart {
    /// Of each org at the host of the page.
    pub(crate) pages: Vec<Pages>,
    /// Which of them are this org's.
    pub(crate) own: usize,
    /// What tells its names in the browser's storages from those of an org whose client id is like its own.
    pub(crate) tag: String,
}

impl OwnPart {
    /// Whether what is at this path of the origin is a page of this org's. That of another org has to be loaded anew. Browsers
    /// take `.` and `..` out of a path, and then it may be another one.
    pub fn has_page(&self, path: &str) -> bool {
        let is_plain = || path_segments(path).iter().all(|segment| segment != "." && segment != "..");
        self.pages.is_empty() || (is_plain() && nearest(self.pages.iter(), path) == Some(self.own))
    }

    /// The path at which its pages begin: people land there who wanted nothing else.
    pub fn home(&self) -> &str {
        match self.pages.get(self.own) {
            Some(pages) if !pages.path.is_empty() => &pages.path,
            _ => "/",
        }
    }
}

/// The name of something of this client's in a storage of the browser; the tag tells apart those whose ids are alike.
pub(crate) fn name_of(tag: &str, client_id: &str, name: &str) -> String {
    ["okta-auth", tag, ".", client_id, ".", name].concat()
}

/// Whether names of the one could be taken for names of the other: the same app of two authorization servers, or ids
/// that somebody has chosen.
pub(crate) fn are_alike(one: &str, other: &str) -> bool {
    let begins = |one: &str, other: &str| one.strip_prefix(other).is_some_and(|rest| rest.starts_with('.'));
    one == other || begins(one, other) || begins(other, one)
}

/// No name without one begins like this, and none with another one.
pub(crate) fn tag(issuer: &str) -> String {
    ["@", &base64url::encode(issuer)].concat()
}
