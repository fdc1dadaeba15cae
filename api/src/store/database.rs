//! The open database as the routes have it. What it can do stands with its subject: carts, catalogue, orders.

use std::time::Duration;

use prometheus_client::metrics::histogram::Histogram;

use super::StoreError;
use super::changes::{CatalogueState, Changes};
use super::checkout::CheckoutQueue;
use super::error::Conflicting;
use super::pools::{PoolStatus, Pools};
use super::session::{Lease, Session};

/// How long a probe may take: who asks wants to know soon.
const PING_TIMEOUT: Duration = Duration::from_secs(2);

/// The open database. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    pub(super) pools: Pools,
    pub(super) changes: Changes,
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

    /// How many connections there are to the database, by pool.
    pub(crate) fn connections(&self) -> Vec<PoolStatus> {
        self.pools.status()
    }

    /// How many orders shared a commit, each time.
    pub(crate) fn batch_sizes(&self) -> &Histogram {
        self.checkout.batch_sizes()
    }

    /// Waits for what is running, then closes.
    pub(crate) async fn close(&self) {
        self.changes.close().await;
        self.pools.close().await;
    }

    /// The present state of the catalogue. In one state, what is read of the catalogue is the same; after a change made
    /// here there is another one, and after one made by another process within a fifth of a second.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub(crate) async fn catalogue_state(&self) -> Result<CatalogueState, StoreError> {
        self.changes.state(&self.pools).await
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

    /// The same for work that changes what the catalogue says: prices, stock, products.
    pub(super) async fn transact_on_catalogue<T, E>(
        &self,
        work: impl AsyncFn(&mut Session<'_>) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<StoreError> + Conflicting,
    {
        let _change = self.changes.begin();
        self.pools.transact(work).await
    }
}
