//! The SPA server over HTTP.

use std::fs;
use std::net::TcpListener;

use reqwest::header::HeaderMap;
use reqwest::{Client, Response, StatusCode};
use shared::SpaConfig;
use tempfile::TempDir;
use xtask::spa_server::{SpaError, SpaServer, SpaServerError, SpaSettings};

const PAGE: &str = r#"<html><script type="application/json" id="grove-config"></script>
<script type="module">start()</script></html>"#;

struct Served {
    dist: TempDir,
    server: SpaServer,
    client: Client,
}

impl Served {
    fn start() -> Self {
        let dist = tempfile::tempdir().unwrap();
        fs::create_dir(dist.path().join("products")).unwrap();
        fs::write(dist.path().join("index.html"), PAGE).unwrap();
        fs::write(dist.path().join("grove-0123456789abcdef_bg.wasm"), b"\0asm".repeat(100)).unwrap();
        fs::write(dist.path().join("products/apple.svg"), "<svg/>").unwrap();
        let server = SpaServer::start(listener(), settings(&dist)).unwrap();
        Self { dist, server, client: okta_cli::http::loopback() }
    }

    /// What must hold for every answer is asserted here.
    async fn get(&self, path: &str) -> Response {
        self.request(path, "accept-encoding", "identity").await
    }

    async fn request(&self, path: &str, header: &str, value: &str) -> Response {
        let url = format!("http://{}{path}", self.server.address());
        let response = self.client.get(url).header(header, value).send().await.unwrap();
        assert_strict(response.headers());
        response
    }
}

fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").unwrap()
}

fn settings(dist: &TempDir) -> SpaSettings {
    let config = SpaConfig {
        issuer: "http://localhost:9000/oauth2/default".to_owned(),
        client_id: "0oa1".to_owned(),
        api_origin: "http://localhost:8000".to_owned(),
        ..SpaConfig::default()
    };
    SpaSettings { dist: dist.path().to_owned(), config, https: false }
}

#[track_caller]
fn assert_strict(headers: &HeaderMap) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-embedder-policy", "credentialless"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    ] {
        assert_eq!(header(headers, name), value, "{name}");
    }
    assert!(header(headers, "content-security-policy").starts_with("default-src 'none'; script-src 'self'"));
    assert!(!headers.contains_key("strict-transport-security"));
}

#[track_caller]
fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn every_address_of_the_spa_shows_the_page_and_is_never_stored() {
    let served = Served::start();
    for path in ["/", "/index.html", "/login/callback?code=a.b&state=c", "/products/apple", "/%E2%82%AC"] {
        let response = served.get(path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(header(response.headers(), "cache-control"), "no-store", "{path}");
        assert_eq!(header(response.headers(), "content-type"), "text/html; charset=utf-8", "{path}");
        assert!(response.text().await.unwrap().contains(r#""client_id":"0oa1""#), "{path}");
    }
}

#[tokio::test]
async fn a_missing_file_is_told_and_nothing_outside_of_the_build_is_reached() {
    let served = Served::start();
    for path in
        ["/missing.js", "/products/missing.svg", "/../Cargo.toml", "/%2e%2e/Cargo.toml", "/..%2fCargo.toml"]
    {
        assert_eq!(served.get(path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn assets_are_kept_by_the_browser_as_their_names_allow() {
    let served = Served::start();
    let wasm = served.get("/grove-0123456789abcdef_bg.wasm").await;
    assert_eq!(header(wasm.headers(), "content-type"), "application/wasm");
    assert_eq!(header(wasm.headers(), "cache-control"), "public, max-age=31536000, immutable");
    let picture = served.get("/products/apple.svg").await;
    assert_eq!(header(picture.headers(), "content-type"), "image/svg+xml");
    assert_eq!(header(picture.headers(), "cache-control"), "no-cache");
    let again =
        served.request("/products/apple.svg", "if-none-match", header(picture.headers(), "etag")).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn a_compressed_form_is_sent_to_those_who_ask_for_it() {
    let served = Served::start();
    for (accepted, coding) in [("gzip, br", "br"), ("gzip", "gzip"), ("identity", "")] {
        let response = served.request("/grove-0123456789abcdef_bg.wasm", "accept-encoding", accepted).await;
        assert_eq!(header(response.headers(), "content-encoding"), coding, "{accepted}");
        assert_eq!(header(response.headers(), "vary"), "Accept-Encoding");
        assert_eq!(response.bytes().await.unwrap().len() == 400, coding.is_empty(), "{accepted}");
    }
}

#[tokio::test]
async fn only_reading_is_answered() {
    let served = Served::start();
    let url = format!("http://{}/", served.server.address());
    let post = served.client.post(&url).send().await.unwrap();
    assert_eq!(post.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(header(post.headers(), "allow"), "GET, HEAD");
    assert_strict(post.headers());
    let login = format!("http://{}/login", served.server.address());
    let form = served.client.post(&login).header("origin", "https://dev-1.okta.com").body("id_token=a.b.c");
    let form = form.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap();
    assert_eq!(
        (form.status(), header(form.headers(), "allow")),
        (StatusCode::METHOD_NOT_ALLOWED, "GET, HEAD")
    );
    assert_eq!(header(form.headers(), "content-type"), "text/html; charset=utf-8");
    assert_strict(form.headers());
    let page = form.text().await.unwrap();
    for said in [
        "never used",
        "idp_initiated_login.mode",
        "Redirect to app to initiate login (OIDC Compliant)",
        "href=\"/\"",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("a.b.c") && !page.contains("<script"), "{page}");
    let head = served.client.head(&url).send().await.unwrap();
    assert_eq!(head.status(), StatusCode::OK);
    assert_strict(head.headers());
    assert_eq!(head.text().await.unwrap(), "");
}

#[tokio::test]
async fn a_rebuilt_page_is_served_after_a_reload_with_the_hash_of_its_new_script() {
    let served = Served::start();
    let before = served.get("/").await;
    fs::write(served.dist.path().join("index.html"), PAGE.replace("start()", "begin()")).unwrap();
    served.server.reload().unwrap();
    let after = served.get("/").await;
    assert_ne!(
        before.headers().get("content-security-policy"),
        after.headers().get("content-security-policy")
    );
    assert!(after.text().await.unwrap().contains("begin()"));
}

#[tokio::test]
async fn a_build_that_is_not_whole_is_told_at_the_start() {
    let dist = tempfile::tempdir().unwrap();
    let start = || SpaServer::start(listener(), settings(&dist)).unwrap_err();
    assert!(matches!(start(), SpaServerError::Site(SpaError::NotBuilt { .. })));
    fs::write(dist.path().join("index.html"), "<html>").unwrap();
    assert!(matches!(start(), SpaServerError::Site(SpaError::NoIsland)));
}
