//! Orders that share a transaction: all of them or none, and nobody is harmed by another one's refusal.

use std::sync::Arc;

use futures_util::future::join_all;
use okta_actix::Subject;
use okta_types::UnixTime;
use shared::{Address, Cart, CartLine, Money, Quantity};

use super::{ANY_NUMBER, id, on_both, product};
use crate::idempotency::{Fingerprint, IdempotencyKey};
use crate::order_number::OrderNumber;
use crate::people::tests::subject;
use crate::random;
use crate::store::checkout::batch::{self, BatchError};
use crate::store::{PlaceOrderError, Purchase, Store};

on_both!(
    either_all_of_them_are_placed_or_the_rejected_are_named,
    a_refused_order_harms_nobody_who_waits_with_it,
    an_order_waits_for_a_row_that_somebody_holds_by_itself,
);

async fn either_all_of_them_are_placed_or_the_rejected_are_named(store: Store) {
    let mut shoppers = Shoppers::with_carts(&store, 8, &[("a", 2), ("b", 1)]).await;
    let good = shoppers.purchases();
    let (first, fine) = (good[0].number.clone(), &good[4..]);
    let place = async |purchases: &[Arc<Purchase>]| batch::place(&store.pools, purchases).await;
    // A cart at another version, another total, an empty cart, a number that another order has.
    shoppers.carts[0].version += 1;
    shoppers.carts[1].total = Money::from_cents(1);
    store.put_cart(&shoppers.people[2], 1, &[]).await.unwrap();
    shoppers.carts[2].version = 2;
    let mixed = shoppers.purchases();
    for (rejected, at) in [(&mixed[0], 0), (&mixed[1], 2), (&mixed[2], 4)] {
        let mut batch = fine.to_vec();
        batch.insert(at, Arc::clone(rejected));
        let outcome = place(&batch).await;
        assert!(matches!(&outcome, Err(BatchError::Rejected(indices)) if *indices == [at]), "{outcome:?}");
        assert_eq!(
            (stock(&store, "a").await, store.cart(&shoppers.people[4]).await.unwrap().lines.len()),
            (100, 2)
        );
    }
    let orders = place(fine).await.unwrap();
    assert_eq!(orders.len(), 4);
    for (order, purchase) in orders.iter().zip(fine) {
        let kept = store.order(Some(&purchase.owner), &purchase.number).await.unwrap().unwrap();
        assert_eq!((order, order.total.cents()), (&kept, 2 * 100 + 200));
        assert!(store.cart(&purchase.owner).await.unwrap().lines.is_empty());
    }
    assert_eq!((stock(&store, "a").await, stock(&store, "b").await), (92, 96));
    // A key that was used, and a number that is taken.
    let again = place(&[Arc::clone(&good[3]), Arc::clone(&fine[0])]).await;
    assert!(matches!(&again, Err(BatchError::Rejected(indices)) if *indices == [1]), "{again:?}");
    let mut taken = shoppers.purchase(3);
    taken.number = fine[1].number.clone();
    let taken = place(&[Arc::new(taken)]).await;
    assert!(matches!(&taken, Err(BatchError::Rejected(indices)) if *indices == [0]), "{taken:?}");
    assert!(store.order(None, &first).await.unwrap().is_none());
    store.close().await;
}

async fn a_refused_order_harms_nobody_who_waits_with_it(store: Store) {
    const BUYERS: usize = 40;
    let mut shoppers = Shoppers::with_carts(&store, BUYERS, &[("a", 1), ("b", 1)]).await;
    // Every fourth is refused, each for another reason.
    for at in (0..BUYERS).step_by(4) {
        match at % 3 {
            0 => shoppers.carts[at].version += 7,
            1 => shoppers.carts[at].total = Money::from_cents(1),
            _ => drop(store.put_cart(&shoppers.people[at], 1, &[]).await.unwrap()),
        }
    }
    let orders = (0..BUYERS).map(|at| store.place_order(shoppers.purchase(at)));
    let outcomes = join_all(orders).await;
    for (at, outcome) in outcomes.iter().enumerate() {
        let as_expected = match (at % 4, at % 3, outcome) {
            (0, 1, Err(PlaceOrderError::TotalChanged { total })) => total.cents() == 300,
            (0, 0 | 2, Err(PlaceOrderError::CartChanged)) | (1..4, _, Ok(_)) => true,
            _ => false,
        };
        assert!(as_expected, "{at}: {outcome:?}");
    }
    assert_eq!(stock(&store, "a").await, 100 - 30);
    store.close().await;
}

/// Somebody else changes a person's cart and takes a long time over it: the others do not wait so long.
async fn an_order_waits_for_a_row_that_somebody_holds_by_itself(store: Store) {
    let shoppers = Shoppers::with_carts(&store, 3, &[("a", 1)]).await;
    if matches!(store.pools, crate::store::pools::Pools::Sqlite { .. }) {
        // There one writes at a time, whatever it is.
        return store.close().await;
    }
    let mut holder = store.pools.begin().await.unwrap();
    let hold = "UPDATE carts SET version = version WHERE person = $1";
    let first = &shoppers.people[0];
    holder.session().execute(hold, crate::store::session::args![first.id()]).await.unwrap();
    let held = store.place_order(shoppers.purchase(0));
    let others = async {
        let others = [1, 2].map(|at| store.place_order(shoppers.purchase(at)));
        let outcomes = join_all(others).await;
        assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
        holder.commit().await.unwrap();
    };
    let (held, ()) = tokio::join!(held, others);
    assert!(held.is_ok(), "{held:?}");
    assert_eq!(stock(&store, "a").await, 97);
    store.close().await;
}

/// People whose carts hold the same.
struct Shoppers {
    people: Vec<Subject>,
    carts: Vec<Cart>,
}

impl Shoppers {
    async fn with_carts(store: &Store, people: usize, lines: &[(&str, u32)]) -> Self {
        store.replace_catalogue(&[product("a", "A", 100, 100), product("b", "B", 200, 100)]).await.unwrap();
        let lines: Vec<_> = lines
            .iter()
            .map(|(product, pieces)| CartLine {
                product_id: id(product),
                quantity: Quantity::new(*pieces).unwrap(),
            })
            .collect();
        let people: Vec<_> = (0..people).map(|at| subject(&format!("shopper-{at}"))).collect();
        let mut carts = Vec::new();
        for person in &people {
            carts.push(store.put_cart(person, 0, &lines).await.unwrap());
        }
        Self { people, carts }
    }

    fn purchases(&self) -> Vec<Arc<Purchase>> {
        (0..self.people.len()).map(|at| Arc::new(self.purchase(at))).collect()
    }

    fn purchase(&self, at: usize) -> Purchase {
        Purchase {
            owner: self.people[at].clone(),
            key: IdempotencyKey::parse("k").unwrap(),
            fingerprint: Fingerprint::of(&"the same").unwrap(),
            cart_version: self.carts[at].version,
            expected_total: self.carts[at].total,
            address: Address::default(),
            number: OrderNumber::from_random(random::bytes()),
            at: UnixTime(0),
            allowance: ANY_NUMBER,
        }
    }
}

async fn stock(store: &Store, product: &str) -> u32 {
    store.product(&id(product)).await.unwrap().unwrap().stock
}
