//! The orders' statements. Every one of them names the owner.

use okta_jwt::Subject;
use okta_types::UnixTime;
use shared::{CartLine, Money, Order, OrderLine, OrderStatus, ProductId, Quantity};
use sqlx::{FromRow, SqliteConnection};

use super::error::unreadable;
use super::idempotency::{self, Claim};
use super::{Store, StoreError};
use crate::clock;
use crate::idempotency::{Fingerprint, IdempotencyKey};
use crate::order_number::OrderNumber;

/// How many orders a list shows at most.
const LIST_LIMIT: i64 = 100;

/// Everything about an order-to-be that the database does not know.
#[derive(Debug)]
pub(crate) struct Purchase<'a> {
    /// The client's name for this attempt.
    pub(crate) key: &'a IdempotencyKey,
    /// Of the request, to tell a retry from another request.
    pub(crate) fingerprint: &'a Fingerprint,
    /// What and how many; at least one line, no product twice.
    pub(crate) lines: &'a [CartLine],
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
    /// A product that was never sold here.
    #[error("there is no product {0}")]
    UnknownProduct(ProductId),
    /// Not enough left of these.
    #[error("not enough pieces in stock")]
    OutOfStock(Vec<Shortage>),
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

impl Store {
    /// Places an order in one transaction: key, stock, prices, order. Either all of it is there or nothing.
    pub(crate) async fn place_order(
        &self,
        owner: &Subject,
        purchase: &Purchase<'_>,
    ) -> Result<Placed, PlaceOrderError> {
        let mut transaction = self.write().await?;
        match idempotency::claim(&mut transaction, owner, purchase).await? {
            Claim::Fresh => {}
            Claim::Reused => return Err(PlaceOrderError::KeyReused),
            Claim::Answered { order_number } => {
                let order = find(&mut transaction, owner, &order_number).await?;
                return Ok(Placed {
                    order: as_placed(order.ok_or(sqlx::Error::RowNotFound)?),
                    repeated: true,
                });
            }
        }
        let lines = take_stock(&mut transaction, purchase.lines).await?;
        let total = total(&lines).ok_or(PlaceOrderError::TotalTooLarge)?;
        insert(&mut transaction, owner, purchase, &lines, total).await?;
        transaction.commit().await?;
        let order = Order {
            number: purchase.number.to_string(),
            placed_at: clock::rfc3339(purchase.at),
            status: OrderStatus::Placed,
            lines,
            total,
        };
        Ok(Placed { order, repeated: false })
    }

    /// The owner's orders, newest first.
    pub(crate) async fn orders(&self, owner: &Subject) -> Result<Vec<Order>, StoreError> {
        let rows: Vec<OrderLineRow> = sqlx::query_as(
            "SELECT o.number, o.status, o.total_cents, o.placed_at,
                    l.product_id, l.name, l.quantity, l.unit_price_cents
             FROM (SELECT * FROM orders WHERE iss = $1 AND person = $2 ORDER BY id DESC LIMIT $3) AS o
             JOIN order_lines AS l ON l.order_id = o.id
             ORDER BY o.id DESC, l.position",
        )
        .bind(owner.iss())
        .bind(owner.id())
        .bind(LIST_LIMIT)
        .fetch_all(&self.readers)
        .await?;
        Ok(collect_orders(rows)?)
    }

    /// One of the owner's orders. Another person's is not there, as if it had never been placed.
    pub(crate) async fn order(&self, owner: &Subject, number: &str) -> Result<Option<Order>, StoreError> {
        let mut connection = self.readers.acquire().await?;
        Ok(find(&mut connection, owner, number).await?)
    }
}

async fn find(
    connection: &mut SqliteConnection,
    owner: &Subject,
    number: &str,
) -> Result<Option<Order>, sqlx::Error> {
    let rows: Vec<OrderLineRow> = sqlx::query_as(
        "SELECT o.number, o.status, o.total_cents, o.placed_at,
                l.product_id, l.name, l.quantity, l.unit_price_cents
         FROM orders AS o JOIN order_lines AS l ON l.order_id = o.id
         WHERE o.iss = $1 AND o.person = $2 AND o.number = $3
         ORDER BY l.position",
    )
    .bind(owner.iss())
    .bind(owner.id())
    .bind(number)
    .fetch_all(connection)
    .await?;
    Ok(collect_orders(rows)?.pop())
}

/// The answer to a repeated request is the first one's, whatever became of the order since: names and
/// prices never change, so the status is all there is to turn back.
fn as_placed(order: Order) -> Order {
    Order { status: OrderStatus::Placed, ..order }
}

/// Takes the pieces from the shelves. By product id, so that of two orders neither holds what the other
/// waits for; the answer is in the order of the request again.
async fn take_stock(
    connection: &mut SqliteConnection,
    lines: &[CartLine],
) -> Result<Vec<OrderLine>, PlaceOrderError> {
    let mut by_id: Vec<(usize, &CartLine)> = lines.iter().enumerate().collect();
    by_id.sort_by_key(|(_, line)| &line.product_id);
    let (mut taken, mut short) = (Vec::with_capacity(lines.len()), Vec::new());
    for (position, line) in by_id {
        match take_pieces(connection, line).await? {
            Some(order_line) => taken.push((position, order_line)),
            None => short.push(shortage(connection, &line.product_id).await?),
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
async fn take_pieces(
    connection: &mut SqliteConnection,
    line: &CartLine,
) -> Result<Option<OrderLine>, sqlx::Error> {
    let taken: Option<(String, i64)> = sqlx::query_as(
        "UPDATE products SET stock = stock - $1 WHERE id = $2 AND withdrawn = FALSE AND stock >= $1
         RETURNING name, price_cents",
    )
    .bind(i64::from(line.quantity.get()))
    .bind(line.product_id.as_str())
    .fetch_optional(connection)
    .await?;
    Ok(taken.map(|(name, cents)| OrderLine {
        product_id: line.product_id.clone(),
        name,
        quantity: line.quantity,
        unit_price: Money::from_cents(cents),
    }))
}

async fn shortage(
    connection: &mut SqliteConnection,
    product_id: &ProductId,
) -> Result<Shortage, PlaceOrderError> {
    let left: Option<i64> =
        sqlx::query_scalar("SELECT CASE WHEN withdrawn THEN 0 ELSE stock END FROM products WHERE id = $1")
            .bind(product_id.as_str())
            .fetch_optional(connection)
            .await?;
    let left = left.ok_or_else(|| PlaceOrderError::UnknownProduct(product_id.clone()))?;
    Ok(Shortage { product_id: product_id.clone(), left: u32::try_from(left).map_err(unreadable)? })
}

fn total(lines: &[OrderLine]) -> Option<Money> {
    lines
        .iter()
        .try_fold(0_i64, |sum, line| sum.checked_add(line.unit_price.times(line.quantity.get())?.cents()))
        .map(Money::from_cents)
}

async fn insert(
    connection: &mut SqliteConnection,
    owner: &Subject,
    purchase: &Purchase<'_>,
    lines: &[OrderLine],
    total: Money,
) -> Result<(), PlaceOrderError> {
    let id: Option<i64> = sqlx::query_scalar(
        "INSERT INTO orders (number, iss, person, status, total_cents, placed_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (number) DO NOTHING RETURNING id",
    )
    .bind(purchase.number.as_str())
    .bind(owner.iss())
    .bind(owner.id())
    .bind(OrderStatus::Placed.as_str())
    .bind(total.cents())
    .bind(purchase.at.seconds())
    .fetch_optional(&mut *connection)
    .await?;
    let id = id.ok_or(PlaceOrderError::NumberTaken)?;
    for (position, line) in (0_i64..).zip(lines) {
        insert_line(connection, id, position, line).await?;
    }
    Ok(())
}

async fn insert_line(
    connection: &mut SqliteConnection,
    order_id: i64,
    position: i64,
    line: &OrderLine,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO order_lines (order_id, position, product_id, name, quantity, unit_price_cents)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(order_id)
    .bind(position)
    .bind(line.product_id.as_str())
    .bind(&line.name)
    .bind(i64::from(line.quantity.get()))
    .bind(line.unit_price.cents())
    .execute(connection)
    .await?;
    Ok(())
}

/// A line with its order beside it.
#[derive(FromRow)]
struct OrderLineRow {
    number: String,
    status: String,
    total_cents: i64,
    placed_at: i64,
    product_id: String,
    name: String,
    quantity: i64,
    unit_price_cents: i64,
}

/// Puts lines that stand together under their orders.
fn collect_orders(rows: Vec<OrderLineRow>) -> Result<Vec<Order>, sqlx::Error> {
    let mut orders: Vec<Order> = Vec::new();
    for row in rows {
        let line = OrderLine {
            product_id: ProductId::parse(&row.product_id).map_err(unreadable)?,
            name: row.name,
            quantity: u32::try_from(row.quantity)
                .map_err(unreadable)
                .and_then(|pieces| Quantity::new(pieces).map_err(unreadable))?,
            unit_price: Money::from_cents(row.unit_price_cents),
        };
        match orders.last_mut() {
            Some(order) if order.number == row.number => order.lines.push(line),
            _ => orders.push(Order {
                status: OrderStatus::parse(&row.status)
                    .ok_or_else(|| sqlx::Error::Decode("unknown order status".into()))?,
                placed_at: clock::rfc3339(UnixTime(row.placed_at)),
                total: Money::from_cents(row.total_cents),
                number: row.number,
                lines: vec![line],
            }),
        }
    }
    Ok(orders)
}
