//! From a variable's text to its value, or to a sentence about what is wrong with it.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::path::PathBuf;

use ipnet::IpNet;
use okta_types::{HttpUrl, Issuer, Origin};
use shared::Money;

use super::proxy_header::ProxyHeader;
use super::variables::{ADDR, ORIGINS, TRUSTED_PROXIES, UNIVERSAL_LOGOUT_ORG};
use crate::shared_store::{Outage, RedisUrl, RedisUrlError};
use crate::store;

pub(super) fn issuer(text: &str) -> Result<Issuer, String> {
    let issuer = Issuer::parse(text).map_err(|error| error.to_string())?;
    if issuer.is_org() {
        return Err(format!(
            "is the org authorization server, whose access tokens only Okta can verify: \
             use a custom one, e.g. {issuer}/oauth2/default"
        ));
    }
    Ok(issuer)
}

pub(super) fn org_addresses(text: &str) -> Result<Vec<String>, String> {
    let checked = |text: &String| match Issuer::parse(text) {
        Ok(address) => Ok(address.into()),
        Err(error) => Err(format!("holds {text:?}, which {error}")),
    };
    comma_list(text).iter().map(checked).collect()
}

/// The org itself, not one of its authorization servers.
pub(super) fn org(text: &str) -> Result<Issuer, String> {
    match Issuer::parse(text) {
        Ok(org) if org.is_org() => Ok(org),
        Ok(_) => Err(format!(
            "is {text:?}: name the org, without /oauth2/…, e.g. {}",
            UNIVERSAL_LOGOUT_ORG.example
        )),
        Err(error) => Err(error.to_string()),
    }
}

pub(super) fn client_ids(text: &str) -> Result<Vec<String>, String> {
    let ids = comma_list(text);
    if ids.is_empty() {
        return Err("names no client id".to_owned());
    }
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    match ids.iter().find(|id| !id.bytes().all(allowed)) {
        Some(id) if id.contains(['{', '}']) => {
            Err(format!("still holds the placeholder {id}: replace it with your app's client id"))
        }
        Some(id) => {
            Err(format!("holds {id:?}, which is not a client id: copy it from the app's General tab"))
        }
        None => Ok(ids),
    }
}

pub(super) fn client_id(text: &str) -> Result<String, String> {
    match <[String; 1]>::try_from(client_ids(text)?) {
        Ok([id]) => Ok(id),
        Err(_) => Err("names more than one client id: the page signs people in by one app".to_owned()),
    }
}

pub(super) fn audience(text: &str) -> Result<String, String> {
    if text.contains(['{', '}']) || text.contains(char::is_whitespace) {
        return Err("is not an audience: copy it from Security > API > your authorization server".to_owned());
    }
    Ok(text.to_owned())
}

pub(super) fn database_url(text: &str) -> Result<String, String> {
    store::check_url(text).map(|()| text.to_owned()).map_err(|error| error.to_string())
}

pub(super) fn addr(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| format!("is {text:?}: use an IP address and a port, e.g. {}", ADDR.example))
}

/// Whether it holds a shop is found out when it is read.
pub(super) fn folder(text: &str) -> Result<PathBuf, String> {
    Ok(PathBuf::from(text))
}

pub(super) fn switch(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err(format!("is {text:?}: use on or off")),
    }
}

/// RFC 6797 §6.1, with the directives that browsers know.
pub(super) fn hsts(text: &str) -> Result<String, String> {
    let mut directives = text.split(';').map(str::trim);
    let age = directives.next().and_then(|first| first.strip_prefix("max-age="));
    let is_age = age.is_some_and(|age| !age.is_empty() && age.bytes().all(|b| b.is_ascii_digit()));
    if is_age && directives.all(|directive| ["includeSubDomains", "preload"].contains(&directive)) {
        Ok(text.to_owned())
    } else {
        Err(format!("is {text:?}: use max-age=SECONDS, then includeSubDomains and preload if you like"))
    }
}

/// Dollars, with or without cents.
pub(super) fn money(text: &str) -> Result<Money, String> {
    let (dollars, cents) = text.split_once('.').unwrap_or((text, "00"));
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let cents = (is_number(dollars) && is_number(cents) && cents.len() == 2)
        .then(|| [dollars, cents].concat().parse().ok())
        .flatten();
    cents.map(Money::from_cents).ok_or_else(|| format!("is {text:?}: use dollars, e.g. 500 or 500.00"))
}

pub(super) fn count(text: &str) -> Result<NonZeroU32, String> {
    text.parse().map_err(|_| format!("is {text:?}: use a whole number of at least 1"))
}

pub(super) fn origins(text: &str) -> Result<Vec<String>, String> {
    let origins = comma_list(text);
    if origins.is_empty() {
        return Err(format!("names no origin, e.g. {}", ORIGINS.example));
    }
    origins.iter().map(|origin| exact_origin(origin)).collect()
}

pub(super) fn public_urls(text: &str) -> Result<Vec<HttpUrl>, String> {
    let checked = |text: &String| match HttpUrl::parse(text) {
        Ok(url) if url.has_query_or_fragment() => {
            Err(format!("holds {text:?}, which has a query or a fragment"))
        }
        Ok(url) => Ok(url),
        Err(error) => Err(format!("holds {text:?}, which {error}")),
    };
    comma_list(text).iter().map(checked).collect()
}

pub(super) fn networks(text: &str) -> Result<Vec<IpNet>, String> {
    comma_list(text).iter().map(|text| network(text)).collect()
}

/// An address, or a network. Who believes everybody believes nobody.
fn network(text: &str) -> Result<IpNet, String> {
    let address = || text.parse().ok().map(|address: IpAddr| IpNet::from(address.to_canonical()));
    let Some(network) = text.parse().ok().or_else(address) else {
        return Err(format!(
            "holds {text:?}: use IP addresses and networks, e.g. {}",
            TRUSTED_PROXIES.example
        ));
    };
    match network {
        network if network.prefix_len() == 0 => {
            Err(format!("holds {text:?}, which is everybody: name the proxies alone"))
        }
        network if network != network.trunc() => {
            Err(format!("holds {text:?}: the network is {}", network.trunc()))
        }
        network => Ok(network),
    }
}

pub(super) fn proxy_header(text: &str) -> Result<ProxyHeader, String> {
    let known = [ProxyHeader::XForwardedFor, ProxyHeader::Forwarded];
    let named = known.into_iter().find(|header| header.name().eq_ignore_ascii_case(text));
    named.ok_or_else(|| format!("is {text:?}: use X-Forwarded-For or Forwarded"))
}

pub(super) fn redis_url(text: &str) -> Result<RedisUrl, String> {
    text.parse().map_err(|error: RedisUrlError| error.to_string())
}

pub(super) fn outage(text: &str) -> Result<Outage, String> {
    match text {
        "open" => Ok(Outage::Open),
        "closed" => Ok(Outage::Closed),
        _ => Err(format!("is {text:?}: use open or closed")),
    }
}

pub(super) fn flag(text: &str) -> Result<bool, String> {
    text.parse().map_err(|_| format!("is {text:?}: use true or false"))
}

/// Exact origins only: a path, a wildcard or a missing scheme would silently match nothing.
fn exact_origin(text: &str) -> Result<String, String> {
    if text.contains('*') {
        return Err(format!("holds {text:?}: wildcards are not accepted, name each origin"));
    }
    let origin = Origin::of(text).map_err(|error| format!("holds {text:?}, which {error}"))?.to_string();
    if text.trim_end_matches('/').eq_ignore_ascii_case(&origin) {
        Ok(origin)
    } else {
        Err(format!("holds {text:?}: leave out everything after the host and the port, i.e. {origin}"))
    }
}

fn comma_list(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_named_by_address_or_network() {
        let found = networks("127.0.0.1, ::1,10.0.0.0/8 ,::ffff:192.0.2.1").unwrap();
        let found: Vec<_> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found, ["127.0.0.1/32", "::1/128", "10.0.0.0/8", "192.0.2.1/32"]);
        assert_eq!(proxy_header("forwarded"), Ok(ProxyHeader::Forwarded));
    }

    #[test]
    fn sums_are_in_dollars() {
        for (text, cents) in [("0", Some(0)), ("12", Some(1200)), ("12.50", Some(1250))] {
            assert_eq!(money(text).ok().map(Money::cents), cents, "{text}");
        }
        for bad in ["", "-1", "1.5", "1.500", "$5", "1,000", "1e3", "99999999999999999999", ".50"] {
            assert!(money(bad).is_err(), "{bad}");
        }
    }
}
