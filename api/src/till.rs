//! Checkout without HTTP and without tokens' wire form, for the benchmark that compares it with the database's bare
//! transactions. Nothing else uses it.

use okta_actix::Subject;
use shared::{Cart, CartLine, NewOrder};

use crate::checkout::{self, CheckedOrder};
use crate::commands::CommandError;
use crate::idempotency::IdempotencyKey;
use crate::idempotency_locks::IdempotencyLocks;
use crate::seed;
use crate::store::{self, Allowance, Store};

/// The store, and what stands before it at a checkout.
#[derive(Debug)]
pub struct Till {
    store: Store,
    locks: IdempotencyLocks,
}

/// Why it did not work.
type Failure = Box<dyn std::error::Error + Send + Sync>;

impl Till {
    /// Opens a database with so many connections and puts this catalogue into it, in the form of a seed file.
    ///
    /// # Errors
    /// Whatever goes wrong.
    pub async fn open(url: &str, connections: u32, products: &str) -> Result<Self, CommandError> {
        let products = seed::parse(products)?;
        let store = store::open(url, connections).await?;
        store.replace_catalogue(&products).await?;
        Ok(Self { store, locks: IdempotencyLocks::default() })
    }

    /// Fills an empty cart.
    ///
    /// # Errors
    /// Whatever goes wrong.
    pub async fn fill_cart(&self, owner: &Subject, lines: &[CartLine]) -> Result<Cart, Failure> {
        Ok(self.store.put_cart(owner, 0, lines).await?)
    }

    /// Orders a cart, as `POST /api/orders` does.
    ///
    /// # Errors
    /// Whatever is in the way of it.
    pub async fn place(&self, owner: &Subject, key: &str, order: NewOrder) -> Result<(), Failure> {
        let (key, order) = (IdempotencyKey::parse(key)?, CheckedOrder::parse(order)?);
        // What is measured is the way through the store, with sign-ins of any strength.
        let allowance = Allowance { without_step_up: None, orders_per_hour: u32::MAX };
        checkout::place(&self.store, &self.locks, owner, &key, &order, allowance).await?;
        Ok(())
    }

    /// Closes the database.
    pub async fn close(&self) {
        self.store.close().await;
    }
}
