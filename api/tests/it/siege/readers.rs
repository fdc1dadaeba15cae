//! Answers that nobody takes.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use super::{clients, connect_with_small_window, others_are_served, send, start};
use crate::shop::Shop;

/// The largest file that the program has.
const SCRIPT: &[u8] = b"GET /api/docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: localhost\r\n\r\n";

const MIB: u64 = 1024 * 1024;

#[tokio::test]
async fn answers_that_nobody_takes_cost_little_memory_and_no_connection_for_long() {
    let shop = Shop::open().await;
    let program = start(&shop);
    // What is made once, on the first use, is no part of what a client costs.
    others_are_served(&program, 3).await;
    let (address, before) = (program.address(), program.resident_memory());
    let requests = SCRIPT.repeat(8);
    let slow = clients(400, || {
        let requests = requests.clone();
        async move {
            let mut stream = connect_with_small_window(address).await;
            send(&mut stream, &requests).await;
            // It has begun to answer.
            drop(stream.read_u8().await);
            stream
        }
    })
    .await;
    let grown = program.resident_memory().saturating_sub(before);
    assert!(grown < 50 * MIB, "grown by {} MiB", grown / MIB);
    others_are_served(&program, 3).await;
    assert_eq!(still_open_unread(slow, Duration::from_secs(25)).await, 0, "open and unread");
    shop.close().await;
}

/// How many the server has not torn down after this time, though nobody reads: to such a one nothing can be sent.
async fn still_open_unread(clients: Vec<TcpStream>, after: Duration) -> usize {
    let mut ends: JoinSet<_> = clients
        .into_iter()
        .map(|mut client| async move {
            let mut beat = tokio::time::interval(Duration::from_millis(500));
            let torn = async {
                while client.write_all(b"G").await.is_ok() {
                    beat.tick().await;
                }
            };
            timeout(after, torn).await.is_err()
        })
        .collect();
    let mut open = 0;
    while let Some(is_open) = ends.join_next().await {
        open += usize::from(is_open.unwrap());
    }
    open
}

#[tokio::test]
async fn a_slow_reader_does_not_delay_a_stop() {
    let shop = Shop::open().await;
    let program = start(&shop);
    let mut stream = connect_with_small_window(program.address()).await;
    send(&mut stream, &SCRIPT.repeat(8)).await;
    stream.read_u8().await.unwrap();
    let told = Instant::now();
    program.terminate().await;
    assert!(told.elapsed() < Duration::from_secs(8), "stopped after {:?}", told.elapsed());
    shop.close().await;
}
