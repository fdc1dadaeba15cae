//! Group commit for SQLite: changes that come at the same time share a transaction, and its commit. There is one writer,
//! and most of what it does for a small change is to wait for the disk.
//!
//! Whoever finds no transaction begins one, and its commit queues behind everybody who is waiting by then. They work in
//! turn, each in a savepoint of its own, and learn the outcome from the commit: nobody is told of a change that is not on
//! the disk. A quiet shop commits each change at once.

use std::fmt;
use std::sync::Arc;

use sqlx::{Executor as _, Sqlite, SqliteConnection, SqlitePool};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard, watch};

use super::StoreError;

/// `IMMEDIATE` takes the lock at once: a transaction that read first and asks for the lock later can be refused without
/// waiting.
const BEGIN: &str = "BEGIN IMMEDIATE";
const ROLL_BACK: &str = "ROLLBACK TO change; RELEASE change";

/// The writer, as those who change something take turns with it. Cheap to clone.
#[derive(Clone)]
pub(super) struct GroupCommit {
    writer: SqlitePool,
    turn: Arc<Mutex<Option<Open>>>,
    /// Lives as long as the program: commits may not end with one of the server's workers.
    runtime: Handle,
}

/// A transaction that is not committed yet, and those who wait for that.
struct Open {
    transaction: sqlx::Transaction<'static, Sqlite>,
    outcome: watch::Sender<Option<Outcome>>,
    /// Of the change that was made last.
    state: State,
}

type Outcome = Result<(), StoreError>;

enum State {
    Made,
    /// It is being made, or was given up.
    Unfinished,
    /// The whole transaction is lost: SQLite rolls it back by itself where the disk is full or broken
    /// (sqlite.org/lang_transaction.html, "Response To Errors Within A Transaction").
    Lost(Arc<sqlx::Error>),
}

/// A change that is being made. Dropped without a commit it never happened.
pub(super) struct Change(OwnedMappedMutexGuard<Option<Open>, Open>);

impl GroupCommit {
    /// Commits on the runtime that calls this.
    pub(super) fn new(writer: SqlitePool) -> Self {
        Self { writer, turn: Arc::default(), runtime: Handle::current() }
    }

    /// Begins a change, once those before it are made.
    pub(super) async fn begin(&self) -> Result<Change, StoreError> {
        let mut turn = Arc::clone(&self.turn).lock_owned().await;
        settle(&mut turn).await;
        if turn.is_none() {
            *turn = Some(self.open().await?);
        }
        let open = OwnedMutexGuard::try_map(turn, Option::as_mut);
        let mut open = open.map_err(|_| StoreError::from(sqlx::Error::WorkerCrashed))?;
        open.state = State::Unfinished;
        open.run("SAVEPOINT change").await?;
        Ok(Change(open))
    }

    async fn open(&self) -> Result<Open, StoreError> {
        let transaction = self.writer.begin_with(BEGIN).await?;
        let turn = Arc::clone(&self.turn);
        self.runtime.spawn(async move { commit(turn.lock_owned().await).await });
        Ok(Open { transaction, outcome: watch::Sender::new(None), state: State::Made })
    }
}

impl Open {
    async fn run(&mut self, statement: &'static str) -> Result<(), StoreError> {
        self.transaction.execute(statement).await.map(drop).map_err(|error| {
            let cause = Arc::new(error);
            self.state = State::Lost(Arc::clone(&cause));
            cause.into()
        })
    }
}

impl Change {
    pub(super) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.0.transaction
    }

    /// Lets the next one have its turn; done once all of them are on the disk.
    pub(super) async fn commit(mut self) -> Outcome {
        self.0.run("RELEASE change").await?;
        self.end().await
    }

    /// Takes it back, and lets the next one have its turn. Why it was refused may rest on what others have only just
    /// changed, so this, too, is done once that is on the disk.
    pub(super) async fn roll_back(mut self) {
        if self.0.run(ROLL_BACK).await.is_ok() {
            drop(self.end().await);
        }
    }

    async fn end(mut self) -> Outcome {
        let mut outcome = self.0.outcome.subscribe();
        self.0.state = State::Made;
        drop(self);
        match outcome.wait_for(Option::is_some).await {
            Ok(outcome) => outcome.clone().unwrap_or(Ok(())),
            // The program ends.
            Err(_) => Err(sqlx::Error::WorkerCrashed.into()),
        }
    }
}

/// Takes back what was not finished. Where the transaction is lost, all that have a part in it begin again.
async fn settle(turn: &mut Option<Open>) {
    let Some(open) = turn else { return };
    if let State::Unfinished = open.state
        && open.run(ROLL_BACK).await.is_ok()
    {
        open.state = State::Made;
    }
    if let State::Lost(cause) = &open.state {
        open.outcome.send_replace(Some(Err(StoreError::Conflict(Arc::clone(cause)))));
        *turn = None;
    }
}

async fn commit(mut turn: OwnedMutexGuard<Option<Open>>) {
    settle(&mut turn).await;
    // Where it was lost, another one may be there: that is committed a little early.
    let Some(Open { transaction, outcome, .. }) = turn.take() else { return };
    let committed = transaction.commit().await.map_err(StoreError::from);
    drop(turn);
    outcome.send_replace(Some(committed));
}

impl fmt::Debug for GroupCommit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GroupCommit").finish_non_exhaustive()
    }
}
