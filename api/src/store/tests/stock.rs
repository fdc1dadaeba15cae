//! Whatever is done in whatever order: the pieces in stock and the pieces sold are those that were delivered.

use std::cell::Cell;

use okta_actix::Subject;
use okta_types::UnixTime;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use shared::{Address, CartLine, Money, OrderStatus, Quantity};

use super::{ANY_NUMBER, Opened, id, on_postgresql, on_sqlite, product};
use crate::idempotency::{Fingerprint, IdempotencyKey};
use crate::order_number::OrderNumber;
use crate::people::tests::subject;
use crate::random;
use crate::store::session::args;
use crate::store::{Delivery, PlaceOrderError, Purchase, Store, Transition};

/// Operations in all, and of one case at most: each case has a new shop.
const OPERATIONS: usize = 10_000;
const OF_A_CASE: usize = 1_000;

const PEOPLE: [&str; 3] = ["alice", "bob", "carol"];
const PRODUCTS: [&str; 4] = ["a", "b", "c", "d"];
const STOCK: u32 = 30;

/// One thing that somebody does. Numbers name people, products and earlier orders, as far as there are so many.
#[derive(Clone, Debug)]
enum Operation {
    Put { person: usize, lines: Vec<(usize, u32)>, stale: bool },
    Merge { person: usize, lines: Vec<(usize, u32)> },
    Order { person: usize, key: u8, stale: bool, cheaper: bool },
    Retry { person: usize, order: usize },
    Cancel { person: usize, order: usize },
    Ship { order: usize },
    Restock { product: usize, pieces: u32, key: u8 },
}

fn operation() -> impl Strategy<Value = Operation> {
    let person = || 0..PEOPLE.len();
    let lines = || prop::collection::vec((0..PRODUCTS.len(), 1..12_u32), 0..4);
    let rarely = || prop::bool::weighted(0.1);
    prop_oneof![
        3 => (person(), lines(), rarely()).prop_map(|(person, lines, stale)| Operation::Put { person, lines, stale }),
        2 => (person(), lines()).prop_map(|(person, lines)| Operation::Merge { person, lines }),
        5 => (person(), any::<u8>(), rarely(), rarely())
            .prop_map(|(person, key, stale, cheaper)| Operation::Order { person, key, stale, cheaper }),
        1 => (person(), any::<usize>()).prop_map(|(person, order)| Operation::Retry { person, order }),
        3 => (person(), any::<usize>()).prop_map(|(person, order)| Operation::Cancel { person, order }),
        1 => any::<usize>().prop_map(|order| Operation::Ship { order }),
        1 => (0..PRODUCTS.len(), 1..9_u32, any::<u8>())
            .prop_map(|(product, pieces, key)| Operation::Restock { product, pieces, key }),
    ]
}

#[test]
fn ten_thousand_operations_on_sqlite_keep_stock_and_sold_constant() {
    check(|| Box::pin(on_sqlite()));
}

#[test]
fn ten_thousand_operations_on_postgresql_keep_stock_and_sold_constant() {
    check(|| Box::pin(on_postgresql()));
}

fn check(open: impl Fn() -> std::pin::Pin<Box<dyn Future<Output = Opened>>>) {
    let config = Config { cases: 1, max_shrink_iters: 200, failure_persistence: None, ..Config::default() };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (operations, performed) = (prop::collection::vec(operation(), 1..=OF_A_CASE), Cell::new(0));
    while performed.get() < OPERATIONS {
        // A runner runs its cases once.
        let outcome = TestRunner::new(config.clone()).run(&operations, |operations| {
            performed.set(performed.get() + operations.len());
            runtime.block_on(async {
                let opened = open().await;
                Shop::of(&opened.store).await.run(&operations).await
            })
        });
        outcome.unwrap();
    }
}

/// A store, and what must be true of it.
struct Shop<'a> {
    store: &'a Store,
    people: Vec<Subject>,
    delivered: i64,
    /// Whose, under which key, as what: the placed ones.
    orders: Vec<(usize, Attempt, String)>,
}

impl<'a> Shop<'a> {
    async fn of(store: &'a Store) -> Self {
        let products: Vec<_> =
            (1..).zip(PRODUCTS).map(|(cents, id)| product(id, id, 100 * cents, STOCK)).collect();
        store.replace_catalogue(&products).await.unwrap();
        let delivered = i64::from(STOCK) * i64::try_from(PRODUCTS.len()).unwrap();
        Self { store, people: PEOPLE.map(subject).to_vec(), delivered, orders: Vec::new() }
    }

    async fn run(mut self, operations: &[Operation]) -> Result<(), TestCaseError> {
        for (done, operation) in operations.iter().enumerate() {
            self.perform(operation).await;
            if done % 10 == 0 {
                self.judge(operation).await?;
            }
        }
        self.judge(&Operation::Ship { order: 0 }).await?;
        self.store.close().await;
        Ok(())
    }

    async fn perform(&mut self, operation: &Operation) {
        let nth = |order: usize| (!self.orders.is_empty()).then(|| order % self.orders.len().max(1));
        match operation {
            Operation::Put { person, lines, stale } => {
                let owner = &self.people[*person];
                let version = self.store.cart(owner).await.unwrap().version + u64::from(*stale);
                // Refused where it is stale.
                let _ = self.store.put_cart(owner, version, &cart_lines(lines)).await;
            }
            Operation::Merge { person, lines } => {
                self.store.merge_cart(&self.people[*person], &cart_lines(lines)).await.unwrap();
            }
            Operation::Order { person, key, stale, cheaper } => {
                let owner = &self.people[*person];
                let cart = self.store.cart(owner).await.unwrap();
                let expected_total = Money::from_cents(cart.total.cents() - i64::from(*cheaper));
                let version = cart.version + u64::from(*stale);
                let attempt = Attempt { key: format!("k{key}-{version}"), version, expected_total };
                if let Ok(number) = attempt.order(self.store, owner).await {
                    self.note(*person, attempt, number);
                }
            }
            Operation::Retry { person, order } => {
                let Some((owner, attempt, number)) = nth(*order).map(|i| self.orders[i].clone()) else {
                    return;
                };
                let again = attempt.order(self.store, &self.people[*person]).await;
                if owner == *person {
                    assert_eq!(again.unwrap(), number);
                } else if let Ok(number) = again {
                    // Another person's key: it may even name an order of their own.
                    self.note(*person, attempt, number);
                }
            }
            Operation::Cancel { person, order } => {
                let Some((_, _, number)) = nth(*order).map(|i| &self.orders[i]) else { return };
                self.move_on(Some(&self.people[*person]), number, OrderStatus::Cancelled).await;
            }
            Operation::Ship { order } => {
                let Some((_, _, number)) = nth(*order).map(|i| &self.orders[i]) else { return };
                self.move_on(None, number, OrderStatus::Shipped).await;
            }
            Operation::Restock { product, pieces, key } => {
                let before = self.stock_and_sold().await;
                let delivery = Delivery {
                    by: &self.people[0],
                    key: &IdempotencyKey::parse(&format!("r{key}")).unwrap(),
                    fingerprint: &Fingerprint::of(&(product, pieces)).unwrap(),
                    product_id: &id(PRODUCTS[*product]),
                    pieces: *pieces,
                    at: UnixTime(0),
                };
                let _ = self.store.restock(&delivery).await;
                let after = self.stock_and_sold().await;
                assert!(after == before || after == before + i64::from(*pieces));
                self.delivered += after - before;
            }
        }
    }

    /// Remembers an order, once.
    fn note(&mut self, person: usize, attempt: Attempt, number: String) {
        if self.orders.iter().all(|(_, _, known)| *known != number) {
            self.orders.push((person, attempt, number));
        }
    }

    /// Refused for orders of others and where there is no way.
    async fn move_on(&self, owner: Option<&Subject>, number: &str, to: OrderStatus) {
        let number = OrderNumber::parse(number).unwrap();
        let _ = self.store.move_order(Transition { owner, number: &number, to, at: UnixTime(0) }).await;
    }

    async fn judge(&self, last: &Operation) -> Result<(), TestCaseError> {
        prop_assert_eq!(self.stock_and_sold().await, self.delivered, "after {:?}", last);
        let (orders,) = self.count("SELECT COUNT(*) FROM orders").await;
        prop_assert_eq!(usize::try_from(orders).unwrap(), self.orders.len());
        Ok(())
    }

    async fn stock_and_sold(&self) -> i64 {
        let (stock,) = self.count("SELECT CAST(SUM(stock) AS BIGINT) FROM products").await;
        let (sold,) = self
            .count(
                "SELECT CAST(COALESCE(SUM(l.quantity), 0) AS BIGINT)
                 FROM order_lines AS l JOIN orders AS o ON o.id = l.order_id WHERE o.status <> 'cancelled'",
            )
            .await;
        stock + sold
    }

    async fn count(&self, statement: &'static str) -> (i64,) {
        self.store.read().await.unwrap().session().fetch_one(statement, args![]).await.unwrap()
    }
}

/// An order request as a client keeps it for a retry.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    key: String,
    version: u64,
    expected_total: Money,
}

impl Attempt {
    pub(super) fn of(key: &str) -> Self {
        Self { key: key.to_owned(), version: 0, expected_total: Money::default() }
    }

    /// Puts these lines into the cart, unless the key has its order already, and orders them.
    pub(super) async fn buy(
        mut self,
        store: &Store,
        owner: &Subject,
        lines: &[(&str, u32)],
    ) -> Result<String, PlaceOrderError> {
        // Of one key every request must look alike.
        let fingerprint = Fingerprint::of(&lines).map_err(sqlx_error)?;
        let cart = store.cart(owner).await?;
        let lines: Vec<_> = lines.iter().map(|(id, pieces)| line(id, *pieces)).collect();
        let cart = match store.put_cart(owner, cart.version, &lines).await {
            Ok(cart) => cart,
            Err(crate::store::CartError::Store(error)) => return Err(error.into()),
            Err(error) => panic!("{error}"),
        };
        (self.version, self.expected_total) = (cart.version, cart.total);
        self.send(store, owner, &fingerprint).await
    }

    async fn order(&self, store: &Store, owner: &Subject) -> Result<String, PlaceOrderError> {
        let fingerprint = Fingerprint::of(&(self.version, self.expected_total)).map_err(sqlx_error)?;
        self.send(store, owner, &fingerprint).await
    }

    async fn send(
        &self,
        store: &Store,
        owner: &Subject,
        fingerprint: &Fingerprint,
    ) -> Result<String, PlaceOrderError> {
        let purchase = Purchase {
            owner: owner.clone(),
            key: IdempotencyKey::parse(&self.key).unwrap(),
            fingerprint: fingerprint.clone(),
            cart_version: self.version,
            expected_total: self.expected_total,
            address: Address::default(),
            number: OrderNumber::from_random(random::bytes()),
            at: UnixTime(0),
            allowance: ANY_NUMBER,
        };
        Ok(store.place_order(purchase).await?.order.number)
    }
}

fn sqlx_error(error: serde_json::Error) -> sqlx::Error {
    sqlx::Error::Encode(error.into())
}

fn line(id: &str, pieces: u32) -> CartLine {
    CartLine { product_id: super::id(id), quantity: Quantity::new(pieces).unwrap() }
}

fn cart_lines(lines: &[(usize, u32)]) -> Vec<CartLine> {
    let mut distinct: Vec<CartLine> = Vec::new();
    for (product, pieces) in lines {
        let line = line(PRODUCTS[*product], *pieces);
        if distinct.iter().all(|other| other.product_id != line.product_id) {
            distinct.push(line);
        }
    }
    distinct
}
