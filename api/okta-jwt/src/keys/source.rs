//! Where the keys come from: the issuer's metadata (OpenID Connect Discovery §4, RFC 8414 §3) and the
//! document it names, over HTTP with every limit set.
//!
//! Another issuer's metadata and another origin's keys end the fetch. Nothing here knows of a token.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use okta_types::{Issuer, Origin};

use super::document::{self, KeysByName};
use super::{KeySetLimits, freshness};
use crate::error::{ConfigError, KeyError};
use crate::http::{Http, HttpLimits, of_same_origin};

/// Fetches key sets of one issuer.
#[derive(Debug)]
pub(crate) struct Source {
    http: Http,
    issuer: Issuer,
    limits: KeySetLimits,
    /// The key set's address: configured, or learned from the metadata and forgotten when it fails.
    address: Address,
}

#[derive(Debug)]
enum Address {
    Configured(String),
    Discovered(Mutex<Option<String>>),
}

/// What a fetch brought.
#[derive(Debug)]
pub(crate) struct Fetched {
    pub(crate) keys: KeysByName,
    /// How long the set is fresh.
    pub(crate) lifetime: Duration,
}

impl Source {
    /// With the address of the key set, or without: then the metadata says it.
    pub(crate) fn new(
        issuer: Issuer,
        address: Option<String>,
        limits: KeySetLimits,
    ) -> Result<Self, ConfigError> {
        let origin = Origin::of(address.as_deref().unwrap_or(issuer.as_str())).ok();
        let Some(origin) = origin.filter(|origin| origin.is_https() || origin.is_loopback()) else {
            return Err(ConfigError::InsecureKeys);
        };
        let http = HttpLimits {
            connect: limits.connect_timeout,
            request: limits.fetch_timeout,
            max_body: limits.max_body,
            idle_connections: 1,
        };
        let http = Http::new(&origin, &http).map_err(ConfigError::HttpClient)?;
        let address = match address {
            Some(address) => Address::Configured(address),
            None => Address::Discovered(Mutex::default()),
        };
        Ok(Self { http, issuer, limits, address })
    }

    /// One fetch, metadata included where its answer is not known yet.
    pub(crate) async fn fetch(&self) -> Result<Fetched, KeyError> {
        let fetched = tokio::time::timeout(self.limits.fetch_timeout, self.fetch_unbounded()).await;
        let fetched = fetched.unwrap_or(Err(KeyError::TimedOut));
        if fetched.is_err() {
            // The address may be what has changed: the next try asks for it again.
            self.remember(None);
        }
        fetched
    }

    async fn fetch_unbounded(&self) -> Result<Fetched, KeyError> {
        let address = match self.known_address() {
            Some(address) => address,
            None => self.discover().await?,
        };
        let (headers, body) = self.http.get(&address).await?;
        Ok(Fetched { keys: document::read(&body)?, lifetime: freshness::lifetime(&headers, &self.limits) })
    }

    async fn discover(&self) -> Result<String, KeyError> {
        let metadata = self.http.discover(&self.issuer).await?;
        let address = of_same_origin(metadata.jwks_uri, &self.issuer)?;
        self.remember(Some(address.clone()));
        Ok(address)
    }

    fn known_address(&self) -> Option<String> {
        match &self.address {
            Address::Configured(address) => Some(address.clone()),
            Address::Discovered(address) => address.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }

    fn remember(&self, found: Option<String>) {
        if let Address::Discovered(address) = &self.address {
            *address.lock().unwrap_or_else(PoisonError::into_inner) = found;
        }
    }
}
