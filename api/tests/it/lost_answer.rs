//! A connection to PostgreSQL that breaks between a commit and its answer: nobody knows what became of the order, and who
//! asks again with the same key gets it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use futures_util::future::join_all;
use shared::{Order, paths};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};

use crate::cluster::Cluster;
use crate::shop::{Shop, limits, lines, order_of};

const SOCKET: &str = ".s.PGSQL.5432";

/// Stands between the API and PostgreSQL, and takes answers to commits away where it is told to.
struct Between {
    folder: TempDir,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    takes_answers: AtomicBool,
    taken: AtomicU32,
}

impl Between {
    /// Before the server whose socket is in this folder.
    fn start(server: &Path) -> Self {
        let (folder, shared) = (tempfile::tempdir().unwrap(), Arc::<Shared>::default());
        let listener = UnixListener::bind(folder.path().join(SOCKET)).unwrap();
        let (server, state) = (server.join(SOCKET), Arc::clone(&shared));
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let server = UnixStream::connect(&server).await.unwrap();
                tokio::spawn(Arc::clone(&state).carry(client, server));
            }
        });
        Self { folder, shared }
    }

    /// From now on, or no longer; how many were taken so far.
    fn take_answers(&self, takes: bool) -> u32 {
        self.shared.takes_answers.store(takes, Ordering::SeqCst);
        self.shared.taken.load(Ordering::SeqCst)
    }
}

impl Shared {
    /// Until one side ends, or an answer is taken: then both connections are gone at once.
    async fn carry(self: Arc<Self>, mut client: UnixStream, mut server: UnixStream) {
        let (mut asked, mut told) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
        let mut is_commit = false;
        loop {
            tokio::select! {
                Ok(length @ 1..) = client.read(&mut asked) => {
                    let holds = |word: &[u8]| asked[..length].windows(word.len()).any(|part| part == word);
                    is_commit = self.takes_answers.load(Ordering::SeqCst) && holds(b"COMMIT\0");
                    if server.write_all(&asked[..length]).await.is_err() { return }
                }
                Ok(length @ 1..) = server.read(&mut told) => {
                    if is_commit {
                        self.taken.fetch_add(1, Ordering::SeqCst);
                        return;
                    }
                    if client.write_all(&told[..length]).await.is_err() { return }
                }
                else => return,
            }
        }
    }
}

/// The program that fills the catalogue comes this way as well, while the test waits for it.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_whose_commit_nobody_heard_of_is_there_for_who_asks_again() {
    const BUYERS: usize = 8;
    let url = Cluster::shared().database().await;
    let (address, server) = url.rsplit_once("host=").unwrap();
    let between = Between::start(Path::new(server));
    let url = format!("{address}host={}", between.folder.path().display());
    let shop = Shop::open_at(url, tempfile::tempdir().unwrap(), limits()).await;
    shop.sell(&[("spade", 100, 100)]);
    let buyers: Vec<_> = (0..BUYERS).map(|i| shop.someone(&format!("00ubuyer{i:012}"))).collect();
    let spade = lines(&[("spade", 1)]);
    // One alone, and many that share transactions.
    for (key, count) in [("one", 1), ("many", BUYERS)] {
        let carts = join_all(buyers.iter().take(count).map(|token| shop.api.fill(token, &spade))).await;
        let bodies: Vec<_> = carts.iter().map(order_of).collect();
        let pairs = || buyers.iter().zip(&bodies);
        let (stock, before) = (shop.api.product("spade").await.stock, between.take_answers(true));
        let answers = join_all(pairs().map(|(token, body)| shop.api.order(token, key, body))).await;
        assert!(between.take_answers(false) > before, "{key}: no commit was met");
        let mut unknown = 0;
        for (answer, (token, body)) in answers.iter().zip(pairs()) {
            assert!(matches!(answer.status, 201 | 503), "{key}: {answer:?}");
            unknown += u32::from(answer.status == 503);
            let again: Order = shop.api.order(token, key, body).await.expect(201).json();
            assert!(answer.status == 503 || answer.json::<Order>() == again, "{key}");
            let path = format!("{}/{}", paths::ORDERS, again.number);
            assert_eq!(shop.api.get_as(token, &path).await.expect(200).json::<Order>(), again);
            assert!(shop.api.cart(token).await.lines.is_empty());
        }
        assert!(unknown > 0, "{key}: everybody was answered");
        assert_eq!(stock - shop.api.product("spade").await.stock, u32::try_from(count).unwrap(), "{key}");
    }
    let placed: usize =
        join_all(buyers.iter().map(|token| shop.api.orders_of(token))).await.iter().map(Vec::len).sum();
    assert_eq!(placed, 1 + BUYERS);
    shop.close().await;
}
