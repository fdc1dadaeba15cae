//! The probes, and an issuer that is away when the shop opens.

use std::net::TcpListener;
use std::time::Duration;

use okta_local::{App, Org};
use okta_types::Issuer;
use serde_json::{Value, json};
use shared::paths;
use tokio::time::{Instant, sleep, timeout};

use crate::shop::{Api, SPA_ORIGIN, Shop, url_of};

/// How long the shop may take to notice that its issuer is there.
const TIMEOUT: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_shop_with_its_issuer_is_ready() {
    let shop = Shop::open().await;
    shop.api.get(paths::LIVEZ).await.expect(200);
    shop.api.get(paths::READYZ).await.expect(200);
    shop.close().await;
}

#[tokio::test]
async fn a_shop_opens_without_its_issuer_and_is_ready_once_it_is_there() {
    let placeholder = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = placeholder.local_addr().unwrap().port();
    drop(placeholder);
    let app = || App::spa("Grove").redirect_uri(format!("{SPA_ORIGIN}/login/callback"));
    let client_id = {
        let org = Org::builder().port(0).app(app()).start().await.unwrap();
        let id = org.client_id().to_owned();
        org.stop().await;
        id
    };
    let folder = tempfile::tempdir().unwrap();
    let issuer = Issuer::parse(&format!("http://localhost:{port}/oauth2/default")).unwrap();
    let api = Api::start(&issuer, &client_id, &url_of(&folder.path().join("grove.sqlite"))).await;

    api.get(paths::LIVEZ).await.expect(200);
    api.get(paths::PRODUCTS).await.expect(200);
    let waiting = api.get(paths::READYZ).await.expect(503);
    assert_eq!(waiting.code(), "unavailable");
    assert_eq!(waiting.json::<Value>()["not_ready"], json!(["keys"]));
    assert_eq!(waiting.detail(), "The issuer's keys are not known.");
    api.get(paths::ORDERS).await.expect(401);

    let org = Org::builder().port(port).app(app()).start().await.unwrap();
    let token = org.mint_access_token(|claims| {
        claims.insert("scp".to_owned(), [paths::SCOPE_READ].as_slice().into());
    });
    timeout(TIMEOUT, until_ready(&api)).await.expect("ready in time");
    api.get_as(&token, paths::ORDERS).await.expect(200);
    api.stop().await;
    org.stop().await;
}

/// While the keys are unknown a good token is no worse than the answer: 503, not 401.
#[tokio::test]
async fn without_keys_a_token_is_not_blamed() {
    let shop = Shop::open().await;
    let folder = tempfile::tempdir().unwrap();
    let issuer = Issuer::parse("http://localhost:9/oauth2/default").unwrap();
    let token = shop.org.mint_access_token(|claims| {
        claims.insert("iss".to_owned(), issuer.as_str().into());
    });
    let api = Api::start(&issuer, shop.org.client_id(), &url_of(&folder.path().join("grove.sqlite"))).await;
    assert_eq!(api.get_as(&token, paths::ORDERS).await.expect(503).code(), "unavailable");
    api.stop().await;
    shop.close().await;
}

async fn until_ready(api: &Api) {
    let started = Instant::now();
    while api.get(paths::READYZ).await.status != 200 {
        assert!(started.elapsed() < TIMEOUT);
        sleep(Duration::from_millis(100)).await;
    }
}
