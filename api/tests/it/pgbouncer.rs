//! Behind PgBouncer in transaction mode, where each transaction may have another connection of the server.

use std::collections::HashSet;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use shared::{Order, paths};
use tempfile::TempDir;
use tokio::net::UnixStream;
use tokio::time::{Instant, sleep};

use crate::database::Database;
use crate::shop::{Api, Shop, lines};

const TIMEOUT: Duration = Duration::from_secs(20);

/// Connections of the server, for all who ask: fewer than either API has, so that they change hands.
const SERVER_CONNECTIONS: u32 = 3;

/// A pooler of a test's own.
struct Pooler {
    folder: TempDir,
    process: Child,
    database: String,
}

impl Pooler {
    /// Before the database of this address.
    async fn start(direct: &str) -> Self {
        let (rest, host) = direct.split_once("?host=").unwrap();
        let database = rest.rsplit('/').next().unwrap().to_owned();
        let folder = tempfile::tempdir().unwrap();
        // Whom it runs as where this is root.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let path = folder.path().display();
        let configuration = format!(
            "[databases]\n{database} = host={host} user=grove\n[pgbouncer]\nlisten_addr =\nlisten_port = 6432\n\
             unix_socket_dir = {path}\nauth_type = trust\nauth_file = {path}/users\nlogfile = {path}/log\npool_mode = transaction\n\
             default_pool_size = {SERVER_CONNECTIONS}\nmax_client_conn = 100\n"
        );
        let file = folder.path().join("pgbouncer.ini");
        fs::write(&file, configuration).unwrap();
        fs::write(folder.path().join("users"), "\"grove\" \"\"\n").unwrap();
        let program = ["/usr/sbin/pgbouncer", "pgbouncer"];
        let program =
            program.into_iter().find(|program| fs::exists(program).unwrap_or(false)).unwrap_or("pgbouncer");
        let mut command = Command::new(program);
        if fs::metadata("/proc/self").unwrap().uid() == 0 {
            // Whose the server's socket is.
            command.args(["--user", "postgres"]);
        }
        command.arg("--quiet").arg(&file);
        let process = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        let process = process.expect("pgbouncer can be started (Debian: apt-get install pgbouncer)");
        let pooler = Self { folder, process, database };
        let begun = Instant::now();
        while UnixStream::connect(pooler.folder.path().join(".s.PGSQL.6432")).await.is_err() {
            assert!(begun.elapsed() < TIMEOUT, "PgBouncer does not start");
            sleep(Duration::from_millis(10)).await;
        }
        pooler
    }

    fn url(&self) -> String {
        let Self { folder, database, .. } = self;
        format!("postgres://grove@localhost:6432/{database}?host={}", folder.path().display())
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("{}", fs::read_to_string(self.folder.path().join("log")).unwrap_or_default());
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn behind(shop: &Shop, url: &str) -> Api {
    shop.replica(|settings| settings.database_url = url.to_owned()).await
}

#[tokio::test]
async fn two_replicas_share_few_connections_and_lose_and_double_nothing() {
    let shop = Shop::open_on(Database::Postgres).await;
    shop.sell(&[("spade", 100, 500), ("rake", 100, 500)]);
    let pooler = Pooler::start(&shop.database_url).await;
    let url = pooler.url() + "&pool_mode=transaction";
    let replicas = [behind(&shop, &url).await, behind(&shop, &url).await];
    let buy = async |person: u32| {
        let token = shop.someone(&format!("00ubuyer{person:012}"));
        let mut numbers = Vec::new();
        for order in 0..5_u32 {
            let api = &replicas[usize::from(!(person + order).is_multiple_of(2))];
            let key = format!("k{order}");
            let cart = api.fill(&token, &lines(&[("spade", 1), ("rake", 2)])).await;
            let body = crate::shop::order_of(&cart);
            let placed: Order = api.order(&token, &key, &body).await.expect(201).json();
            // The same again elsewhere.
            let other = &replicas[usize::from((person + order).is_multiple_of(2))];
            let again: Order = other.order(&token, &key, &body).await.expect(201).json();
            assert_eq!(again.number, placed.number);
            other.get(&format!("{}?q=spade", paths::PRODUCTS)).await.expect(200);
            numbers.push(placed.number);
        }
        assert_eq!(replicas[0].orders_of(&token).await.len(), 5);
        numbers
    };
    let numbers: HashSet<_> = join_all((0..12).map(buy)).await.into_iter().flatten().collect();
    assert_eq!(numbers.len(), 60);
    let left = [replicas[0].product("spade").await.stock, replicas[1].product("rake").await.stock];
    assert_eq!(left, [440, 380]);
    // Settings of a transaction end with it.
    let body = json!({"pieces": 10});
    let request =
        replicas[0].request(Method::POST, &format!("{}/spade{}", paths::STAFF_PRODUCTS, paths::RESTOCK));
    let request = request.bearer_auth(shop.staff()).header(paths::IDEMPOTENCY_KEY, "delivery").json(&body);
    assert_eq!(request.send().await.unwrap().status(), 200);
    assert_eq!(replicas[1].product("spade").await.stock, 450);
    for replica in replicas {
        replica.stop().await;
    }
    shop.close().await;
}

#[tokio::test]
async fn a_schema_is_brought_up_to_date_at_the_server_itself() {
    let shop = Shop::open().await;
    let direct = Database::Postgres.url(shop.folder.path()).await;
    let pooler = Pooler::start(&direct).await;
    let pooled = pooler.url() + "&pool_mode=transaction";
    let migrate = |url: &str| {
        let output = shop.program().env("DATABASE_URL", url).arg("migrate").output().unwrap();
        (output.status.success(), String::from_utf8(output.stderr).unwrap())
    };
    let (done, told) = migrate(&pooled);
    assert!(!done && told.contains("without a pooler"), "{told}");
    assert!(migrate(&direct).0);
    let (done, told) = migrate(&pooled);
    assert!(done, "{told}");
    let api = behind(&shop, &pooled).await;
    api.get(paths::PRODUCTS).await.expect(200);
    api.stop().await;
    shop.close().await;
}
