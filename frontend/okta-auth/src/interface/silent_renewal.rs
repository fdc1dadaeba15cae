//! How a session without a refresh token is renewed, feature `silent-renewal`.

use okta_types::Origin;

/// How a session is renewed that came without a refresh token: by an authorization request that asks nobody
/// (`prompt=none`, OpenID Connect Core §3.1.2.1), as long as the org's own session lasts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SilentRenewal {
    /// Not at all: the session ends with its access token.
    Off,
    /// [`Self::Frame`] where page and org look like parts of one site, by their names; [`Self::Page`] where they do
    /// not, or where the frame brings nothing.
    #[default]
    Detect,
    /// In a hidden frame, `response_mode=okta_post_message`. Only where page and org share a site (the org has a
    /// custom domain): elsewhere browsers withhold the org's cookie from the frame. The page's content security policy
    /// must allow it (`frame-src`).
    Frame,
    /// The page itself goes to the org and comes straight back, when a request needs it.
    Page,
}

/// How it is done for this page and this org.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// `or_page`: where the frame brings nothing, the page goes.
    Frame {
        or_page: bool,
    },
    Page,
}

impl SilentRenewal {
    pub(crate) fn way(self, page: &Origin, org: Option<&Origin>) -> Option<Way> {
        match self {
            Self::Off => None,
            Self::Frame => Some(Way::Frame { or_page: false }),
            Self::Detect if org.is_some_and(|org| share_site(page, org)) => {
                Some(Way::Frame { or_page: true })
            }
            Self::Detect | Self::Page => Some(Way::Page),
        }
    }
}

/// Whether two origins look like parts of one site: the same scheme, and the same host or names under one domain. What
/// counts as a domain is guessed (browsers have the Public Suffix List): a wrong guess costs a frame that brings nothing.
fn share_site(a: &Origin, b: &Origin) -> bool {
    let parent = |origin: &Origin| match origin.host().split_once('.') {
        Some((_, parent)) if parent.contains('.') => parent.to_owned(),
        _ => origin.host().to_owned(),
    };
    let is_address =
        |origin: &Origin| origin.host().bytes().all(|b| b.is_ascii_digit() || b"[]:.".contains(&b));
    if a.is_https() != b.is_https() {
        return false;
    }
    let (host, other) = (parent(a), parent(b));
    a.host() == b.host()
        || (!is_address(a) && !is_address(b) && (is_under(&host, &other) || is_under(&other, &host)))
}

/// Whether the name is that of a domain of two labels or more, or lies under it.
fn is_under(name: &str, domain: &str) -> bool {
    let rest = name.strip_suffix(domain);
    domain.contains('.') && rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(page: &str, org: &str, shared: bool) {
        let (page, org) = (Origin::of(page).unwrap(), Origin::of(org).unwrap());
        assert_eq!((share_site(&page, &org), share_site(&org, &page)), (shared, shared), "{page} {org}");
    }

    #[test]
    fn names_under_one_domain_share_a_site() {
        check("https://shop.example.com", "https://login.example.com", true);
        check("https://example.com", "https://login.example.com", true);
        check("https://www.shop.example.com", "https://login.example.com", true);
        check("http://localhost:8080", "http://localhost:8081", true);
        check("http://127.0.0.1:8080", "http://127.0.0.1:8081", true);
    }

    #[test]
    fn other_domains_schemes_and_addresses_do_not() {
        check("https://shop.example.com", "https://dev-1.okta.com", false);
        check("https://shop.com", "https://okta.com", false);
        check("https://myexample.com", "https://login.example.com", false);
        check("http://shop.example.com", "https://login.example.com", false);
        check("http://localhost:8080", "http://127.0.0.1:8081", false);
        check("http://10.0.0.1", "http://11.0.0.1", false);
    }

    #[test]
    fn an_app_may_choose() {
        let [page, org] =
            ["https://shop.example", "https://dev-1.okta.com"].map(|url| Origin::of(url).unwrap());
        for (setting, way) in [
            (SilentRenewal::Off, None),
            (SilentRenewal::Detect, Some(Way::Page)),
            (SilentRenewal::Frame, Some(Way::Frame { or_page: false })),
            (SilentRenewal::Page, Some(Way::Page)),
        ] {
            assert_eq!(setting.way(&page, Some(&org)), way);
        }
        assert_eq!(SilentRenewal::Detect.way(&page, Some(&page)), Some(Way::Frame { or_page: true }));
    }
}
