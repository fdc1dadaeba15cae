//! Public keys of clients that keep them at an address of their own (Okta's `jwks_uri`, RFC 7591 §2): fetched when an
//! assertion is to be checked, and kept for a while.

use std::sync::{Arc, Mutex, PoisonError};

use okta_types::UnixTime;
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use crate::callouts;
use crate::expiring::ExpiringMap;
use crate::unverified::CLIENT_KEYS_KEPT;

/// The longest set of keys, in bytes.
const MAX_LENGTH: usize = 64 * 1024;

/// The keys of one address.
type Keys = Arc<[Value]>;

/// Keys by the address that they are from.
#[derive(Debug, Default)]
pub(crate) struct ClientKeys(Mutex<ExpiringMap<String, Keys>>);

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
enum FetchError {
    #[error("it is neither an https URL nor an http URL on this machine")]
    Address,
    #[error("it cannot be reached")]
    Network(#[from] reqwest::Error),
    #[error("it answers {0}")]
    Status(StatusCode),
    #[error("its answer is longer than {MAX_LENGTH} bytes")]
    TooLong,
    #[error("its answer is not a JSON Web Key Set")]
    NoKeys(#[from] serde_json::Error),
}

impl ClientKeys {
    /// Those of that address that were fetched not long ago.
    pub(crate) fn cached(&self, uri: &str, now: UnixTime) -> Option<Keys> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get_mut(uri, now).cloned()
    }

    /// Asks the address, and keeps what it answers. Where there are no keys to be had, those that were kept stay, and
    /// the log says why.
    pub(crate) async fn fetch(&self, uri: String, now: UnixTime) {
        match keys_at(&uri).await {
            Ok(keys) => {
                let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                kept.insert(uri, keys.into(), now + CLIENT_KEYS_KEPT, now);
            }
            Err(error) => {
                tracing::warn!(
                    uri,
                    error = &error as &dyn std::error::Error,
                    "the keys of a client could not be fetched"
                )
            }
        }
    }
}

async fn keys_at(uri: &str) -> Result<Vec<Value>, FetchError> {
    if !callouts::may_call(uri) {
        return Err(FetchError::Address);
    }
    let client = callouts::client()?;
    let mut response = client.get(uri).send().await?;
    if !response.status().is_success() {
        return Err(FetchError::Status(response.status()));
    }
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await? {
        body.extend_from_slice(&part);
        if body.len() > MAX_LENGTH {
            return Err(FetchError::TooLong);
        }
    }
    Ok(serde_json::from_slice::<KeySet>(&body)?.keys)
}
