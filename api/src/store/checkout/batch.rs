//! Many new orders in one transaction: a statement for all keys, one for all carts, and so on, and one commit.
//!
//! All of them or none: where some would be refused, they are named and nothing is committed; the rest is tried again.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use serde::Serialize;
use shared::{CartLine, Money, Order, ProductId};
use sqlx::FromRow;

use super::pricing::{self, Shelf, Taken};
use super::purchase::Purchase;
use super::recent::{self, Person};
use super::rows::{self, Wish};
use crate::store::error::{is_lock_timeout, unreadable};
use crate::store::pools::Pools;
use crate::store::session::{Session, args};
use crate::store::{StoreError, carts};

/// Why these orders were not placed in one transaction. Nothing was changed then.
#[derive(Debug)]
pub(in crate::store) enum BatchError {
    /// The purchases at these indices are not simply new orders that can be filled.
    Rejected(Vec<usize>),
    /// A conflict or a fault, and which of them it concerns is not known: place each in a transaction of its own.
    RetryIndividually(StoreError),
    /// The database cannot be used just now.
    Unavailable(StoreError),
}

impl From<StoreError> for BatchError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(ref cause) if !is_lock_timeout(cause) => Self::Unavailable(error),
            _ => Self::RetryIndividually(error),
        }
    }
}

impl From<sqlx::Error> for BatchError {
    fn from(error: sqlx::Error) -> Self {
        StoreError::from(error).into()
    }
}

/// The statements of a batch, each for all orders of it: `$1` is a JSON array of what it concerns.
const CLAIM_KEYS: &str =
    "INSERT INTO idempotency_keys (iss, person, key, fingerprint, order_number, created_at)
     SELECT value ->> 'iss', value ->> 'person', value ->> 'key', unhex(value ->> 'fingerprint'),
            value ->> 'number', CAST(value ->> 'at' AS BIGINT)
     FROM json_each($1) WHERE TRUE
     ON CONFLICT (iss, person, key) DO NOTHING RETURNING iss, person";
const ADVANCE_CARTS: &str = "UPDATE carts SET version = version + 1 FROM json_each($1) AS wish
     WHERE iss = wish.value ->> 'iss' AND person = wish.value ->> 'person'
       AND version = CAST(wish.value ->> 'cart_version' AS BIGINT)
     RETURNING iss, person";
const TAKE_LINES: &str = "DELETE FROM cart_lines
     WHERE (iss, person) IN (SELECT value ->> 'iss', value ->> 'person' FROM json_each($1))
     RETURNING iss, person, position, product_id, quantity";
const TAKE_STOCK: &str =
    "UPDATE products SET stock = stock - CAST(wish.value ->> 'pieces' AS BIGINT) FROM json_each($1) AS wish
     WHERE products.id = wish.value ->> 'id' AND withdrawn = FALSE
       AND stock >= CAST(wish.value ->> 'pieces' AS BIGINT)
     RETURNING id, name, price_cents";

/// All of them.
#[cfg(test)]
pub(in crate::store) const STATEMENTS: [&str; 4] = [CLAIM_KEYS, ADVANCE_CARTS, TAKE_LINES, TAKE_STOCK];

/// Places these orders, each of another person.
pub(in crate::store) async fn place(
    pools: &Pools,
    purchases: &[Arc<Purchase>],
) -> Result<Vec<Order>, BatchError> {
    let mut transaction = pools.begin_batch().await?;
    let orders = place_in(&mut transaction.session(), purchases).await;
    transaction.end(orders).await
}

async fn place_in(session: &mut Session<'_>, purchases: &[Arc<Purchase>]) -> Result<Vec<Order>, BatchError> {
    let wishes: Vec<_> = purchases.iter().map(|purchase| Wish::of(purchase)).collect();
    let wishes = rows::json(&wishes)?;
    claim_keys(session, purchases, &wishes).await?;
    advance_carts(session, purchases, &wishes).await?;
    check_allowances(session, purchases, &wishes).await?;
    let carts = take_lines(session, purchases, &wishes).await?;
    let shelf = take_stock(session, &carts).await?;
    let orders = all_or_rejected(purchases.iter().zip(carts), |(purchase, lines)| {
        let priced = pricing::price(lines, &shelf, purchase.expected_total).ok()?;
        Some(purchase.order(priced))
    })?;
    let pairs: Vec<_> = purchases.iter().map(Arc::as_ref).zip(&orders).collect();
    match rows::insert(session, &pairs).await? {
        taken if taken.is_empty() => Ok(orders),
        taken => Err(BatchError::Rejected(taken)),
    }
}

/// The keys come first: where there are several writers, the second one with a key waits for the first here.
async fn claim_keys(
    session: &mut Session<'_>,
    purchases: &[Arc<Purchase>],
    wishes: &String,
) -> Result<(), BatchError> {
    let fresh: Vec<Person> = session.fetch_all(CLAIM_KEYS, args![wishes]).await?;
    everyone_is_among(purchases, fresh)
}

/// Goes from the versions that were seen to the next ones.
async fn advance_carts(
    session: &mut Session<'_>,
    purchases: &[Arc<Purchase>],
    wishes: &String,
) -> Result<(), BatchError> {
    let advanced: Vec<Person> = session.fetch_all(ADVANCE_CARTS, args![wishes]).await?;
    everyone_is_among(purchases, advanced)
}

async fn check_allowances(
    session: &mut Session<'_>,
    purchases: &[Arc<Purchase>],
    wishes: &String,
) -> Result<(), BatchError> {
    let recent = recent::orders(session, wishes).await?;
    let of = |purchase: &Purchase| recent.get(&person(purchase)).copied().unwrap_or_default();
    all_or_rejected(purchases, |purchase| of(purchase).allows(purchase).ok()).map(drop)
}

fn everyone_is_among(purchases: &[Arc<Purchase>], found: Vec<Person>) -> Result<(), BatchError> {
    let found: HashSet<Person> = found.into_iter().collect();
    all_or_rejected(purchases, |purchase| found.contains(&person(purchase)).then_some(())).map(drop)
}

fn person(purchase: &Purchase) -> Person {
    (purchase.owner.iss().to_owned(), purchase.owner.id().to_owned())
}

#[derive(FromRow)]
struct LineRow {
    iss: String,
    person: String,
    position: i64,
    product_id: String,
    quantity: i64,
}

/// Takes all lines out of the carts: for each purchase those of its cart.
async fn take_lines(
    session: &mut Session<'_>,
    purchases: &[Arc<Purchase>],
    wishes: &String,
) -> Result<Vec<Vec<CartLine>>, BatchError> {
    let mut taken: Vec<LineRow> = session.fetch_all(TAKE_LINES, args![wishes]).await?;
    taken.sort_unstable_by_key(|row| row.position);
    let mut carts: HashMap<Person, Vec<CartLine>> = HashMap::new();
    for row in taken {
        let line = carts::line(&row.product_id, row.quantity)?;
        carts.entry((row.iss, row.person)).or_default().push(line);
    }
    Ok(purchases.iter().map(|purchase| carts.remove(&person(purchase)).unwrap_or_default()).collect())
}

#[derive(Serialize)]
struct Demand<'a> {
    id: &'a str,
    pieces: u64,
}

#[derive(FromRow)]
struct ShelfRow {
    id: String,
    name: String,
    price_cents: i64,
}

/// Takes the pieces of all carts, product by product, where there are enough for all of them.
///
/// PostgreSQL locks the rows in an order of its own. Where that deadlocks with a single order, which goes by product
/// id, this transaction is the one that gives way: it waits for so short a time.
async fn take_stock(session: &mut Session<'_>, carts: &[Vec<CartLine>]) -> Result<Shelf, sqlx::Error> {
    let mut wanted: BTreeMap<&ProductId, u64> = BTreeMap::new();
    for line in carts.iter().flatten() {
        *wanted.entry(&line.product_id).or_default() += u64::from(line.quantity.get());
    }
    let wanted: Vec<_> = wanted.into_iter().map(|(id, pieces)| Demand { id: id.as_str(), pieces }).collect();
    let taken: Vec<ShelfRow> = session.fetch_all(TAKE_STOCK, args![&rows::json(&wanted)?]).await?;
    taken.into_iter().map(ShelfRow::read).collect()
}

impl ShelfRow {
    fn read(self) -> Result<(ProductId, Taken), sqlx::Error> {
        let id = ProductId::parse(&self.id).map_err(unreadable)?;
        Ok((id, Taken { name: self.name, unit_price: Money::from_cents(self.price_cents) }))
    }
}

/// What `of` makes of each, if it makes something of all; else those of which it makes nothing.
fn all_or_rejected<I: IntoIterator, T>(
    items: I,
    mut of: impl FnMut(I::Item) -> Option<T>,
) -> Result<Vec<T>, BatchError> {
    let (mut made, mut rejected) = (Vec::new(), Vec::new());
    for (place, item) in items.into_iter().enumerate() {
        match of(item) {
            Some(value) => made.push(value),
            None => rejected.push(place),
        }
    }
    if rejected.is_empty() { Ok(made) } else { Err(BatchError::Rejected(rejected)) }
}
