//! What a request's address is called by who sent it (RFC 9449 §4.3, check 9): from the configuration, for what a request
//! says of itself (`Host`, an absolute target) its sender made up.

use std::net::IpAddr;

use actix_web::HttpRequest;
use okta_types::{HttpUrl, Htu};

/// Which proxy tells the truth about the address that it was asked for.
const PROTO: &str = "X-Forwarded-Proto";
const HOST: &str = "X-Forwarded-Host";

/// Where clients reach this server.
#[derive(Clone, Debug)]
pub(crate) struct PublicUrls {
    urls: Vec<HttpUrl>,
    proxies: Vec<IpAddr>,
}

/// What a proxy says.
#[derive(Debug, PartialEq, Eq)]
enum Forwarded {
    /// Nothing, or it is none that is trusted.
    Nothing,
    /// The address that it was asked for.
    Origin(HttpUrl),
    /// Something that cannot be read in one way only.
    Unclear,
}

impl PublicUrls {
    pub(crate) fn new(url: HttpUrl) -> Self {
        Self { urls: vec![url], proxies: Vec::new() }
    }

    pub(crate) fn add(&mut self, url: HttpUrl) {
        self.urls.push(url);
    }

    pub(crate) fn trust(&mut self, proxy: IpAddr) {
        self.proxies.push(proxy);
    }

    /// Every name of the request's address.
    pub(crate) fn addresses_of(&self, request: &HttpRequest) -> Vec<Htu> {
        let path = request.uri().path();
        let below = |origin: &HttpUrl, prefix: &HttpUrl| address(origin, prefix.path(), path);
        match self.forwarded(request) {
            Forwarded::Nothing => self.urls.iter().filter_map(|url| below(url, url)).collect(),
            Forwarded::Origin(origin) => self.urls.iter().filter_map(|url| below(&origin, url)).collect(),
            Forwarded::Unclear => Vec::new(),
        }
    }

    fn forwarded(&self, request: &HttpRequest) -> Forwarded {
        let peer = request.peer_addr().map(|peer| peer.ip().to_canonical());
        if !peer.is_some_and(|peer| self.proxies.contains(&peer)) {
            return Forwarded::Nothing;
        }
        match (one(request, PROTO), one(request, HOST)) {
            (Ok(None), Ok(None)) => Forwarded::Nothing,
            (Ok(Some(proto)), Ok(Some(host))) => {
                origin(proto, host).map_or(Forwarded::Unclear, Forwarded::Origin)
            }
            _ => Forwarded::Unclear,
        }
    }
}

fn address(origin: &HttpUrl, prefix: &str, path: &str) -> Option<Htu> {
    let prefix = prefix.trim_end_matches('/');
    let url = path.starts_with('/').then(|| [&origin.origin().to_text(), prefix, path].concat())?;
    Htu::of_request(&HttpUrl::parse(&url).ok()?).ok()
}

/// A host and perhaps a port, and nothing that could end them.
fn origin(proto: &str, host: &str) -> Option<HttpUrl> {
    let url = HttpUrl::parse(&[proto, "://", host].concat()).ok()?;
    let plain = !host.contains(['/', '?', '#']) && matches!(proto, "http" | "https");
    plain.then_some(url)
}

/// The value of a header that is there once at most.
fn one<'a>(request: &'a HttpRequest, name: &str) -> Result<Option<&'a str>, ()> {
    let mut values = request.headers().get_all(name);
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(drop),
        (Some(_), Some(_)) => Err(()),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn url(text: &str) -> HttpUrl {
        HttpUrl::parse(text).unwrap()
    }

    #[track_caller]
    fn check(urls: &PublicUrls, request: TestRequest, expected: &[&str]) {
        let addresses = urls.addresses_of(&request.to_http_request());
        assert_eq!(addresses.iter().map(Htu::as_str).collect::<Vec<_>>(), expected);
    }

    fn get(path: &str) -> TestRequest {
        TestRequest::with_uri(path).peer_addr(([10, 0, 0, 1], 5000).into())
    }

    #[test]
    fn a_request_is_known_by_the_public_url_and_its_path() {
        let urls = PublicUrls::new(url("https://api.example.com"));
        check(&urls, get("/a/b?c=d"), &["https://api.example.com/a/b"]);
        check(&urls, get("/"), &["https://api.example.com/"]);
        check(&urls, get("//evil.test/a"), &["https://api.example.com//evil.test/a"]);
        check(&urls, get("http://evil.test/a"), &["https://api.example.com/a"]);
        check(&urls, get("/a").insert_header(("Host", "evil.test")), &["https://api.example.com/a"]);
        check(&urls, get("/%zz"), &[]);
    }

    #[test]
    fn there_may_be_a_prefix_and_there_may_be_several() {
        let mut urls = PublicUrls::new(url("https://example.com/shop/?x=y"));
        urls.add(url("http://localhost:8000"));
        check(&urls, get("/a"), &["https://example.com/shop/a", "http://localhost:8000/a"]);
    }

    fn forwarded(path: &str, proto: &str, host: &str) -> TestRequest {
        get(path).insert_header((PROTO, proto)).insert_header((HOST, host))
    }

    #[test]
    fn what_a_proxy_says_counts_only_where_it_is_trusted() {
        let mut urls = PublicUrls::new(url("https://api.example.com/shop"));
        check(&urls, forwarded("/a", "https", "evil.test"), &["https://api.example.com/shop/a"]);
        urls.trust([10, 0, 0, 2].into());
        check(&urls, forwarded("/a", "https", "evil.test"), &["https://api.example.com/shop/a"]);
        check(
            &urls,
            forwarded("/a", "https", "x.test").peer_addr(([10, 0, 0, 2], 1).into()),
            &["https://x.test/shop/a"],
        );
        let mapped = std::net::Ipv4Addr::new(10, 0, 0, 2).to_ipv6_mapped();
        check(
            &urls,
            forwarded("/a", "http", "x.test:81").peer_addr((mapped, 1).into()),
            &["http://x.test:81/shop/a"],
        );
        urls.trust([10, 0, 0, 1].into());
        check(&urls, get("/a"), &["https://api.example.com/shop/a"]);
        for (proto, host) in [
            ("https", "a.test, b.test"),
            ("https, http", "a.test"),
            ("https", "a.test/b"),
            ("https", "a.test?"),
            ("https", "u@a.test"),
            ("https", ""),
            ("ftp", "a.test"),
            ("", "a.test"),
            ("HTTPS", "a.test"),
        ] {
            check(&urls, forwarded("/a", proto, host), &[]);
        }
        check(&urls, get("/a").insert_header((HOST, "a.test")), &[]);
        check(&urls, forwarded("/a", "https", "a.test").append_header((HOST, "b.test")), &[]);
    }
}
