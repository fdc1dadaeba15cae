//! Bodies that do not end.

use std::time::Duration;

use super::{TIMEOUT, clients, connect, others_are_served, read_head, send, start, still_open};
use crate::shop::Shop;
use shared::paths;

#[tokio::test]
async fn a_body_without_end_holds_no_connection_after_its_answer() {
    let shop = Shop::open().await;
    let program = start(&shop);
    let address = program.address();
    let endless = clients(50, || async move {
        let mut stream = connect(address).await;
        let request = b"POST /api/orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
            Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n";
        send(&mut stream, request).await;
        assert!(read_head(&mut stream).await.starts_with("HTTP/1.1 401"));
        stream
    })
    .await;
    assert_eq!(still_open(endless, Duration::from_secs(25)).await, 0, "open after the answer");
    shop.close().await;
}

#[tokio::test]
async fn bodies_that_trickle_in_take_nobodys_place() {
    let shop = Shop::open().await;
    let program = start(&shop);
    let (address, alice, bob) = (program.address(), shop.alice(), shop.bob());
    let head = format!(
        "PUT /api/cart HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Authorization: Bearer {alice}\r\nContent-Length: 60000\r\n\r\n{{"
    );
    let trickling = clients(300, || {
        let head = head.clone();
        async move {
            let mut stream = connect(address).await;
            send(&mut stream, head.as_bytes()).await;
            stream
        }
    })
    .await;
    for _ in 0..5 {
        others_are_served(&program, 1).await;
        let cart = tokio::time::timeout(TIMEOUT, program.client.get_as(&bob, paths::CART));
        cart.await.expect("an answer").expect(200);
    }
    drop(trickling);
    shop.close().await;
}
