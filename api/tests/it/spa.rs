//! The SPA beside the API: one program, one port, one origin.

use std::fs;
use std::path::{Path, PathBuf};

use reqwest::{Method, Response};
use shared::{Order, SpaConfig, paths};

use crate::program::Program;
use crate::shop::{Client, Shop, lines, order_of};

const PAGE: &str = r#"<!doctype html><link href=/grove-0123456789abcdef.css rel=stylesheet>
<script type="application/json" id="grove-config">{"issuer":"","client_id":"","api_origin":""}</script>
<script type="module">import("/frontend-0123456789abcdef.js")</script>"#;

/// A build of the SPA in the folder of the shop.
fn build(shop: &Shop) -> PathBuf {
    build_of(shop, PAGE)
}

/// A build with this page.
pub(crate) fn build_of(shop: &Shop, page: &str) -> PathBuf {
    let dist = shop.folder.path().join("spa");
    fs::create_dir_all(dist.join("art")).unwrap();
    for (name, content) in [
        ("index.html", page),
        ("index.html.br", "not this: the page is filled in first"),
        ("grove-0123456789abcdef.css", "body{margin:0}"),
        ("frontend-0123456789abcdef.js", "start(); // and much more"),
        ("frontend-0123456789abcdef.js.br", "as brotli"),
        ("frontend-0123456789abcdef.js.gz", "as gzip"),
        ("art/logo.svg", "<svg/>"),
    ] {
        fs::write(dist.join(name), content).unwrap();
    }
    dist
}

pub(crate) fn start(shop: &Shop, dist: &Path, variables: &[(&str, &str)]) -> Program {
    let mut command = shop.program();
    command.env("SPA_DIR", dist).envs(variables.iter().copied());
    Program::spawn(command, &shop.org)
}

pub(crate) async fn get(client: &Client, path: &str, coding: &str) -> Response {
    let answer = client.request(Method::GET, path).header("accept-encoding", coding).send().await.unwrap();
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(header(&answer, name), Some(value), "{path}");
    }
    answer
}

#[track_caller]
pub(crate) fn header<'a>(answer: &'a Response, name: &str) -> Option<&'a str> {
    let mut values = answer.headers().get_all(name).iter();
    let value = values.next().map(|value| value.to_str().unwrap());
    assert!(values.next().is_none(), "{name} stands twice");
    value
}

/// What the page's island says.
async fn island(page: Response) -> SpaConfig {
    let html = page.text().await.unwrap();
    let island = html.split_once("id=\"grove-config\">").and_then(|(_, rest)| rest.split_once("</script>"));
    serde_json::from_str(island.unwrap().0).unwrap()
}

#[tokio::test]
async fn pages_files_and_the_api_are_answered_on_one_port() {
    let shop = Shop::open().await;
    let program = start(&shop, &build(&shop), &[]);
    let client = &program.client;
    for path in ["/", "/products/apple-sapling", "/login/callback?code=c&state=s", "/apiary", "/index.html"] {
        let page = get(client, path, "identity").await;
        assert_eq!(
            (page.status().as_u16(), header(&page, "cache-control")),
            (200, Some("no-store")),
            "{path}"
        );
        let policy = header(&page, "content-security-policy").unwrap();
        assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval' 'sha256-"), "{policy}");
        let config = island(page).await;
        assert_eq!(
            (config.issuer.as_str(), config.client_id.as_str()),
            (shop.org.issuer().as_str(), shop.org.client_id())
        );
        assert_eq!(config.api_origin, client.url("").replace("127.0.0.1", "localhost"));
    }
    let kept = "public, max-age=31536000, immutable";
    for (coding, body, used) in [
        ("br, gzip", "as brotli", Some("br")),
        ("gzip", "as gzip", Some("gzip")),
        ("br;q=0", "start(); // and much more", None),
    ] {
        let file = get(client, "/frontend-0123456789abcdef.js", coding).await;
        assert_eq!(
            (header(&file, "content-encoding"), header(&file, "cache-control")),
            (used, Some(kept)),
            "{coding}"
        );
        assert_eq!(header(&file, "content-type"), Some("text/javascript; charset=utf-8"));
        assert!(header(&file, "vary").unwrap().starts_with("Accept-Encoding"));
        assert_eq!(file.text().await.unwrap(), body);
    }
    let picture = get(client, "/art/logo.svg", "identity").await;
    assert_eq!(header(&picture, "cache-control"), Some("no-cache"));
    assert_eq!(get(client, "/art/missing.svg", "identity").await.status(), 404);
    client.get(paths::PRODUCTS).await.expect(200);
    let ready = client.get(paths::READYZ).await.expect(200);
    assert_eq!(ready.header("strict-transport-security"), None, "by http it would mean nothing");
    for path in ["/api", "/api/", "/api/nothing", "/api/missing.js"] {
        assert_eq!(client.get(path).await.expect(404).code(), "not_found", "{path}");
    }
    program.terminate().await;
    shop.close().await;
}

/// A browser names the origin of its page where it sends an order to that very origin.
#[tokio::test]
async fn a_page_orders_at_its_own_origin_and_no_other_page_may() {
    let shop = Shop::open().await;
    let program = start(&shop, &build(&shop), &[]);
    let (client, token) = (&program.client, shop.alice());
    let own = client.url("").replace("127.0.0.1", "localhost");
    let order = order_of(&client.fill(&token, &lines(&[("apple-sapling", 1)])).await);
    let request = client.request(Method::POST, paths::ORDERS).bearer_auth(&token).json(&order);
    let answer = request.header("origin", &own).header(paths::IDEMPOTENCY_KEY, "k").send().await.unwrap();
    assert_eq!(answer.status(), 201);
    answer.json::<Order>().await.unwrap();
    for origin in [own.as_str(), "http://localhost:8080", "https://elsewhere.example.com"] {
        let answer =
            client.request(Method::GET, paths::PRODUCTS).header("origin", origin).send().await.unwrap();
        assert_eq!(header(&answer, "access-control-allow-origin"), None, "{origin}");
    }
    program.terminate().await;
    shop.close().await;
}

/// An app in the mode `OKTA`: a browser posts an ID token from a page of the org.
#[tokio::test]
async fn an_id_token_that_the_org_posts_is_answered_with_the_setting_to_change_and_goes_nowhere() {
    let shop = Shop::open().await;
    let program = start(&shop, &build(&shop), &[("RUST_LOG", "trace")]);
    let token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzb21lYm9keSJ9.c2lnbmVk";
    for path in [paths::LOGIN, "/login/"] {
        let request = program.client.request(Method::POST, path).header("origin", shop.org.base_url());
        let answer = request.form(&[("id_token", token)]).send().await.unwrap();
        assert_eq!((answer.status().as_u16(), header(&answer, "allow")), (405, Some("GET, HEAD")), "{path}");
        assert_eq!(header(&answer, "cache-control"), Some("no-store"));
        assert!(
            header(&answer, "content-security-policy").is_some() && header(&answer, "set-cookie").is_none()
        );
        let page = answer.text().await.unwrap();
        assert!(page.contains("Redirect to app to initiate login (OIDC Compliant)"), "{page}");
        assert!(!page.contains(token));
    }
    let elsewhere = program.client.request(Method::POST, "/checkout").send().await.unwrap();
    assert!(!elsewhere.text().await.unwrap().contains("OIDC Compliant"));
    let log = program.terminate().await;
    assert!(!log.contains(token) && !log.contains("eyJzdWIiOiJzb21lYm9keSJ9"), "{log}");
    shop.close().await;
}

#[tokio::test]
async fn another_address_of_the_org_is_told_to_the_page() {
    let shop = Shop::open().await;
    let program = start(&shop, &build(&shop), &[("OKTA_ORG_ADDRESSES", "https://dev-1.okta.com")]);
    assert_eq!(
        island(get(&program.client, "/", "identity").await).await.org_addresses,
        ["https://dev-1.okta.com"]
    );
    program.terminate().await;
    shop.close().await;
}

#[tokio::test]
async fn behind_a_proxy_the_page_is_told_its_public_origin_and_insists_on_tls() {
    let shop = Shop::open().await;
    let program =
        start(&shop, &build(&shop), &[("SPA_ORIGINS", "http://localhost:8080,https://shop.example.com")]);
    let page = get(&program.client, "/", "identity").await;
    // For this host, and for as long as two years; more is the operator's to say.
    assert_eq!(header(&page, "strict-transport-security"), Some("max-age=63072000"));
    for path in [paths::HELLO, "/api/nothing", "/art/logo.svg", paths::LIVEZ] {
        let answer = program.client.request(Method::GET, path).send().await.unwrap();
        assert_eq!(header(&answer, "strict-transport-security"), Some("max-age=63072000"), "{path}");
    }
    let policy = header(&page, "content-security-policy").unwrap();
    assert!(
        policy.contains("upgrade-insecure-requests") && policy.contains(" https://shop.example.com;"),
        "{policy}"
    );
    assert_eq!(island(page).await.api_origin, "https://shop.example.com");
    program.terminate().await;
    let more = "max-age=600; includeSubDomains; preload";
    let program = start(&shop, &build(&shop), &[("SPA_ORIGINS", "https://shop.example.com"), ("HSTS", more)]);
    assert_eq!(header(&get(&program.client, "/", "identity").await, "strict-transport-security"), Some(more));
    program.terminate().await;
    shop.close().await;
}

#[tokio::test]
async fn hidden_files_are_not_served_and_well_known_ones_are() {
    let shop = Shop::open().await;
    let dist = build(&shop);
    fs::create_dir(dist.join(".well-known")).unwrap();
    for name in [".env", ".htpasswd.txt", ".well-known/security.txt"] {
        fs::write(dist.join(name), "SECRET").unwrap();
    }
    let program = start(&shop, &dist, &[]);
    for (path, is_there) in [("/.env", false), ("/.htpasswd.txt", false), ("/.well-known/security.txt", true)]
    {
        let answer = get(&program.client, path, "identity").await;
        assert_eq!(answer.text().await.unwrap().contains("SECRET"), is_there, "{path}");
    }
    program.terminate().await;
    shop.close().await;
}

#[tokio::test]
async fn a_folder_that_is_missing_or_incomplete_is_an_error_that_names_what_is_missing() {
    let shop = Shop::open().await;
    let dist = build(&shop);
    let refused = |problem: &str| {
        let mut command = shop.program();
        command.env("SPA_DIR", &dist).env("API_ADDR", "127.0.0.1:0");
        command.env("OKTA_OAUTH2_ISSUER", shop.org.issuer().as_str()).env("OKTA_OAUTH2_CLIENT_ID", "0oa1");
        let output = command.output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(
            !output.status.success() && errors.contains("SPA_DIR") && errors.contains(problem),
            "{errors}"
        );
    };
    fs::remove_file(dist.join("frontend-0123456789abcdef.js")).unwrap();
    refused("index.html names /frontend-0123456789abcdef.js, which is missing");
    fs::write(dist.join("index.html"), "<html>").unwrap();
    refused("grove-config");
    fs::remove_dir_all(&dist).unwrap();
    refused("spa/index.html is missing");
    shop.close().await;
}
