//! Writes that fail in the middle of checkouts, as on a broken disk: the system refuses to let a file grow (`EFBIG`), at
//! every place where a transaction may be. SQLite takes that for what it is, an error of the disk.

use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use rustix::process::{Pid, Resource, Rlimit, prlimit};
use shared::{Order, paths};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::database::Database;
use crate::kill::{STOCK, check_all_or_nothing, check_books, quick};
use crate::program::Program;
use crate::shop::{Shop, lines, order_of};

const ROUNDS: u32 = 100;

/// Within how many frames after the end of the log the writes fail; a checkout writes about half as many.
const FRAMES: f64 = 30.0;

/// The log of SQLite: a header, and frames of a header and a page (sqlite.org/walformat.html).
const WAL_HEADER: u64 = 32;
const FRAME: u64 = 24 + 4096;

#[tokio::test]
async fn writes_that_fail_anywhere_in_a_checkout_lose_and_double_nothing() {
    let shop = Shop::open_on(Database::Sqlite).await;
    shop.sell(&[("spade", 1999, STOCK), ("twine", 250, STOCK)]);
    let (alice, staff) = (shop.alice(), shop.staff());
    let program = start_with_a_disk_that_may_fail(&shop);
    let client = &program.client;
    let (mut confirmed, mut refused) = (Vec::<Order>::new(), 0);
    for round in 0..ROUNDS {
        let body = order_of(&client.fill(&alice, &lines(&[("spade", 1), ("twine", 2)])).await);
        let key = format!("round-{round}");
        // Steps of the golden ratio: every part of a transaction gets its turn.
        let room = ((f64::from(round) * 0.618_034).fract() * FRAMES * FRAME as f64) as u64;
        limit_files(&program, Some(end_of_log(shop.folder.path()) + room));
        let answer = client.order(&alice, &key, &body).await;
        // Reading goes on.
        client.get(paths::READYZ).await.expect(200);
        client.get(paths::PRODUCTS).await.expect(200);
        limit_files(&program, None);
        assert!(matches!(answer.status, 201 | 503), "{answer:?}");
        if answer.status == 503 {
            assert_eq!(answer.code(), "unavailable");
            refused += 1;
        }
        check_all_or_nothing(client, &alice, &confirmed).await;
        let order: Order = client.order(&alice, &key, &body).await.expect(201).json();
        assert!(answer.status == 503 || answer.json::<Order>() == order, "round {round}");
        confirmed.push(order);
    }
    check_books(client, &staff, &confirmed).await;
    // Else the test tested nothing.
    assert!((ROUNDS / 5..ROUNDS).contains(&refused), "{refused} of {ROUNDS} were refused");
    program.kill();
    let options: sqlx::sqlite::SqliteConnectOptions = shop.database_url.parse().unwrap();
    let mut connection = options.connect().await.unwrap();
    let verdict: String =
        sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut connection).await.unwrap();
    assert_eq!(verdict, "ok");
    connection.close().await.unwrap();
    shop.close().await;
}

/// The program, which a write beyond the limit does not kill: it hears an error, as of a disk.
fn start_with_a_disk_that_may_fail(shop: &Shop) -> Program {
    let api = quick(shop.program());
    let mut shell = std::process::Command::new("/bin/sh");
    shell.args(["-c", "trap '' XFSZ; exec \"$0\""]).arg(api.get_program());
    shell.env_clear().current_dir(shop.folder.path());
    for (name, value) in api.get_envs() {
        shell.env(name, value.unwrap_or_default());
    }
    Program::spawn(shell, &shop.org)
}

/// No file of the program may be written beyond so many bytes.
fn limit_files(program: &Program, bytes: Option<u64>) {
    let process = Pid::from_raw(i32::try_from(program.id()).unwrap());
    prlimit(process, Resource::Fsize, Rlimit { current: bytes, maximum: None }).unwrap();
}

/// Where the next frame is written. How many there are stands in the index of the log (`mxFrame`).
fn end_of_log(folder: &Path) -> u64 {
    let mut frames = [0; 4];
    File::open(folder.join("grove.sqlite-shm")).unwrap().read_exact_at(&mut frames, 16).unwrap();
    let end = WAL_HEADER + u64::from(u32::from_ne_bytes(frames)) * FRAME;
    assert!(end <= fs::metadata(folder.join("grove.sqlite-wal")).unwrap().len());
    end
}
