//! Connections that wait, and heads that do not end.

use std::time::Duration;

use super::{
    clients, connect, others_are_served, read_head, send, start, start_with_few_descriptors, still_open,
};
use crate::shop::Shop;

const HELLO: &[u8] = b"GET /api/hello HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// Longer than any idle connection is kept.
const LONG: Duration = Duration::from_secs(25);

#[tokio::test]
async fn a_head_has_a_deadline_on_every_request_of_a_connection() {
    let shop = Shop::open().await;
    let program = start(&shop);
    let address = program.address();
    let begun = clients(50, || async move {
        let mut stream = connect(address).await;
        send(&mut stream, HELLO).await;
        assert!(read_head(&mut stream).await.starts_with("HTTP/1.1 200"));
        send(&mut stream, b"G").await;
        stream
    })
    .await;
    assert_eq!(still_open(begun, LONG).await, 0, "open after an unfinished second head");
    shop.close().await;
}

#[tokio::test]
async fn a_head_that_trickles_in_is_given_up() {
    let shop = Shop::open().await;
    let program = start(&shop);
    let mut stream = connect(program.address()).await;
    send(&mut stream, HELLO).await;
    read_head(&mut stream).await;
    let (mut reader, mut writer) = stream.into_split();
    let trickle = tokio::spawn(async move {
        use tokio::io::AsyncWriteExt as _;
        let mut beat = tokio::time::interval(Duration::from_millis(500));
        while writer.write_all(b"G").await.is_ok() {
            beat.tick().await;
        }
    });
    let mut nowhere = tokio::io::sink();
    let rest = tokio::io::copy(&mut reader, &mut nowhere);
    assert!(tokio::time::timeout(LONG, rest).await.is_ok(), "it is still read");
    trickle.abort();
    shop.close().await;
}

#[tokio::test]
async fn more_connections_than_descriptors_keep_nobody_out() {
    let shop = Shop::open().await;
    let program = start_with_few_descriptors(&shop);
    let address = program.address();
    let hostile = clients(1_100, || async move {
        let mut stream = connect(address).await;
        send(&mut stream, HELLO).await;
        read_head(&mut stream).await;
        send(&mut stream, b"G").await;
        stream
    })
    .await;
    others_are_served(&program, 5).await;
    drop(hostile);
    shop.close().await;
}
