//! The one transaction that makes an order of a cart: key, cart, stock, prices, order. All of it or nothing.

use okta_jwt::Subject;
use okta_types::UnixTime;
use shared::{Address, CartLine, Money, Order, OrderLine, OrderStatus, ProductId};

use super::error::{Conflicting, is_lock_timeout, unreadable};
use super::idempotency::{self, Claim};
use super::session::{Session, args};
use super::{Store, StoreError, carts, orders};
use crate::clock;
use crate::idempotency::{Fingerprint, IdempotencyKey};
use crate::order_number::OrderNumber;

/// Everything about an order-to-be that the database does not know.
#[derive(Debug)]
pub(crate) struct Purchase<'a> {
    /// The client's name for this attempt.
    pub(crate) key: &'a IdempotencyKey,
    /// Of the request, to tell a retry from another request.
    pub(crate) fingerprint: &'a Fingerprint,
    /// The version of the cart that the person saw.
    pub(crate) cart_version: u64,
    /// What it cost then.
    pub(crate) expected_total: Money,
    /// Where it goes; checked.
    pub(crate) address: &'a Address,
    /// The number the order gets if it is new.
    pub(crate) number: &'a OrderNumber,
    /// The time the order gets if it is new.
    pub(crate) at: UnixTime,
}

/// A placed order, and whether this request placed it.
#[derive(Debug)]
pub(crate) struct Placed {
    /// As it was when it was placed.
    pub(crate) order: Order,
    /// Whether an earlier request with the same key placed it.
    pub(crate) repeated: bool,
}

/// A product of which there are not enough pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shortage {
    /// Which.
    pub(crate) product_id: ProductId,
    /// Pieces left; zero for a product that is no longer sold.
    pub(crate) left: u32,
}

/// Why no order was placed. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PlaceOrderError {
    /// The key was used for another request.
    #[error("the idempotency key was used for another order")]
    KeyReused,
    /// Another request with the same key is not done yet.
    #[error("the first request with this idempotency key is still running")]
    KeyInUse,
    /// The cart is at another version: another tab changed it, or ordered it.
    #[error("the cart is at another version")]
    CartChanged,
    /// Nothing to order.
    #[error("the cart is empty")]
    CartEmpty,
    /// Not enough left of these.
    #[error("not enough pieces in stock")]
    OutOfStock(Vec<Shortage>),
    /// A price changed since the person looked.
    #[error("the total has changed")]
    TotalChanged {
        /// What the cart costs now.
        total: Money,
    },
    /// More money than fits.
    #[error("the total is too large")]
    TotalTooLarge,
    /// Another order has this number: try another one.
    #[error("the order number is taken")]
    NumberTaken,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for PlaceOrderError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Conflicting for PlaceOrderError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_conflict())
    }
}

impl Store {
    /// Orders the owner's cart in one transaction, and empties it.
    pub(crate) async fn place_order(
        &self,
        owner: &Subject,
        purchase: &Purchase<'_>,
    ) -> Result<Placed, PlaceOrderError> {
        self.transact(async |session| {
            match claim(session, owner, purchase).await? {
                Claim::Fresh => {}
                Claim::Reused => return Err(PlaceOrderError::KeyReused),
                Claim::Answered { order_number } => {
                    let order = orders::find(session, Some(owner), &order_number).await?;
                    let order = as_placed(order.ok_or(sqlx::Error::RowNotFound)?);
                    return Ok(Placed { order, repeated: true });
                }
            }
            let order = place(session, owner, purchase).await?;
            Ok(Placed { order, repeated: false })
        })
        .await
    }
}

/// PostgreSQL lets the second request with a key wait for the first one, but not for ever.
async fn claim(
    session: &mut Session<'_>,
    owner: &Subject,
    purchase: &Purchase<'_>,
) -> Result<Claim, PlaceOrderError> {
    idempotency::claim(session, owner, purchase).await.map_err(|error| match is_lock_timeout(&error) {
        true => PlaceOrderError::KeyInUse,
        false => error.into(),
    })
}

async fn place(
    session: &mut Session<'_>,
    owner: &Subject,
    purchase: &Purchase<'_>,
) -> Result<Order, PlaceOrderError> {
    if !carts::advance(session, owner, purchase.cart_version).await? {
        return Err(PlaceOrderError::CartChanged);
    }
    let wanted = carts::take_lines(session, owner).await?;
    if wanted.is_empty() {
        return Err(PlaceOrderError::CartEmpty);
    }
    let lines = take_stock(session, &wanted).await?;
    let total = total(&lines).ok_or(PlaceOrderError::TotalTooLarge)?;
    if total != purchase.expected_total {
        return Err(PlaceOrderError::TotalChanged { total });
    }
    insert(session, owner, purchase, &lines, total).await?;
    let placed_at = clock::rfc3339(purchase.at);
    Ok(Order {
        number: purchase.number.to_string(),
        status_since: placed_at.clone(),
        placed_at,
        status: OrderStatus::Placed,
        lines,
        total,
        address: purchase.address.clone(),
    })
}

/// The answer to a repeated request is the first one's, whatever became of the order since: names, prices and
/// the address never change, so the status is all there is to turn back.
fn as_placed(order: Order) -> Order {
    Order { status: OrderStatus::Placed, status_since: order.placed_at.clone(), ..order }
}

/// Takes the pieces from the shelves. By product id, so that of two orders neither holds what the other
/// waits for; the answer is in the order of the cart again.
async fn take_stock(
    session: &mut Session<'_>,
    lines: &[CartLine],
) -> Result<Vec<OrderLine>, PlaceOrderError> {
    let mut by_id: Vec<(usize, &CartLine)> = lines.iter().enumerate().collect();
    by_id.sort_by_key(|(_, line)| &line.product_id);
    let (mut taken, mut short) = (Vec::with_capacity(lines.len()), Vec::new());
    for (position, line) in by_id {
        match take_pieces(session, line).await? {
            Some(order_line) => taken.push((position, order_line)),
            None => short.push(shortage(session, &line.product_id).await?),
        }
    }
    if !short.is_empty() {
        return Err(PlaceOrderError::OutOfStock(short));
    }
    taken.sort_by_key(|(position, _)| *position);
    Ok(taken.into_iter().map(|(_, line)| line).collect())
}

/// Takes the pieces of one line, if there are so many. The condition is part of the statement: there is
/// no moment between asking and taking.
async fn take_pieces(session: &mut Session<'_>, line: &CartLine) -> Result<Option<OrderLine>, sqlx::Error> {
    let taken: Option<(String, i64)> = session
        .fetch_optional(
            "UPDATE products SET stock = stock - $1 WHERE id = $2 AND withdrawn = FALSE AND stock >= $1
             RETURNING name, price_cents",
            args![line.quantity.get(), line.product_id.as_str()],
        )
        .await?;
    Ok(taken.map(|(name, cents)| OrderLine {
        product_id: line.product_id.clone(),
        name,
        quantity: line.quantity,
        unit_price: Money::from_cents(cents),
    }))
}

async fn shortage(session: &mut Session<'_>, product_id: &ProductId) -> Result<Shortage, sqlx::Error> {
    let (left,): (i64,) = session
        .fetch_one(
            "SELECT CASE WHEN withdrawn THEN 0 ELSE stock END FROM products WHERE id = $1",
            args![product_id.as_str()],
        )
        .await?;
    Ok(Shortage { product_id: product_id.clone(), left: u32::try_from(left).map_err(unreadable)? })
}

fn total(lines: &[OrderLine]) -> Option<Money> {
    lines
        .iter()
        .try_fold(0_i64, |sum, line| sum.checked_add(line.unit_price.times(line.quantity.get())?.cents()))
        .map(Money::from_cents)
}

async fn insert(
    session: &mut Session<'_>,
    owner: &Subject,
    purchase: &Purchase<'_>,
    lines: &[OrderLine],
    total: Money,
) -> Result<(), PlaceOrderError> {
    let (address, at) = (purchase.address, purchase.at.seconds());
    let id: Option<(i64,)> = session
        .fetch_optional(
            "INSERT INTO orders (number, iss, person, status, total_cents, placed_at, status_since,
                                 recipient, street, extra, city, region, postal_code, country)
             VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9, $10, $11, $12, $13)
             ON CONFLICT (number) DO NOTHING RETURNING id",
            args![
                purchase.number.as_str(),
                owner.iss(),
                owner.id(),
                OrderStatus::Placed.as_str(),
                total.cents(),
                at,
                &address.name,
                &address.street,
                &address.extra,
                &address.city,
                &address.region,
                &address.postal_code,
                &address.country
            ],
        )
        .await?;
    let (id,) = id.ok_or(PlaceOrderError::NumberTaken)?;
    for (position, line) in (0_i64..).zip(lines) {
        insert_line(session, id, position, line).await?;
    }
    Ok(())
}

async fn insert_line(
    session: &mut Session<'_>,
    order_id: i64,
    position: i64,
    line: &OrderLine,
) -> Result<(), sqlx::Error> {
    session
        .execute(
            "INSERT INTO order_lines (order_id, position, product_id, name, quantity, unit_price_cents)
             VALUES ($1, $2, $3, $4, $5, $6)",
            args![
                order_id,
                position,
                line.product_id.as_str(),
                &line.name,
                line.quantity.get(),
                line.unit_price.cents()
            ],
        )
        .await
        .map(drop)
}
