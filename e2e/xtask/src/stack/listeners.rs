//! The ports of a stack.

use std::io;
use std::net::{Ipv4Addr, TcpListener};

/// Where the parts listen; 0 is any free port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ports {
    /// The local org.
    pub org: u16,
    /// The API.
    pub api: u16,
    /// The shop.
    pub spa: u16,
}

impl Ports {
    /// What `cargo dev` uses unless told otherwise.
    pub const DEVELOPMENT: Self = Self { org: 9000, api: 8000, spa: 8080 };
    /// What tests use.
    pub const ANY: Self = Self { org: 0, api: 0, spa: 0 };
}

/// Bound, not yet answering.
#[derive(Debug)]
pub struct Listeners {
    /// On 127.0.0.1 and, where there is IPv6, on ::1.
    pub(crate) org: Option<Vec<TcpListener>>,
    pub(crate) api: TcpListener,
    pub(crate) spa: TcpListener,
}

impl Listeners {
    /// Binds loopback ports, that of the org only where there is to be a local one.
    ///
    /// # Errors
    /// The port that cannot be had, and the flag that chooses another.
    pub fn bind(ports: &Ports, with_org: bool) -> Result<Self, ListenError> {
        let org = || {
            okta_local::listen_on_loopback(ports.org)
                .map_err(|cause| refused("org", ports.org, "--port-org", cause))
        };
        let org = with_org.then(org).transpose()?;
        Ok(Self {
            org,
            api: bind("API", ports.api, "--port-api")?,
            spa: bind("shop", ports.spa, "--port-spa")?,
        })
    }

    pub(crate) fn api_url(&self) -> Result<String, ListenError> {
        url("API", &self.api)
    }

    pub(crate) fn spa_url(&self) -> Result<String, ListenError> {
        url("shop", &self.spa)
    }
}

fn bind(part: &'static str, port: u16, flag: &'static str) -> Result<TcpListener, ListenError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|cause| refused(part, port, flag, cause))
}

fn refused(part: &'static str, port: u16, flag: &'static str, cause: io::Error) -> ListenError {
    match cause.kind() {
        io::ErrorKind::AddrInUse => ListenError::InUse { part, port, flag },
        _ => ListenError::Refused { part, port, flag, cause },
    }
}

fn url(part: &'static str, listener: &TcpListener) -> Result<String, ListenError> {
    let address = listener.local_addr();
    let address = address.map_err(|cause| ListenError::Refused { part, port: 0, flag: "--help", cause })?;
    Ok(format!("http://localhost:{}", address.port()))
}

/// Why a part has no port.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ListenError {
    /// Another program has it.
    #[error(
        "port {port}, meant for the {part}, is in use; end the program that uses it or choose another port \
         with {flag} (or all three with --port-base)"
    )]
    InUse {
        /// Whose it was to be.
        part: &'static str,
        /// Which.
        port: u16,
        /// The option of `cargo dev` that moves it.
        flag: &'static str,
    },
    /// The system says no.
    #[error("cannot listen on port {port}, meant for the {part}; choose another port with {flag}")]
    Refused {
        /// Whose it was to be.
        part: &'static str,
        /// Which.
        port: u16,
        /// The option of `cargo dev` that moves it.
        flag: &'static str,
        /// Why.
        #[source]
        cause: io::Error,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_told_with_the_flag_that_moves_it() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        let error = Listeners::bind(&Ports { api: port, ..Ports::ANY }, true).unwrap_err().to_string();
        assert!(error.contains(&port.to_string()) && error.contains("--port-api"), "{error}");
    }

    #[test]
    fn listeners_are_on_loopback_and_the_orgs_only_where_it_is_wanted() {
        let listeners = Listeners::bind(&Ports::ANY, false).unwrap();
        assert!(listeners.org.is_none());
        assert!(listeners.spa.local_addr().unwrap().ip().is_loopback());
        assert!(listeners.api_url().unwrap().starts_with("http://localhost:"));
    }
}
