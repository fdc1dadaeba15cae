//! Changes that come to SQLite at the same time: one commit, and each of them all or nothing.

use std::future::{pending, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use futures_util::future::join_all;
use tokio::sync::Notify;

use super::{Opened, on_sqlite};
use crate::store::pools::Pools;
use crate::store::session::{Session, args};
use crate::store::{Store, StoreError};

/// Makes a cart for a person: something small that is changed.
async fn open_cart(session: &mut Session<'_>, person: &str) -> Result<(), StoreError> {
    let statement = "INSERT INTO carts (iss, person, version) VALUES ('iss', $1, 1)";
    Ok(session.execute(statement, args![person]).await.map(drop)?)
}

async fn carts(session: &mut Session<'_>) -> i64 {
    let (count,): (i64,) = session.fetch_one("SELECT COUNT(*) FROM carts", &[]).await.unwrap();
    count
}

/// As others see it.
async fn committed_carts(store: &Store) -> i64 {
    carts(&mut store.read().await.unwrap().session()).await
}

/// Makes these changes while the writer is busy with something else, so that all of them wait for it.
async fn together<T>(store: &Store, changes: impl Future<Output = T>) -> T {
    let Pools::Sqlite { writer, .. } = &store.pools else { unreachable!("it is SQLite's") };
    let busy = writer.acquire().await.unwrap();
    let mut changes = pin!(changes);
    let waiting = poll_fn(|context| Poll::Ready(changes.as_mut().poll(context).is_pending())).await;
    assert!(waiting);
    drop(busy);
    changes.await
}

#[tokio::test]
async fn changes_that_wait_at_the_same_time_share_a_commit() {
    let Opened { store, _folder } = on_sqlite().await;
    let changes = join_all((0..10).map(|at| {
        let store = &store;
        store.transact(async move |session| {
            open_cart(session, &format!("person-{at}")).await?;
            // What was done before is there, and nobody else sees it yet.
            Ok::<_, StoreError>((carts(session).await, committed_carts(store).await))
        })
    }));
    let seen: Vec<_> = together(&store, changes).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(seen, (1..11).map(|at| (at, 0)).collect::<Vec<_>>());
    assert_eq!(committed_carts(&store).await, 10);
    store.close().await;
}

#[tokio::test]
async fn a_change_that_fails_takes_nothing_of_the_others_with_it() {
    let Opened { store, _folder } = on_sqlite().await;
    let changes = join_all([("a", "twice"), ("b", "twice"), ("c", "once")].map(|people| {
        store.transact(async move |session| {
            open_cart(session, people.0).await?;
            open_cart(session, people.1).await
        })
    }));
    let changes = together(&store, changes).await;
    assert!(matches!(&changes[..], [Ok(()), Err(StoreError::Failed(_)), Ok(())]), "{changes:?}");
    assert_eq!(committed_carts(&store).await, 4);
    store.close().await;
}

#[tokio::test]
async fn a_change_that_is_given_up_takes_nothing_of_the_others_with_it() {
    let Opened { store, _folder } = on_sqlite().await;
    let begun = Notify::new();
    let first = store.transact(async |session| open_cart(session, "first").await);
    let given_up = async {
        let never_done = store.transact(async |session| {
            open_cart(session, "given up").await?;
            begun.notify_one();
            pending::<Result<(), StoreError>>().await
        });
        tokio::select! {
            _ = never_done => unreachable!("it never ends"),
            () = begun.notified() => {}
        }
    };
    let last = store.transact(async |session| open_cart(session, "last").await);
    let (first, (), last) = together(&store, async { tokio::join!(first, given_up, last) }).await;
    first.unwrap();
    last.unwrap();
    assert_eq!(committed_carts(&store).await, 2);
    store.transact(async |session| open_cart(session, "given up").await).await.unwrap();
    store.close().await;
}

/// SQLite rolls back a whole transaction where the disk is full or broken.
#[tokio::test]
async fn others_begin_again_where_the_transaction_that_they_share_is_lost() {
    let Opened { store, _folder } = on_sqlite().await;
    let attempts = AtomicUsize::new(0);
    let before = store.transact(async |session| {
        attempts.fetch_add(1, Ordering::Relaxed);
        open_cart(session, "before").await
    });
    let fatal = store.transact(async |session| {
        open_cart(session, "lost").await?;
        session.execute("ROLLBACK", &[]).await?;
        Err::<(), _>(StoreError::from(sqlx::Error::RowNotFound))
    });
    let after = store.transact(async |session| open_cart(session, "after").await);
    let (before, fatal, after) = together(&store, async { tokio::join!(before, fatal, after) }).await;
    before.unwrap();
    after.unwrap();
    assert!(matches!(fatal, Err(StoreError::Failed(_))), "{fatal:?}");
    assert_eq!(attempts.load(Ordering::Relaxed), 2);
    assert_eq!(committed_carts(&store).await, 2);
    store.close().await;
}

#[tokio::test]
async fn nobody_is_told_of_a_change_that_could_not_be_committed() {
    let Opened { store, _folder } = on_sqlite().await;
    let good = store.transact(async |session| open_cart(session, "good").await);
    let bad = store.transact(async |session| {
        open_cart(session, "bad").await?;
        // Refused at the commit: there is no such order.
        let statement =
            "INSERT INTO idempotency_keys (iss, person, key, fingerprint, order_number, created_at)
                         VALUES ('iss', 'bad', 'key', x'00', 'none', 0)";
        Ok::<_, StoreError>(session.execute(statement, &[]).await.map(drop)?)
    });
    let outcomes: (Result<(), _>, _) = together(&store, async { tokio::join!(good, bad) }).await;
    assert!(matches!(outcomes, (Err(StoreError::Failed(_)), Err(StoreError::Failed(_)))), "{outcomes:?}");
    assert_eq!(committed_carts(&store).await, 0);
    store.transact(async |session| open_cart(session, "good").await).await.unwrap();
    store.close().await;
}
