//! Which proxies are believed when they say for whom they ask.

use ipnet::IpNet;

use super::parse;
use super::proxy_header::ProxyHeader;
use super::reader::Reader;
use super::variables::{PROXY_HEADER, TRUSTED_PROXIES};

/// The proxies in front; [`TrustedProxies::default`] is none, and then the address of a connection is the client's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies {
    /// `TRUSTED_PROXIES`: where they are, e.g. `10.0.0.0/8`; of a single address all bits count.
    pub networks: Vec<IpNet>,
    /// `PROXY_HEADER`: where they say it.
    pub header: ProxyHeader,
}

impl TrustedProxies {
    pub(super) fn read(reader: &mut Reader<impl Fn(&'static str) -> Option<String>>) -> Option<Self> {
        let networks = reader.read_if_set(&TRUSTED_PROXIES, parse::networks);
        let header = reader.read(&PROXY_HEADER, parse::proxy_header);
        Some(Self { networks: networks?.unwrap_or_default(), header: header? })
    }
}
