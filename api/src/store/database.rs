//! The open database as the routes have it. What it can do stands with its subject: carts, catalogue, orders.

use std::time::Duration;

use super::StoreError;
use super::checkout::CheckoutQueue;
use super::error::Conflicting;
use super::pools::Pools;
use super::session::{Lease, Session};

/// How long a probe may take: who asks wants to know soon.
const PING_TIMEOUT: Duration = Duration::from_secs(2);

/// The open database. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    pub(super) pools: Pools,
    pub(super) checkout: CheckoutQueue,
}

impl Store {
    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub(crate) async fn ping(&self) -> Result<(), StoreError> {
        let asked = async {
            let mut lease = self.read().await?;
            Ok(lease.session().execute("SELECT 1 FROM products LIMIT 1", &[]).await.map(drop)?)
        };
        tokio::time::timeout(PING_TIMEOUT, asked)
            .await
            .unwrap_or_else(|_| Err(StoreError::from(sqlx::Error::PoolTimedOut)))
    }

    /// Waits for what is running, then closes.
    pub(crate) async fn close(&self) {
        self.pools.close().await;
    }

    /// A connection to read with.
    pub(super) async fn read(&self) -> Result<Lease, StoreError> {
        self.pools.read().await
    }

    /// See [`Pools::transact`].
    pub(super) async fn transact<T, E>(
        &self,
        work: impl AsyncFn(&mut Session<'_>) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<StoreError> + Conflicting,
    {
        self.pools.transact(work).await
    }
}
