//! Orders as they are read, by their owner or by staff. Whoever may see only their own names the owner.

use okta_actix::Subject;
use okta_types::UnixTime;
use shared::{Address, Money, Order, OrderLine, OrderStatus, ProductId};
use sqlx::FromRow;

use super::catalogue::PageOf;
use super::error::unreadable;
use super::session::{Session, args};
use super::{Store, StoreError, carts};
use crate::clock;
use crate::order_number::OrderNumber;

/// Which orders, newest first.
#[derive(Clone, Debug)]
pub(crate) struct OrderFilter<'a> {
    /// One person's; `None` is for staff only.
    pub(crate) owner: Option<&'a Subject>,
    /// Those that stand here.
    pub(crate) status: Option<OrderStatus>,
    /// Only those before this one.
    pub(crate) before: Option<OrderNumber>,
}

/// Why there is no such page.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PageError {
    /// The order that the page should follow is not among those of the list.
    #[error("the cursor names no order of this list")]
    Cursor,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for PageError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Store {
    /// A page of orders.
    pub(crate) async fn orders(
        &self,
        filter: &OrderFilter<'_>,
        limit: u32,
    ) -> Result<PageOf<Order>, PageError> {
        let mut lease = self.read().await?;
        let mut session = lease.session();
        let before = match &filter.before {
            Some(number) => {
                place_in_list(&mut session, filter.owner, number).await?.ok_or(PageError::Cursor)?
            }
            None => i64::MAX,
        };
        let (iss, person) = owner_args(filter.owner);
        let (status, limit_and_one) = (filter.status.map(OrderStatus::as_str), i64::from(limit) + 1);
        let statement = page_statement(filter.owner.is_some(), status.is_some());
        let rows: Vec<OrderLineRow> =
            session.fetch_all(statement, args![before, limit_and_one, status, iss, person]).await?;
        Ok(PageOf::cut(collect_orders(rows)?, limit))
    }

    /// One order. With an owner, another person's is not there, as if it had never been placed.
    pub(crate) async fn order(
        &self,
        owner: Option<&Subject>,
        number: &OrderNumber,
    ) -> Result<Option<Order>, StoreError> {
        Ok(find(&mut self.read().await?.session(), owner, number.as_str()).await?)
    }
}

/// Orders before one, so many, the newest first, with their lines.
macro_rules! page {
    ($which:literal) => {
        concat!(
            "SELECT o.number, o.status, o.status_since, o.total_cents, o.placed_at,
                    o.recipient, o.street, o.extra, o.city, o.region, o.postal_code, o.country,
                    l.product_id, l.name, l.quantity, l.unit_price_cents
             FROM (SELECT * FROM orders WHERE id < $1",
            $which,
            " ORDER BY id DESC LIMIT $2) AS o
             JOIN order_lines AS l ON l.order_id = o.id
             ORDER BY o.id DESC, l.position"
        )
    };
}

/// One statement for each kind of list, so that the database finds an index for it; with "or" in it there is none.
pub(super) const fn page_statement(owner: bool, status: bool) -> &'static str {
    match (owner, status) {
        (false, false) => page!(""),
        (false, true) => page!(" AND status = $3"),
        (true, false) => page!(" AND iss = $4 AND person = $5"),
        (true, true) => page!(" AND iss = $4 AND person = $5 AND status = $3"),
    }
}

async fn place_in_list(
    session: &mut Session<'_>,
    owner: Option<&Subject>,
    number: &OrderNumber,
) -> Result<Option<i64>, sqlx::Error> {
    let (iss, person) = owner_args(owner);
    let found: Option<(i64,)> = session
        .fetch_optional(
            "SELECT id FROM orders WHERE number = $3 AND ($1 IS NULL OR (iss = $1 AND person = $2))",
            args![iss, person, number.as_str()],
        )
        .await?;
    Ok(found.map(|(id,)| id))
}

/// One order, with its lines.
pub(super) const FIND: &str = "SELECT o.number, o.status, o.status_since, o.total_cents, o.placed_at,
            o.recipient, o.street, o.extra, o.city, o.region, o.postal_code, o.country,
            l.product_id, l.name, l.quantity, l.unit_price_cents
     FROM orders AS o JOIN order_lines AS l ON l.order_id = o.id
     WHERE o.number = $3 AND ($1 IS NULL OR (o.iss = $1 AND o.person = $2))
     ORDER BY l.position";

pub(super) async fn find(
    session: &mut Session<'_>,
    owner: Option<&Subject>,
    number: &str,
) -> Result<Option<Order>, sqlx::Error> {
    let (iss, person) = owner_args(owner);
    let rows: Vec<OrderLineRow> = session.fetch_all(FIND, args![iss, person, number]).await?;
    Ok(collect_orders(rows)?.pop())
}

/// Both or neither.
pub(super) fn owner_args(owner: Option<&Subject>) -> (Option<&str>, Option<&str>) {
    (owner.map(Subject::iss), owner.map(Subject::id))
}

/// A line with its order beside it.
#[derive(FromRow)]
struct OrderLineRow {
    number: String,
    status: String,
    status_since: i64,
    total_cents: i64,
    placed_at: i64,
    recipient: String,
    street: String,
    extra: String,
    city: String,
    region: String,
    postal_code: String,
    country: String,
    product_id: String,
    name: String,
    quantity: i64,
    unit_price_cents: i64,
}

/// Puts lines that stand together under their orders.
fn collect_orders(rows: Vec<OrderLineRow>) -> Result<Vec<Order>, sqlx::Error> {
    let mut orders: Vec<Order> = Vec::new();
    for mut row in rows {
        let line = OrderLine {
            product_id: ProductId::parse(&row.product_id).map_err(unreadable)?,
            name: std::mem::take(&mut row.name),
            quantity: carts::quantity(row.quantity)?,
            unit_price: Money::from_cents(row.unit_price_cents),
        };
        match orders.last_mut() {
            Some(order) if order.number == row.number => order.lines.push(line),
            _ => orders.push(order_of(row, line)?),
        }
    }
    Ok(orders)
}

fn order_of(row: OrderLineRow, first_line: OrderLine) -> Result<Order, sqlx::Error> {
    Ok(Order {
        status: OrderStatus::parse(&row.status)
            .ok_or_else(|| sqlx::Error::Decode("unknown order status".into()))?,
        status_since: clock::rfc3339(UnixTime(row.status_since)),
        placed_at: clock::rfc3339(UnixTime(row.placed_at)),
        total: Money::from_cents(row.total_cents),
        number: row.number,
        lines: vec![first_line],
        address: Address {
            name: row.recipient,
            street: row.street,
            extra: row.extra,
            city: row.city,
            region: row.region,
            postal_code: row.postal_code,
            country: row.country,
        },
    })
}
