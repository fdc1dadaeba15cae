//! Takes orders from the queue and places them, as many at a time as wait there.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tracing::{Instrument as _, Span};

use super::batch::{self, BatchError};
use super::queue::{Answer, BatchSizes, CAPACITY, CheckoutQueue, Waiting};
use crate::store::changes::Changes;
use crate::store::pools::Pools;

/// How long a busy shop waits for as many orders as the last transaction had. A quiet one does not wait.
const GATHERING: Duration = Duration::from_millis(1);

/// Starts a worker on the runtime that calls this; its queue. It works as long as a clone of that exists.
pub(in crate::store) fn start(pools: Pools, changes: Changes) -> CheckoutQueue {
    let (queue, waiting) = CheckoutQueue::new();
    tokio::spawn(work(pools, changes, waiting, queue.counter()));
    queue
}

async fn work(pools: Pools, changes: Changes, mut queue: mpsc::Receiver<Waiting>, sizes: BatchSizes) {
    let (mut waiting, mut last) = (Vec::with_capacity(CAPACITY), 0);
    while queue.recv_many(&mut waiting, CAPACITY).await > 0 {
        // Who was answered just now comes again at once, one after the other: the first one waits for the others.
        let others = async {
            while waiting.len() < last {
                let room = CAPACITY - waiting.len();
                if queue.recv_many(&mut waiting, room).await == 0 {
                    break;
                }
            }
        };
        drop(tokio::time::timeout(GATHERING, others).await);
        last = waiting.len();
        let mut batch = one_of_each_person(waiting.drain(..));
        while !batch.is_empty() {
            batch = place(&pools, &changes, batch, &sizes).await;
        }
    }
}

/// A person's second order at a time is placed individually: of one cart there is one order.
fn one_of_each_person(waiting: impl Iterator<Item = Waiting>) -> Vec<Waiting> {
    let (mut people, mut batch) = (HashSet::new(), Vec::new());
    for one in waiting {
        if people.insert(one.purchase.owner.clone()) {
            batch.push(one);
        } else {
            one.tell(Answer::PlaceIndividually);
        }
    }
    batch
}

/// A trace of its own, which says for whom.
fn span_of(batch: &[Waiting]) -> Span {
    let span = tracing::debug_span!(parent: None, "orders share a commit", orders = batch.len() as i64);
    for one in batch {
        span.follows_from(&one.span);
    }
    span
}

/// Places these orders and answers them; returns those that are still to be placed, because others were rejected.
async fn place(pools: &Pools, changes: &Changes, batch: Vec<Waiting>, sizes: &BatchSizes) -> Vec<Waiting> {
    let purchases: Vec<_> = batch.iter().map(|one| Arc::clone(&one.purchase)).collect();
    let change = changes.begin();
    let placed = batch::place(pools, &purchases).instrument(span_of(&batch)).await;
    // Before anybody learns of it.
    drop(change);
    match placed {
        Ok(orders) => {
            tracing::debug!(orders = orders.len(), "orders placed with one commit");
            sizes.observe(orders.len());
            batch.into_iter().zip(orders).for_each(|(one, order)| one.tell(Answer::Placed(Box::new(order))));
            Vec::new()
        }
        Err(BatchError::Rejected(indices)) => {
            let rejected: HashSet<usize> = indices.into_iter().collect();
            let mut left = Vec::new();
            for (index, one) in batch.into_iter().enumerate() {
                if rejected.contains(&index) { one.tell(Answer::PlaceIndividually) } else { left.push(one) }
            }
            left
        }
        Err(BatchError::RetryIndividually(error)) => {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                orders = batch.len(),
                "orders are placed one by one"
            );
            batch.into_iter().for_each(|one| one.tell(Answer::PlaceIndividually));
            Vec::new()
        }
        Err(BatchError::Unavailable(error)) => {
            batch.into_iter().for_each(|one| one.tell(Answer::Unavailable(error.clone())));
            Vec::new()
        }
    }
}
