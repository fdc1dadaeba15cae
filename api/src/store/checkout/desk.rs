//! Where orders wait for the transaction that they share. While one is being committed the next ones collect: a
//! quiet shop places each order at once, a busy one many with one commit.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use shared::Order;
use tokio::sync::{mpsc, oneshot};

use super::Purchase;
use super::together::{self, Apart};
use crate::store::{Pools, StoreError};

/// So many orders share a transaction at most.
const MOST: usize = 64;

/// How long a busy shop waits for as many orders as the last transaction had. A quiet one does not wait.
const GATHERING: Duration = Duration::from_millis(1);

/// Takes orders in. It works as long as a clone of it is there.
#[derive(Clone, Debug)]
pub(crate) struct Desk(mpsc::Sender<Waiting>);

/// What became of an order.
#[derive(Debug)]
pub(super) enum Answer {
    /// It is placed: committed, and on the disk.
    Placed(Box<Order>),
    /// It must be placed by itself. Nothing was changed.
    Alone,
    /// The database cannot be used just now. Nothing was changed, unless the connection broke during the commit.
    Unavailable(StoreError),
}

#[derive(Debug)]
struct Waiting {
    purchase: Arc<Purchase>,
    answer: oneshot::Sender<Answer>,
}

impl Waiting {
    fn tell(self, answer: Answer) {
        // Whoever went away finds the order by its key.
        drop(self.answer.send(answer));
    }
}

impl Desk {
    /// Opens it, on the runtime that calls this.
    pub(in crate::store) fn open(pools: Pools) -> Self {
        let (desk, queue) = mpsc::channel(MOST);
        tokio::spawn(work(pools, queue));
        Self(desk)
    }

    /// Places an order with those that wait now.
    pub(super) async fn place(&self, purchase: Arc<Purchase>) -> Answer {
        let (answer, answered) = oneshot::channel();
        // Where nobody works here any more each order is placed alone: its key allows no second one.
        match self.0.send(Waiting { purchase, answer }).await {
            Ok(()) => answered.await.unwrap_or(Answer::Alone),
            Err(_) => Answer::Alone,
        }
    }
}

async fn work(pools: Pools, mut queue: mpsc::Receiver<Waiting>) {
    let (mut waiting, mut last) = (Vec::with_capacity(MOST), 0);
    while queue.recv_many(&mut waiting, MOST).await > 0 {
        // Who was answered just now comes again at once, one after the other: the first one waits for the others.
        let others = async {
            while waiting.len() < last {
                let room = MOST - waiting.len();
                if queue.recv_many(&mut waiting, room).await == 0 {
                    break;
                }
            }
        };
        drop(tokio::time::timeout(GATHERING, others).await);
        last = waiting.len();
        let mut batch = one_of_each_person(waiting.drain(..));
        while !batch.is_empty() {
            batch = place(&pools, batch).await;
        }
    }
}

/// A person's second order at a time goes alone: of one cart there is one order.
fn one_of_each_person(waiting: impl Iterator<Item = Waiting>) -> Vec<Waiting> {
    let (mut people, mut batch) = (HashSet::new(), Vec::new());
    for one in waiting {
        if people.insert(one.purchase.owner.clone()) {
            batch.push(one);
        } else {
            one.tell(Answer::Alone);
        }
    }
    batch
}

/// Places these orders and tells everyone; those are left whom others kept from it.
async fn place(pools: &Pools, batch: Vec<Waiting>) -> Vec<Waiting> {
    let purchases: Vec<_> = batch.iter().map(|one| Arc::clone(&one.purchase)).collect();
    match together::place(pools, &purchases).await {
        Ok(orders) => {
            tracing::debug!(orders = orders.len(), "orders placed with one commit");
            batch.into_iter().zip(orders).for_each(|(one, order)| one.tell(Answer::Placed(Box::new(order))));
            Vec::new()
        }
        Err(Apart::Misfits(places)) => {
            let places: HashSet<usize> = places.into_iter().collect();
            let mut left = Vec::new();
            for (place, one) in batch.into_iter().enumerate() {
                if places.contains(&place) { one.tell(Answer::Alone) } else { left.push(one) }
            }
            left
        }
        Err(Apart::Everyone(error)) => {
            tracing::warn!(error = &error as &dyn std::error::Error, orders = batch.len(), "orders go alone");
            batch.into_iter().for_each(|one| one.tell(Answer::Alone));
            Vec::new()
        }
        Err(Apart::Unavailable(error)) => {
            batch.into_iter().for_each(|one| one.tell(Answer::Unavailable(error.clone())));
            Vec::new()
        }
    }
}
