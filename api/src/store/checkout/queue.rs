//! Where orders wait for the transaction that they share. While one is being committed, the next ones collect here: a
//! quiet shop places each order at once, a busy one many with one commit.

use std::sync::Arc;

use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use shared::Order;
use tokio::sync::{mpsc, oneshot};

use super::purchase::Purchase;
use crate::store::StoreError;

/// At most this many orders share a transaction.
pub(super) const CAPACITY: usize = 64;

/// Hands orders to a worker. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct CheckoutQueue {
    waiting: mpsc::Sender<Waiting>,
    batch_sizes: Histogram,
}

/// What became of an order.
#[derive(Debug)]
pub(super) enum Answer {
    /// It is placed: committed, and on the disk.
    Placed(Box<Order>),
    /// It must be placed in a transaction of its own. Nothing was changed.
    PlaceIndividually,
    /// The database cannot be used just now. Nothing was changed, unless the connection broke during the commit.
    Unavailable(StoreError),
}

/// An order that waits, and where its answer goes.
#[derive(Debug)]
pub(super) struct Waiting {
    /// What is ordered.
    pub(super) purchase: Arc<Purchase>,
    answer: oneshot::Sender<Answer>,
}

impl Waiting {
    /// Answers it.
    pub(super) fn tell(self, answer: Answer) {
        // Whoever went away finds the order by its key.
        drop(self.answer.send(answer));
    }
}

impl CheckoutQueue {
    /// An empty queue, and the end of it that a worker takes from.
    pub(super) fn new() -> (Self, mpsc::Receiver<Waiting>) {
        let (queue, waiting) = mpsc::channel(CAPACITY);
        (Self { waiting: queue, batch_sizes: Histogram::new(exponential_buckets(1.0, 2.0, 7)) }, waiting)
    }

    /// How many orders were placed with one commit, each time: 1 to 64.
    pub(in crate::store) fn batch_sizes(&self) -> &Histogram {
        &self.batch_sizes
    }

    /// Places an order together with those that wait now.
    pub(super) async fn place(&self, purchase: Arc<Purchase>) -> Answer {
        let (answer, answered) = oneshot::channel();
        // Without a worker each order is placed individually: its key allows no second one.
        match self.waiting.send(Waiting { purchase, answer }).await {
            Ok(()) => answered.await.unwrap_or(Answer::PlaceIndividually),
            Err(_) => Answer::PlaceIndividually,
        }
    }
}
