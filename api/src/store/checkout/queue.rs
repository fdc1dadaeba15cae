//! Where orders wait for the transaction that they share. While one is being committed, the next ones collect here: a
//! quiet shop places each order at once, a busy one many with one commit.

use std::sync::Arc;

use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use shared::Order;
use tokio::sync::{mpsc, oneshot};
use tracing::{Instrument as _, Span};

use super::purchase::Purchase;
use crate::store::StoreError;
use crate::telemetry::{Distribution, Named};

/// The name of their metric, and what it says.
pub(crate) const BATCH_SIZES: Named =
    ("checkout_batch_orders", "Orders that shared a commit, for each commit");

/// At most this many orders share a transaction.
pub(super) const CAPACITY: usize = 64;

/// Hands orders to a worker. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct CheckoutQueue {
    waiting: mpsc::Sender<Waiting>,
    batch_sizes: BatchSizes,
}

/// How many orders were placed with one commit, each time: 1 to 64. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct BatchSizes {
    counted: Histogram,
    exported: Distribution,
}

impl BatchSizes {
    fn new() -> Self {
        Self { counted: Histogram::new(sizes()), exported: Distribution::new(BATCH_SIZES, sizes().collect()) }
    }

    /// Counts a commit.
    pub(super) fn observe(&self, orders: usize) {
        // At most 64.
        self.counted.observe(orders as f64);
        self.exported.record(orders as f64);
    }
}

fn sizes() -> impl Iterator<Item = f64> {
    exponential_buckets(1.0, 2.0, 7)
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
    /// While whose span it waits.
    pub(super) span: Span,
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
        (Self { waiting: queue, batch_sizes: BatchSizes::new() }, waiting)
    }

    /// How many orders were placed with one commit, each time: 1 to 64.
    pub(in crate::store) fn batch_sizes(&self) -> &Histogram {
        &self.batch_sizes.counted
    }

    /// Where they are counted.
    pub(super) fn counter(&self) -> BatchSizes {
        self.batch_sizes.clone()
    }

    /// Places an order together with those that wait now.
    pub(super) async fn place(&self, purchase: Arc<Purchase>) -> Answer {
        let span = tracing::debug_span!("order waits for a commit");
        self.place_within(purchase, span.clone()).instrument(span).await
    }

    async fn place_within(&self, purchase: Arc<Purchase>, span: Span) -> Answer {
        let (answer, answered) = oneshot::channel();
        // Without a worker each order is placed individually: its key allows no second one.
        match self.waiting.send(Waiting { purchase, span, answer }).await {
            Ok(()) => answered.await.unwrap_or(Answer::PlaceIndividually),
            Err(_) => Answer::PlaceIndividually,
        }
    }
}
