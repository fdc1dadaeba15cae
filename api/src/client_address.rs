//! Whose request it is by address, where proxies stand in between. A proxy says for whom it asks, and is believed if it is
//! one of those that were named: whatever else says so could be anybody's invention.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::http::header::HeaderMap;
use ipnet::IpNet;

use crate::settings::{ProxyHeader, TrustedProxies};

/// Finds clients behind the proxies that were named.
#[derive(Debug)]
pub(crate) struct ClientAddresses {
    proxies: TrustedProxies,
    /// A proxy that was not named is told of once.
    has_told: AtomicBool,
}

impl ClientAddresses {
    /// Behind these.
    pub(crate) fn behind(proxies: TrustedProxies) -> Self {
        Self { proxies, has_told: AtomicBool::new(false) }
    }

    /// The address that counts: the last one, seen from here, that no named proxy has. Where a proxy does not say it, or
    /// what it says is no address, the proxy's own.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        if !self.is_proxy(client) {
            self.tell_of_unnamed(client, headers);
            return client;
        }
        let name = self.proxies.header.name();
        // What was added last stands last, in a header of its own or at the end of the one that was there.
        let lines: Vec<_> = headers.get_all(name).map(|value| value.to_str()).collect();
        for line in lines.into_iter().rev() {
            let Ok(line) = line else { return client };
            for hop in hops(self.proxies.header, line) {
                let Some(hop) = hop else { return client };
                client = hop.to_canonical();
                if !self.is_proxy(client) {
                    return client;
                }
            }
        }
        client
    }

    fn is_proxy(&self, address: IpAddr) -> bool {
        self.proxies.networks.iter().any(|network: &IpNet| network.contains(&address))
    }

    /// Either somebody makes an address up, or the operator has forgotten something.
    fn tell_of_unnamed(&self, peer: IpAddr, headers: &HeaderMap) {
        let says = |header: ProxyHeader| headers.contains_key(header.name());
        if (says(ProxyHeader::XForwardedFor) || says(ProxyHeader::Forwarded))
            && !self.has_told.swap(true, Ordering::Relaxed)
        {
            tracing::warn!(
                %peer,
                "a request says for whom it was forwarded, and TRUSTED_PROXIES does not name where it comes from: if that is \
                 your proxy, all of its clients count as one until you name it"
            );
        }
    }
}

/// The addresses of one header, the last one first; nothing in the place of what is no address.
fn hops(header: ProxyHeader, line: &str) -> Box<dyn Iterator<Item = Option<IpAddr>> + '_> {
    match header {
        ProxyHeader::XForwardedFor => Box::new(line.rsplit(',').map(|hop| bare(hop.trim()))),
        ProxyHeader::Forwarded => Box::new(rfc7239::parse(line).rev().map(|element| {
            let element = element.ok()?;
            element.forwarded_for?.ip().copied()
        })),
    }
}

/// Some proxies add the port.
fn bare(hop: &str) -> Option<IpAddr> {
    let with_port = || hop.parse().ok().map(|address: SocketAddr| address.ip());
    let in_brackets = || hop.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    hop.parse().ok().or_else(with_port).or_else(in_brackets)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    const PROXY: &str = "10.0.0.1";

    fn addresses(header: ProxyHeader) -> ClientAddresses {
        let networks = ["10.0.0.0/8", "2001:db8:ffff::/48"].map(|network| network.parse().unwrap());
        ClientAddresses::behind(TrustedProxies { networks: networks.to_vec(), header })
    }

    #[track_caller]
    fn check(header: ProxyHeader, peer: &str, lines: &[&str], client: &str) {
        let mut headers = HeaderMap::new();
        for line in lines {
            let value = HeaderValue::from_bytes(line.as_bytes()).unwrap();
            headers.append(HeaderName::from_static(header.name()), value);
        }
        let found = addresses(header).client(peer.parse().unwrap(), &headers);
        assert_eq!(found.to_string(), client, "{lines:?}");
    }

    #[test]
    fn the_last_address_counts_that_no_proxy_has() {
        let check = |peer: &str, lines: &[&str], client: &str| {
            check(ProxyHeader::XForwardedFor, peer, lines, client);
        };
        check("192.0.2.9", &["203.0.113.7"], "192.0.2.9");
        check(PROXY, &[], PROXY);
        check(PROXY, &["203.0.113.7"], "203.0.113.7");
        check(PROXY, &["198.51.100.1, 203.0.113.7"], "203.0.113.7");
        check(PROXY, &["198.51.100.1, 203.0.113.7 ,10.2.3.4,  10.0.0.2"], "203.0.113.7");
        check(PROXY, &["198.51.100.1", "203.0.113.7", "10.2.3.4"], "203.0.113.7");
        // All of them are proxies: the first one asks for itself.
        check(PROXY, &["10.9.9.9, 10.2.3.4"], "10.9.9.9");
        check("::ffff:10.0.0.1", &["::ffff:203.0.113.7"], "203.0.113.7");
        check("2001:db8:ffff::1", &["2001:db8::7"], "2001:db8::7");
        check(PROXY, &["[2001:db8::7]:4711, 10.0.0.2:80"], "2001:db8::7");
        check(PROXY, &["[2001:db8::7]"], "2001:db8::7");
    }

    #[test]
    fn behind_what_is_no_address_nothing_is_believed() {
        for garbage in ["", "unknown", "_hidden", "203.0.113.7.8", "203.0.113", "203.0.113.7:x", "[::1"] {
            let behind = format!("203.0.113.7, {garbage}, 10.0.0.2");
            check(ProxyHeader::XForwardedFor, PROXY, &[&behind], "10.0.0.2");
            check(ProxyHeader::XForwardedFor, PROXY, &["203.0.113.7", garbage], PROXY);
            let behind = format!("for=203.0.113.7, for={garbage}, for=10.0.0.2");
            check(ProxyHeader::Forwarded, PROXY, &[&behind], "10.0.0.2");
        }
        check(ProxyHeader::XForwardedFor, PROXY, &["203.0.113.7", "\u{e9}, 10.0.0.2"], PROXY);
    }

    #[test]
    fn the_header_of_rfc_7239_says_the_same() {
        let check = |lines: &[&str], client: &str| check(ProxyHeader::Forwarded, PROXY, lines, client);
        check(&["for=203.0.113.7"], "203.0.113.7");
        check(&["For=\"203.0.113.7:4711\";proto=https;by=10.0.0.1"], "203.0.113.7");
        check(&["for=198.51.100.1,for=\"[2001:db8::7]:80\";host=shop.test, for=10.3.3.3"], "2001:db8::7");
        check(&["for=198.51.100.1", "proto=https;for=203.0.113.7"], "203.0.113.7");
        check(&["for=198.51.100.1, proto=https"], PROXY);
        // A quotation mark that is never closed does not swallow what the proxy adds.
        check(&["for=\"198.51.100.1, for=203.0.113.7"], "203.0.113.7");
        check(&["for=198.51.100.1, nothing"], PROXY);
    }

    #[test]
    fn of_the_two_headers_the_one_counts_that_was_chosen() {
        let mut headers = HeaderMap::new();
        headers.insert(HeaderName::from_static("forwarded"), HeaderValue::from_static("for=198.51.100.1"));
        headers.insert(HeaderName::from_static("x-forwarded-for"), HeaderValue::from_static("203.0.113.7"));
        let found = |header| addresses(header).client(PROXY.parse().unwrap(), &headers).to_string();
        assert_eq!(found(ProxyHeader::XForwardedFor), "203.0.113.7");
        assert_eq!(found(ProxyHeader::Forwarded), "198.51.100.1");
    }
}
