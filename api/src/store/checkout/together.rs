//! Many new orders in one transaction: a statement for all keys, one for all carts, and so on, and one commit.
//!
//! All of them or none: whoever would be refused is named in the place of a commit, and the rest is tried anew.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use serde::Serialize;
use shared::{CartLine, Money, Order, OrderLine, ProductId};
use sqlx::FromRow;

use super::{Purchase, rows, total};
use crate::store::error::is_lock_timeout;
use crate::store::session::{Session, args};
use crate::store::{Pools, StoreError, carts};

/// Why these orders were not placed in one transaction. Nothing was changed then.
#[derive(Debug)]
pub(in crate::store) enum Apart {
    /// The purchases at these places are not simply new orders that can be had.
    Misfits(Vec<usize>),
    /// One of them is in somebody's way, or there is a fault, and which of them it concerns is not known.
    Everyone(StoreError),
    /// The database cannot be used just now.
    Unavailable(StoreError),
}

impl From<StoreError> for Apart {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(ref cause) if !is_lock_timeout(cause) => Self::Unavailable(error),
            _ => Self::Everyone(error),
        }
    }
}

impl From<sqlx::Error> for Apart {
    fn from(error: sqlx::Error) -> Self {
        StoreError::from(error).into()
    }
}

/// A person among those of the purchases.
type Person = (String, String);

/// Places these orders, of as many people.
pub(in crate::store) async fn place(pools: &Pools, purchases: &[Arc<Purchase>]) -> Result<Vec<Order>, Apart> {
    let mut transaction = pools.begin_batch().await?;
    let orders = place_in(&mut transaction.session(), purchases).await?;
    transaction.commit().await?;
    Ok(orders)
}

async fn place_in(session: &mut Session<'_>, purchases: &[Arc<Purchase>]) -> Result<Vec<Order>, Apart> {
    let wishes: Vec<_> = purchases.iter().map(|purchase| Wish::of(purchase)).collect();
    let wishes = rows::json(&wishes)?;
    claim_keys(session, purchases, &wishes).await?;
    advance_carts(session, purchases, &wishes).await?;
    let carts = take_lines(session, purchases, &wishes).await?;
    let shelves = take_stock(session, &carts).await?;
    let orders = all_or_misfits(purchases.iter().zip(carts), |(purchase, lines)| {
        let lines = lines.into_iter().map(|line| priced(line, &shelves)).collect::<Option<Vec<_>>>()?;
        let total = total(&lines).filter(|total| *total == purchase.expected_total)?;
        Some(purchase.order(lines, total))
    })?;
    let pairs: Vec<_> = purchases.iter().map(Arc::as_ref).zip(&orders).collect();
    match rows::insert(session, &pairs).await? {
        taken if taken.is_empty() => Ok(orders),
        taken => Err(Apart::Misfits(taken)),
    }
}

/// What keys, carts and lines are found by.
#[derive(Serialize)]
struct Wish<'a> {
    iss: &'a str,
    person: &'a str,
    key: &'a str,
    fingerprint: String,
    number: &'a str,
    at: i64,
    cart_version: u64,
}

impl<'a> Wish<'a> {
    fn of(purchase: &'a Purchase) -> Self {
        let fingerprint = purchase.fingerprint.as_bytes();
        Self {
            iss: purchase.owner.iss(),
            person: purchase.owner.id(),
            key: purchase.key.as_str(),
            fingerprint: fingerprint.iter().map(|byte| format!("{byte:02x}")).collect(),
            number: purchase.number.as_str(),
            at: purchase.at.seconds(),
            cart_version: purchase.cart_version,
        }
    }
}

/// The keys come first: where there are several writers, the second one with a key waits for the first here.
async fn claim_keys(
    session: &mut Session<'_>,
    purchases: &[Arc<Purchase>],
    wishes: &String,
) -> Result<(), Apart> {
    let fresh: Vec<Person> = session
        .fetch_all(
            "INSERT INTO idempotency_keys (iss, person, key, fingerprint, order_number, created_at)
             SELECT value ->> 'iss', value ->> 'person', value ->> 'key', unhex(value ->> 'fingerprint'),
                    value ->> 'number', CAST(value ->> 'at' AS BIGINT)
             FROM json_each($1) WHERE TRUE
             ON CONFLICT (iss, person, key) DO NOTHING RETURNING iss, person",
            args![wishes],
        )
        .await?;
    everyone_is_among(purchases, fresh)
}

/// Goes from the versions that were seen to the next ones.
async fn advance_carts(
    session: &mut Session<'_>,
    purchases: &[Arc<Purchase>],
    wishes: &String,
) -> Result<(), Apart> {
    let advanced: Vec<Person> = session
        .fetch_all(
            "UPDATE carts SET version = version + 1 FROM json_each($1) AS wish
             WHERE iss = wish.value ->> 'iss' AND person = wish.value ->> 'person'
               AND version = CAST(wish.value ->> 'cart_version' AS BIGINT)
             RETURNING iss, person",
            args![wishes],
        )
        .await?;
    everyone_is_among(purchases, advanced)
}

fn everyone_is_among(purchases: &[Arc<Purchase>], found: Vec<Person>) -> Result<(), Apart> {
    let found: HashSet<Person> = found.into_iter().collect();
    all_or_misfits(purchases, |purchase| found.contains(&person(purchase)).then_some(())).map(drop)
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

/// Takes all lines out of the carts: for each purchase those of its cart, of which there is at least one.
async fn take_lines(
    session: &mut Session<'_>,
    purchases: &[Arc<Purchase>],
    wishes: &String,
) -> Result<Vec<Vec<CartLine>>, Apart> {
    let mut taken: Vec<LineRow> = session
        .fetch_all(
            "DELETE FROM cart_lines
             WHERE (iss, person) IN (SELECT value ->> 'iss', value ->> 'person' FROM json_each($1))
             RETURNING iss, person, position, product_id, quantity",
            args![wishes],
        )
        .await?;
    taken.sort_unstable_by_key(|row| row.position);
    let mut carts: HashMap<Person, Vec<CartLine>> = HashMap::new();
    for row in taken {
        let line = carts::line(&row.product_id, row.quantity)?;
        carts.entry((row.iss, row.person)).or_default().push(line);
    }
    all_or_misfits(purchases, |purchase| carts.remove(&person(purchase)))
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

type Shelves = HashMap<String, ShelfRow>;

/// Takes the pieces of all carts from the shelves; whose cart holds a product of which there are not enough for
/// all of them is a misfit.
///
/// PostgreSQL takes the rows in an order of its own. Where that is in the way of an order that goes alone, by product
/// id, this transaction is the one that gives way: it waits for so short a time.
async fn take_stock(session: &mut Session<'_>, carts: &[Vec<CartLine>]) -> Result<Shelves, Apart> {
    let mut wanted: BTreeMap<&ProductId, u64> = BTreeMap::new();
    for line in carts.iter().flatten() {
        *wanted.entry(&line.product_id).or_default() += u64::from(line.quantity.get());
    }
    let wanted: Vec<_> = wanted.into_iter().map(|(id, pieces)| Demand { id: id.as_str(), pieces }).collect();
    let taken: Vec<ShelfRow> = session
        .fetch_all(
            "UPDATE products SET stock = stock - CAST(wish.value ->> 'pieces' AS BIGINT) FROM json_each($1) AS wish
             WHERE products.id = wish.value ->> 'id' AND withdrawn = FALSE
               AND stock >= CAST(wish.value ->> 'pieces' AS BIGINT)
             RETURNING id, name, price_cents",
            args![&rows::json(&wanted)?],
        )
        .await?;
    let shelves: Shelves = taken.into_iter().map(|row| (row.id.clone(), row)).collect();
    let is_served = |line: &CartLine| shelves.contains_key(line.product_id.as_str());
    all_or_misfits(carts, |cart| cart.iter().all(is_served).then_some(()))?;
    Ok(shelves)
}

fn priced(line: CartLine, shelves: &Shelves) -> Option<OrderLine> {
    let shelf = shelves.get(line.product_id.as_str())?;
    Some(OrderLine {
        name: shelf.name.clone(),
        quantity: line.quantity,
        unit_price: Money::from_cents(shelf.price_cents),
        product_id: line.product_id,
    })
}

/// What `of` makes of each, if it makes something of all; else those of which it makes nothing.
fn all_or_misfits<I: IntoIterator, T>(
    items: I,
    mut of: impl FnMut(I::Item) -> Option<T>,
) -> Result<Vec<T>, Apart> {
    let (mut made, mut misfits) = (Vec::new(), Vec::new());
    for (place, item) in items.into_iter().enumerate() {
        match of(item) {
            Some(value) => made.push(value),
            None => misfits.push(place),
        }
    }
    if misfits.is_empty() { Ok(made) } else { Err(Apart::Misfits(misfits)) }
}
