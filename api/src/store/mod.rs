//! The shop's database, SQLite or PostgreSQL: the only place with SQL.
//!
//! Both speak the same statements through [`session`]; what differs is in [`open`]. With SQLite there is
//! one connection that writes, because SQLite has one writer at a time and a queue in the program is fair
//! where waiting for a file lock is not; readers never wait for it (WAL). PostgreSQL's writers run side by
//! side under READ COMMITTED: every statement that takes something names its condition, and rows are taken
//! in one order (key, cart, products by id), so that of two transactions one waits for the other. Orders that come
//! in at the same time share a transaction and its commit, see [`checkout`]; with SQLite all changes do, see [`group_commit`].
//! Whatever belongs to a person is asked for with that person's [`Subject`](okta_actix::Subject).

mod asking;
mod carts;
mod catalogue;
mod catalogue_filter;
mod changes;
mod checkout;
mod database;
mod error;
mod found;
mod fulfilment;
mod group_commit;
mod idempotency;
mod open;
mod orders;
mod pools;
mod product_row;
mod restock;
mod revocations;
mod search;
mod session;
mod session_settings;
#[cfg(test)]
mod tests;

pub(crate) use carts::CartError;
pub(crate) use catalogue::PageOf;
pub(crate) use catalogue_filter::CatalogueFilter;
pub(crate) use changes::CatalogueState;
pub(crate) use checkout::{Allowance, BATCH_SIZES, PlaceOrderError, Placed, Purchase, Shortage};
pub(crate) use database::Store;
pub use error::StoreError;
pub(crate) use fulfilment::{Transition, TransitionError};
pub use open::OpenError;
pub(crate) use open::{check_url, open};
pub(crate) use orders::{OrderFilter, PageError};
pub(crate) use pools::PoolStatus;
pub(crate) use restock::{Delivery, RestockError};
