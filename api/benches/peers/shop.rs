//! The shop as an Actix program has it with sqlx: a connection that writes, some that read, and an order a transaction.

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use shared::{
    Cart, CartItem, Category, Money, NewOrder, Order, OrderLine, OrderStatus, Product, ProductId,
    ProductPage, Quantity,
};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{FromRow, SqlitePool};

use crate::actix::{now, rfc3339};
use crate::statements;

const READERS: u32 = 4;

pub(crate) struct Shop {
    readers: SqlitePool,
    writer: SqlitePool,
}

/// Whose cart.
pub(crate) struct Person {
    pub(crate) iss: String,
    pub(crate) id: String,
}

#[derive(FromRow)]
struct ProductRow {
    id: String,
    name: String,
    summary: String,
    description: String,
    category: String,
    price: i64,
    stock: u32,
}

impl From<ProductRow> for Product {
    fn from(row: ProductRow) -> Self {
        Self {
            id: ProductId::parse(&row.id).unwrap(),
            name: row.name,
            summary: row.summary,
            description: row.description,
            category: Category::from_slug(&row.category).unwrap(),
            price: Money::from_cents(row.price),
            stock: row.stock,
        }
    }
}

/// A cart with one of its lines; of an empty one the rest is null.
#[derive(FromRow)]
struct CartRow {
    version: i64,
    product_id: Option<String>,
    name: Option<String>,
    quantity: Option<u32>,
    seen_price: Option<i64>,
    price: Option<i64>,
    stock: Option<u32>,
}

impl CartRow {
    fn item(self) -> Option<CartItem> {
        Some(CartItem {
            product_id: ProductId::parse(&self.product_id?).unwrap(),
            name: self.name?,
            quantity: Quantity::new(self.quantity?).unwrap(),
            seen_price: Money::from_cents(self.seen_price?),
            price: self.price.map(Money::from_cents),
            stock: self.stock?,
        })
    }
}

impl Shop {
    /// As durable as the API's.
    pub(crate) async fn open(path: &str) -> Self {
        let options = SqliteConnectOptions::new().filename(path).journal_mode(SqliteJournalMode::Wal);
        let options = options.synchronous(SqliteSynchronous::Full).foreign_keys(true);
        let pool = |connections| SqlitePoolOptions::new().max_connections(connections);
        Self {
            readers: pool(READERS).connect_with(options.clone()).await.unwrap(),
            writer: pool(1).connect_with(options).await.unwrap(),
        }
    }

    pub(crate) async fn products(&self) -> ProductPage {
        let rows: Vec<ProductRow> =
            sqlx::query_as(statements::PRODUCTS).fetch_all(&self.readers).await.unwrap();
        let total = sqlx::query_scalar(statements::COUNT).fetch_one(&self.readers).await.unwrap();
        ProductPage { products: rows.into_iter().map(Product::from).collect(), total, next_cursor: None }
    }

    pub(crate) async fn product(&self, id: &str) -> Product {
        let row: ProductRow =
            sqlx::query_as(statements::PRODUCT).bind(id).fetch_one(&self.readers).await.unwrap();
        row.into()
    }

    pub(crate) async fn cart(&self, person: &Person) -> Cart {
        let rows = sqlx::query_as(statements::CART).bind(&person.iss).bind(&person.id);
        let rows: Vec<CartRow> = rows.fetch_all(&self.readers).await.unwrap();
        let version = rows.first().map_or(0, |row| row.version.cast_unsigned());
        let lines: Vec<CartItem> = rows.into_iter().filter_map(CartRow::item).collect();
        let total = lines.iter().filter_map(|line| line.price?.times(line.quantity.get())).sum();
        Cart { version, lines, total, changes: Vec::new() }
    }

    /// Orders a cart; nothing where it is another one, or cannot be had.
    pub(crate) async fn place(&self, person: &Person, key: &str, order: NewOrder) -> Option<Order> {
        let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await.unwrap();
        let order = Placing { connection: &mut transaction, person, at: now() }.place(key, order).await?;
        transaction.commit().await.unwrap();
        Some(order)
    }
}

struct Placing<'a> {
    connection: &'a mut SqliteConnection,
    person: &'a Person,
    at: i64,
}

impl Placing<'_> {
    async fn place(mut self, key: &str, order: NewOrder) -> Option<Order> {
        let number = format!("G-{:016X}", rand::random::<u64>());
        let fingerprint = fingerprint(&order);
        if !self.claim(key, &fingerprint, &number).await || !self.advance(order.cart_version).await {
            return None;
        }
        let lines = self.take().await.filter(|lines| !lines.is_empty())?;
        let total: Money = lines.iter().filter_map(|line| line.unit_price.times(line.quantity.get())).sum();
        if total != order.expected_total {
            return None;
        }
        let (placed_at, status) = (rfc3339(self.at), OrderStatus::Placed);
        let (status_since, address) = (placed_at.clone(), order.address);
        let order = Order { number, placed_at, status, status_since, lines, total, address };
        self.add(&order).await;
        Some(order)
    }

    async fn claim(&mut self, key: &str, fingerprint: &[u8], number: &str) -> bool {
        let claim = sqlx::query(statements::CLAIM_KEY).bind(&self.person.iss).bind(&self.person.id).bind(key);
        let claim = claim.bind(fingerprint).bind(number).bind(self.at);
        claim.execute(&mut *self.connection).await.unwrap().rows_affected() == 1
    }

    async fn advance(&mut self, version: u64) -> bool {
        let advance = sqlx::query(statements::ADVANCE_CART).bind(&self.person.iss).bind(&self.person.id);
        let advance = advance.bind(version.cast_signed()).execute(&mut *self.connection).await.unwrap();
        advance.rows_affected() == 1
    }

    /// The lines of the cart and their pieces, if there are enough.
    async fn take(&mut self) -> Option<Vec<OrderLine>> {
        let taken = sqlx::query_as(statements::TAKE_LINES).bind(&self.person.iss).bind(&self.person.id);
        let mut taken: Vec<(i64, String, u32)> = taken.fetch_all(&mut *self.connection).await.unwrap();
        taken.sort_unstable();
        let mut lines = Vec::with_capacity(taken.len());
        for (_, id, pieces) in taken {
            let stock = sqlx::query_as(statements::TAKE_STOCK).bind(pieces).bind(&id).bind(pieces);
            let (name, price): (String, i64) = stock.fetch_optional(&mut *self.connection).await.unwrap()?;
            let product_id = ProductId::parse(&id).unwrap();
            let (quantity, unit_price) = (Quantity::new(pieces).unwrap(), Money::from_cents(price));
            lines.push(OrderLine { product_id, name, quantity, unit_price });
        }
        Some(lines)
    }

    async fn add(&mut self, order: &Order) {
        let Person { iss, id } = self.person;
        let (at, to) = (self.at, &order.address);
        let add = sqlx::query(statements::ADD_ORDER).bind(&order.number).bind(iss).bind(id);
        let add =
            add.bind(order.total.cents()).bind(at).bind(at).bind(&to.name).bind(&to.street).bind(&to.extra);
        let add = add.bind(&to.city).bind(&to.region).bind(&to.postal_code).bind(&to.country);
        let row = add.execute(&mut *self.connection).await.unwrap().last_insert_rowid();
        for (position, line) in (0_i64..).zip(&order.lines) {
            let add = sqlx::query(statements::ADD_LINE).bind(row).bind(position);
            let add = add.bind(line.product_id.as_str()).bind(&line.name).bind(line.quantity.get());
            add.bind(line.unit_price.cents()).execute(&mut *self.connection).await.unwrap();
        }
    }
}

fn fingerprint(order: &impl Serialize) -> Vec<u8> {
    Sha256::digest(serde_json::to_vec(order).unwrap()).to_vec()
}
