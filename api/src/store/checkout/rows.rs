//! New orders as rows: all of them with one statement for the orders and one for their lines.
//!
//! Many rows are handed over as one JSON array, which both databases take apart with `json_each`.

use std::collections::HashMap;

use serde::Serialize;
use shared::Order;
use sqlx::FromRow;

use super::purchase::Purchase;
use crate::store::session::{Session, args};

/// These values as one argument of a statement.
pub(super) fn json<T: Serialize>(values: &[T]) -> Result<String, sqlx::Error> {
    serde_json::to_string(values).map_err(|error| sqlx::Error::Encode(error.into()))
}

/// What keys, carts and lines are found by.
#[derive(Serialize)]
pub(super) struct Wish<'a> {
    iss: &'a str,
    person: &'a str,
    key: &'a str,
    fingerprint: String,
    number: &'a str,
    at: i64,
    cart_version: u64,
}

impl<'a> Wish<'a> {
    /// Of one purchase.
    pub(super) fn of(purchase: &'a Purchase) -> Self {
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

#[derive(Serialize)]
struct OrderRow<'a> {
    number: &'a str,
    iss: &'a str,
    person: &'a str,
    status: &'static str,
    total: i64,
    at: i64,
    recipient: &'a str,
    street: &'a str,
    extra: &'a str,
    city: &'a str,
    region: &'a str,
    postal_code: &'a str,
    country: &'a str,
}

#[derive(Serialize)]
struct LineRow<'a> {
    order_id: i64,
    position: usize,
    product_id: &'a str,
    name: &'a str,
    quantity: u32,
    unit_price: i64,
}

#[derive(FromRow)]
struct InsertedRow {
    id: i64,
    number: String,
}

/// Inserts these orders; the indices of those whose number another order has. Where there is one, the
/// transaction must not be committed.
pub(super) async fn insert(
    session: &mut Session<'_>,
    orders: &[(&Purchase, &Order)],
) -> Result<Vec<usize>, sqlx::Error> {
    let rows: Vec<_> = orders.iter().map(|(purchase, order)| order_row(purchase, order)).collect();
    let inserted: Vec<InsertedRow> = session
        .fetch_all(
            "INSERT INTO orders (number, iss, person, status, total_cents, placed_at, status_since,
                                 recipient, street, extra, city, region, postal_code, country)
             SELECT value ->> 'number', value ->> 'iss', value ->> 'person', value ->> 'status',
                    CAST(value ->> 'total' AS BIGINT), CAST(value ->> 'at' AS BIGINT), CAST(value ->> 'at' AS BIGINT),
                    value ->> 'recipient', value ->> 'street', value ->> 'extra', value ->> 'city',
                    value ->> 'region', value ->> 'postal_code', value ->> 'country'
             FROM json_each($1) WHERE TRUE
             ON CONFLICT (number) DO NOTHING RETURNING id, number",
            args![&json(&rows)?],
        )
        .await?;
    let ids: HashMap<&str, i64> = inserted.iter().map(|row| (row.number.as_str(), row.id)).collect();
    let id_of = |order: &Order| ids.get(order.number.as_str()).copied();
    let taken: Vec<usize> = (0..orders.len()).filter(|i| id_of(orders[*i].1).is_none()).collect();
    if taken.is_empty() {
        let lines = orders.iter().filter_map(|(_, order)| Some(line_rows(id_of(order)?, order)));
        insert_lines(session, &lines.flatten().collect::<Vec<_>>()).await?;
    }
    Ok(taken)
}

async fn insert_lines(session: &mut Session<'_>, rows: &[LineRow<'_>]) -> Result<(), sqlx::Error> {
    session
        .execute(
            "INSERT INTO order_lines (order_id, position, product_id, name, quantity, unit_price_cents)
             SELECT CAST(value ->> 'order_id' AS BIGINT), CAST(value ->> 'position' AS BIGINT),
                    value ->> 'product_id', value ->> 'name',
                    CAST(value ->> 'quantity' AS BIGINT), CAST(value ->> 'unit_price' AS BIGINT)
             FROM json_each($1)",
            args![&json(rows)?],
        )
        .await
        .map(drop)
}

fn order_row<'a>(purchase: &'a Purchase, order: &'a Order) -> OrderRow<'a> {
    let address = &order.address;
    OrderRow {
        number: &order.number,
        iss: purchase.owner.iss(),
        person: purchase.owner.id(),
        status: order.status.as_str(),
        total: order.total.cents(),
        at: purchase.at.seconds(),
        recipient: &address.name,
        street: &address.street,
        extra: &address.extra,
        city: &address.city,
        region: &address.region,
        postal_code: &address.postal_code,
        country: &address.country,
    }
}

fn line_rows(order_id: i64, order: &Order) -> impl Iterator<Item = LineRow<'_>> {
    order.lines.iter().enumerate().map(move |(position, line)| LineRow {
        order_id,
        position,
        product_id: line.product_id.as_str(),
        name: &line.name,
        quantity: line.quantity.get(),
        unit_price: line.unit_price.cents(),
    })
}
