//! The program as a process: it stops when it is told to, and keeps what it hears to itself.

use reqwest::Method;
use shared::paths;

use crate::program::Program;
use crate::shop::{Shop, lines, order_of};

#[cfg(unix)]
#[tokio::test]
async fn it_stops_on_sigterm_and_no_token_is_in_its_log() {
    let shop = Shop::open().await;
    let process = Program::start(&shop);
    let token = shop.alice();
    let order = order_of(&shop.api.fill(&token, &lines(&[("apple-sapling", 1)])).await);
    let order = process
        .client
        .request(Method::POST, &format!("{}?secret-in-query", paths::ORDERS))
        .bearer_auth(&token)
        .header(paths::IDEMPOTENCY_KEY, "secret-key")
        .json(&order);
    assert_eq!(order.send().await.unwrap().status(), 201);
    process.client.get_as("a.secret.token", paths::ORDERS).await.expect(401);
    let log = process.terminate().await;
    assert!(log.contains("path=\"/api/orders\" status=201"), "{log}");
    for secret in [token.as_str(), token.rsplit('.').next().unwrap(), "secret"] {
        assert!(!log.contains(secret), "{secret} is in the log: {log}");
    }
    shop.close().await;
}

#[tokio::test]
async fn a_log_that_nobody_watches_has_no_colours_and_says_once_that_keys_are_missing() {
    let shop = Shop::open().await;
    let mut command = shop.program();
    command.env("OKTA_OAUTH2_ISSUER", "http://localhost:9/oauth2/default");
    let program = Program::spawn_as_it_is(command.env("OKTA_OAUTH2_CLIENT_ID", shop.org.client_id()));
    program.client.get(paths::LIVEZ).await.expect(200);
    let log = program.terminate().await;
    assert!(!log.contains('\u{1b}'), "{log}");
    let first = |line: &&str| line.contains("failures=1") || line.contains("not known yet");
    assert_eq!(log.lines().filter(first).count(), 1, "{log}");
    shop.close().await;
}
