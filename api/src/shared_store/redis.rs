//! The store that speaks Redis' protocol: Redis from 6.2 on, Valkey.

use std::fmt;
use std::future::Future;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, ready};
use okta_types::Origin;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{
    Client, ExistenceCheck, IntoConnectionInfo as _, RedisError, RedisResult, Script, SetExpiry, SetOptions,
    cmd,
};
use tokio::time::Instant;
use url::Url;

use super::store::{Name, Quota, SharedStore, StoreAway, Taken};

/// How long an answer may take: it is asked within a request.
const PATIENCE: Duration = Duration::from_millis(250);
/// How long nobody asks after it did not answer.
const PAUSE: Duration = Duration::from_millis(500);

/// The generic cell rate algorithm, by the store's own clock: what is kept is when all of the quota is there again.
static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local time = redis.call('TIME')
         local now = time[1] * 1000000 + time[2]
         local each, all = tonumber(ARGV[1]), tonumber(ARGV[2])
         local full = math.max(now, tonumber(redis.call('GET', KEYS[1]) or 0)) + each
         if full - now > all then return {0, full - now - all} end
         redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000))
         return {math.floor((all - (full - now)) / each) + 1, full - now}",
    )
});

/// Where it is. `Debug` and `Display` do not show it: a password may stand in it.
#[derive(Clone, PartialEq, Eq)]
pub struct RedisUrl(String);

/// Why an address is not one of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RedisUrlError {
    /// Not an address of Redis.
    #[error("must be like rediss://user:password@host:6379, or redis://localhost:6379 on this machine")]
    Syntax,
    /// Everybody on the way could read it, and let used proofs in again.
    #[error(
        "leads to another machine without TLS: use rediss://, or end it with ?tls=disable where the network is yours alone"
    )]
    Plaintext,
}

impl FromStr for RedisUrl {
    type Err = RedisUrlError;

    fn from_str(text: &str) -> Result<Self, RedisUrlError> {
        let mut url = Url::parse(text).map_err(|_| RedisUrlError::Syntax)?;
        let says_plaintext = url.query() == Some("tls=disable");
        if says_plaintext {
            url.set_query(None);
        }
        let is_here = || {
            let host = url.host_str().unwrap_or_default();
            Origin::of(&format!("http://{host}")).is_ok_and(|origin| origin.is_loopback())
        };
        match url.scheme() {
            "redis" | "valkey" if !says_plaintext && !is_here() => Err(RedisUrlError::Plaintext),
            "redis" | "valkey" | "rediss" | "valkeys" | "unix" | "redis+unix" => {
                let known = url.as_str().into_connection_info();
                known.map(|_| Self(url.into())).map_err(|_| RedisUrlError::Syntax)
            }
            _ => Err(RedisUrlError::Syntax),
        }
    }
}

impl fmt::Debug for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedisUrl(..)")
    }
}

/// Keeps one connection, which all share, and makes it anew when it is lost.
pub(crate) struct RedisStore {
    connection: ConnectionManager,
    health: Arc<Health>,
}

/// Whether it answers.
struct Health {
    made: Instant,
    /// Until when nobody asks, in milliseconds since it was made; 0 where it answered last.
    away_until: AtomicU64,
    failures: AtomicU64,
}

impl RedisStore {
    /// Connects when it is first asked.
    ///
    /// # Errors
    /// Where TLS cannot be set up.
    pub(crate) fn new(url: &RedisUrl) -> Result<Self, RedisError> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_number_of_retries(0);
        let connection = ConnectionManager::new_lazy_with_config(Client::open(url.0.as_str())?, config)?;
        let health =
            Health { made: Instant::now(), away_until: AtomicU64::new(0), failures: AtomicU64::new(0) };
        Ok(Self { connection, health: Arc::new(health) })
    }

    fn ask<T, F>(
        &self,
        question: impl FnOnce(ConnectionManager) -> F,
    ) -> BoxFuture<'static, Result<T, StoreAway>>
    where
        T: Send + 'static,
        F: Future<Output = RedisResult<T>> + Send + 'static,
    {
        if self.health.is_away() {
            return ready(Err(StoreAway)).boxed();
        }
        let (answer, health) = (question(self.connection.clone()), Arc::clone(&self.health));
        async move {
            let answer = tokio::time::timeout(PATIENCE, answer).await;
            match answer {
                Ok(Ok(answer)) => {
                    health.answered();
                    Ok(answer)
                }
                Ok(Err(error)) => Err(health.failed(Some(&error))),
                Err(_) => Err(health.failed(None)),
            }
        }
        .boxed()
    }
}

impl SharedStore for RedisStore {
    fn note(&self, name: Name, lifetime: Duration) -> BoxFuture<'static, Result<bool, StoreAway>> {
        let millis = milliseconds(lifetime).max(1);
        self.ask(|mut connection| async move {
            let options = SetOptions::default()
                .conditional_set(ExistenceCheck::NX)
                .with_expiration(SetExpiry::PX(millis));
            let set: Option<String> =
                cmd("SET").arg(key(name)).arg(1).arg(options).query_async(&mut connection).await?;
            Ok(set.is_some())
        })
    }

    fn take(&self, name: Name, quota: Quota) -> BoxFuture<'static, Result<Taken, StoreAway>> {
        let all = u64::try_from(quota.window.as_micros()).unwrap_or(u64::MAX);
        let each = (all / u64::from(quota.limit.max(1))).max(1);
        self.ask(move |mut connection| async move {
            let mut invocation = TAKE.key(key(name));
            let invocation = invocation.arg(each).arg(each * u64::from(quota.limit));
            let (left, micros): (u32, u64) = invocation.invoke_async(&mut connection).await?;
            let time = Duration::from_micros(micros);
            Ok(match left.checked_sub(1) {
                Some(remaining) => Taken::One { remaining, reset: time },
                None => Taken::None { wait: time },
            })
        })
    }

    fn health(&self) -> (bool, u64) {
        let Health { away_until, failures, .. } = &*self.health;
        (away_until.load(Ordering::Relaxed) == 0, failures.load(Ordering::Relaxed))
    }
}

impl Health {
    fn is_away(&self) -> bool {
        self.now() < self.away_until.load(Ordering::Relaxed)
    }

    fn answered(&self) {
        if self.away_until.swap(0, Ordering::Relaxed) > 0 {
            tracing::info!("the shared store answers again");
        }
    }

    /// Told once for each outage.
    fn failed(&self, error: Option<&RedisError>) -> StoreAway {
        self.failures.fetch_add(1, Ordering::Relaxed);
        if self.away_until.swap(self.now() + milliseconds(PAUSE), Ordering::Relaxed) == 0 {
            let error = error.map_or_else(|| "no answer in time".to_owned(), ToString::to_string);
            tracing::error!(
                error,
                "the shared store does not answer: see REDIS_OUTAGE_PROOFS and REDIS_OUTAGE_LIMITS"
            );
        }
        StoreAway
    }

    fn now(&self) -> u64 {
        milliseconds(self.made.elapsed())
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore").field("health", &self.health()).finish_non_exhaustive()
    }
}

fn key(name: Name) -> String {
    let hash = name.hash.iter().map(|byte| format!("{byte:02x}"));
    hash.fold(format!("grove:{}:", name.kind), |key, byte| key + &byte)
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_this_machine_or_is_encrypted_unless_one_says_otherwise() {
        let read = |text: &str| text.parse::<RedisUrl>().map(|url| url.0);
        for good in [
            "redis://localhost:6379",
            "redis://127.0.0.1/1",
            "redis://[::1]:6379",
            "rediss://:pass@redis.example:6379",
            "unix:///run/redis.sock",
            "redis+unix:///run/redis.sock?db=1",
        ] {
            assert!(read(good).is_ok(), "{good}");
        }
        let remote = "redis://10.0.0.1:6379";
        assert_eq!(read(remote), Err(RedisUrlError::Plaintext));
        assert_eq!(read(&format!("{remote}?tls=disable")), Ok(remote.to_owned()));
        for bad in ["", "localhost:6379", "http://localhost", "redis://", "redis://localhost/x"] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert_eq!(format!("{:?}", RedisUrl("redis://:pass@localhost".to_owned())), "RedisUrl(..)");
    }
}
