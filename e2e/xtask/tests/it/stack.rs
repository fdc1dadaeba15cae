//! The stack without a browser: the parts know each other's addresses.

use std::fs;
use std::net::TcpListener;

use shared::{ProductPage, paths};
use tempfile::TempDir;
use xtask::stack::{Listeners, Ports, Stack};

async fn start() -> (Stack, TempDir) {
    let dist = tempfile::tempdir().unwrap();
    let page = r#"<script type="application/json" id="grove-config"></script>"#;
    fs::write(dist.path().join("index.html"), page).unwrap();
    (Stack::builder(dist.path().to_owned()).start().await.unwrap(), dist)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_names_the_org_and_the_api_and_both_let_it_in() {
    let (stack, _dist) = start().await;
    let client = okta_cli::http::loopback();
    let page = client.get(stack.spa_url()).send().await.unwrap().text().await.unwrap();
    assert!(page.contains(stack.issuer()) && page.contains(&stack.api_url()), "{page}");
    assert!(page.contains(stack.org().unwrap().client_id()), "{page}");

    for address in [
        format!("{}{}", stack.api_url(), paths::PRODUCTS),
        format!("{}/.well-known/openid-configuration", stack.issuer()),
    ] {
        let response = client.get(&address).header("origin", stack.spa_url()).send().await.unwrap();
        assert_eq!(response.status(), 200, "{address}");
        assert_eq!(response.headers()["access-control-allow-origin"], stack.spa_url(), "{address}");
    }
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_org_knows_the_addresses_that_the_shop_uses() {
    let (stack, _dist) = start().await;
    let authorize = |redirect: String| {
        let query = [
            ("client_id", stack.org().unwrap().client_id()),
            ("response_type", "code"),
            ("scope", "openid"),
            ("state", "s"),
            ("nonce", "n"),
            ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
            ("code_challenge_method", "S256"),
            ("redirect_uri", &redirect),
        ];
        let address = format!("{}/v1/authorize", stack.issuer());
        let address = reqwest::Url::parse_with_params(&address, query).unwrap();
        async { okta_cli::http::loopback().get(address).send().await.unwrap().status() }
    };
    assert_eq!(authorize(format!("{}{}", stack.spa_url(), paths::LOGIN_CALLBACK)).await, 200);
    assert_eq!(authorize(format!("{}/elsewhere", stack.spa_url())).await, 400);
    stack.stop().await;
}

/// How the org refuses a refresh token that nobody ever had.
async fn refusal(stack: &Stack, client_id: &str) -> String {
    let form = [("grant_type", "refresh_token"), ("client_id", client_id), ("refresh_token", "x")];
    let request = okta_cli::http::loopback().post(format!("{}/v1/token", stack.issuer())).form(&form);
    let answer: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
    answer["error"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shops_app_asks_for_proofs_and_that_of_the_documentation_does_not() {
    let (stack, _dist) = start().await;
    let docs = stack.org().unwrap().client_id_of(okta_cli::DOCS_APP).unwrap();
    assert_eq!(refusal(&stack, stack.client_id()).await, "invalid_dpop_proof");
    assert_eq!(refusal(&stack, &docs).await, "invalid_grant");
    let page = format!("{}{}/swagger-initializer.js", stack.api_url(), paths::DOCS);
    let page = okta_cli::http::loopback().get(page).send().await.unwrap().text().await.unwrap();
    assert!(page.contains(&docs) && !page.contains(stack.client_id()), "{page}");
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restarted_api_has_its_port_and_its_database() {
    let (mut stack, _dist) = start().await;
    let (url, products) = (stack.api_url(), format!("{}{}", stack.api_url(), paths::PRODUCTS));
    let catalogue = async || {
        okta_cli::http::loopback().get(&products).send().await.unwrap().json::<ProductPage>().await.unwrap()
    };
    let before = catalogue().await;
    assert!(before.products.len() >= 24 && stack.database().is_file());
    stack.restart_api().await.unwrap();
    assert_eq!(stack.api_url(), url);
    assert_eq!(catalogue().await, before);
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_stack_frees_its_ports_and_its_folder() {
    let (stack, _dist) = start().await;
    let (urls, database) = ([stack.spa_url().to_owned(), stack.api_url()], stack.database().to_owned());
    stack.stop().await;
    for url in urls {
        let port: u16 = url.rsplit(':').next().unwrap().parse().unwrap();
        TcpListener::bind(("127.0.0.1", port)).unwrap();
    }
    assert!(!database.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn chosen_listeners_are_used() {
    let dist = tempfile::tempdir().unwrap();
    fs::write(dist.path().join("index.html"), "<script id=grove-config type=application/json></script>")
        .unwrap();
    let listeners = Listeners::bind(&Ports::ANY, true).unwrap();
    let stack = Stack::builder(dist.path().to_owned())
        .listeners(listeners)
        .database(dist.path().join("kept/grove.sqlite"))
        .start()
        .await
        .unwrap();
    let ready =
        okta_cli::http::loopback().get(format!("{}{}", stack.api_url(), paths::READYZ)).send().await.unwrap();
    assert_eq!(ready.status(), 200);
    stack.stop().await;
    assert!(dist.path().join("kept/grove.sqlite").is_file());
}
