//! Pages that are rendered for everybody, where the API serves the shop.

use std::fs;

use reqwest::{Method, Response};
use serde_json::{Value, json};
use shared::paths;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};

use crate::program::Program;
use crate::shop::{Client, Shop, lines};
use crate::spa::{build_of, get, header, start};

/// As Trunk writes it.
const PAGE: &str = r#"<!doctype html><title>Grove</title><meta content="A shop." name=description>
<link href=/grove-0123456789abcdef.css rel=stylesheet>
<script type=application/json id=grove-config>{"issuer":"","client_id":"","api_origin":""}</script>
<body><div class=frame id=grove><p>One moment</p></div><script>remember()</script></body>"#;
const UNPREPARED: &str = "<p>One moment</p>";

fn open(shop: &Shop) -> Program {
    start(shop, &build_of(shop, PAGE), &[])
}

async fn page(client: &Client, path: &str) -> String {
    get(client, path, "identity").await.text().await.unwrap()
}

/// What the program begins with.
fn catalogue(page: &str) -> Value {
    let block = page.split_once("id=\"grove-catalogue\">").and_then(|(_, rest)| rest.split_once("</script>"));
    serde_json::from_str(block.unwrap().0).unwrap()
}

#[tokio::test]
async fn the_first_answer_shows_the_catalogue_and_the_program_begins_with_it() {
    let shop = Shop::open().await;
    let program = open(&shop);
    let client = &program.client;
    for (path, title, shown, queries) in [
        ("/", "Grove: saplings, seeds and garden tools", "add-fig-sapling", &["limit=24"][..]),
        (
            "/products?category=tools&sort=name",
            "Shop · Grove",
            "add-border-spade",
            &["limit=24&category=tools&sort=name"],
        ),
        ("/products?q=hoe", "Shop · Grove", "value=\"hoe\"", &["limit=24&search=hoe"]),
        ("/products/fig-sapling", "Fig", "add-to-cart", &["ids=fig-sapling", "limit=5&category=saplings"]),
        ("/products/gone", "Not found · Grove", "not-found", &["ids=gone"]),
    ] {
        let page = page(client, path).await;
        assert!(page.contains(shown) && !page.contains(UNPREPARED), "{path}: {page}");
        assert!(page.split_once("<title>").unwrap().1.starts_with(title), "{path}: {page}");
        assert!(
            page.contains("</div><script type=\"application/json\"")
                && page.ends_with("<script>remember()</script></body>")
        );
        let catalogue = catalogue(&page);
        let members: Vec<&String> = catalogue.as_object().unwrap().keys().collect();
        assert_eq!(members, queries, "{path}");
        for query in queries {
            let answer: Value = client.get(&format!("{}?{query}", paths::PRODUCTS)).await.expect(200).json();
            assert_eq!(catalogue[query], answer, "{path}");
        }
    }
    program.terminate().await;
    shop.close().await;
}

#[tokio::test]
async fn pages_of_people_and_addresses_with_more_in_them_are_kept_by_nobody() {
    let shop = Shop::open().await;
    let program = open(&shop);
    let client = &program.client;
    for path in [
        "/login",
        "/login/callback?code=c&state=s",
        "/cart",
        "/orders",
        "/checkout",
        "/nowhere",
        "/index.html",
    ] {
        let answer = get(client, path, "identity").await;
        assert_eq!(
            (header(&answer, "cache-control"), header(&answer, "etag")),
            (Some("no-store"), None),
            "{path}"
        );
        assert!(
            header(&answer, "content-security-policy").unwrap().ends_with("; trusted-types 'none'"),
            "{path}"
        );
        assert!(answer.text().await.unwrap().contains(UNPREPARED), "{path}");
    }
    let long = format!("/products?q={}", "a".repeat(101));
    for path in ["/products/No Id", long.as_str()] {
        assert!(page(client, path).await.contains(UNPREPARED), "{path}");
    }
    for path in ["/?code=c&state=s", "/products?utm_source=mail", "/products/fig-sapling?error=x"] {
        let answer = get(client, path, "identity").await;
        assert_eq!(
            (header(&answer, "cache-control"), header(&answer, "etag")),
            (Some("no-store"), None),
            "{path}"
        );
        let page = answer.text().await.unwrap();
        assert!(
            !page.contains(UNPREPARED) && !page.contains("utm_source") && !page.contains("code=c"),
            "{page}"
        );
    }
    program.terminate().await;
    shop.close().await;
}

async fn asked_again(client: &Client, path: &str, tag: &str) -> Response {
    let request = client.request(Method::GET, path).header("accept-encoding", "br");
    request.header("if-none-match", tag).send().await.unwrap()
}

#[tokio::test]
async fn a_page_is_sent_again_when_what_it_shows_has_changed_and_at_once() {
    let shop = Shop::open().await;
    let program = open(&shop);
    let client = &program.client;
    for path in ["/", "/products/fig-sapling"] {
        let first = get(client, path, "br").await;
        let tag = header(&first, "etag").unwrap().to_owned();
        let told = ["cache-control", "content-encoding"].map(|name| header(&first, name));
        assert_eq!(told, [Some("no-cache"), Some("br")]);
        assert!(header(&first, "vary").unwrap().starts_with("accept-encoding"));
        let known = asked_again(client, path, &tag).await;
        assert_eq!(known.status(), 304, "{path}");
        assert!(header(&known, "content-security-policy").unwrap().ends_with("; trusted-types grove"));
        let before = stock(client, path).await;
        client.buy(&shop.alice(), path, &lines(&[("fig-sapling", 1)])).await.expect(201);
        assert_eq!(asked_again(client, path, &tag).await.status(), 200, "{path}");
        assert_eq!(stock(client, path).await, before - 1, "{path}");
    }
    program.terminate().await;
    shop.close().await;
}

/// Of the fig, as the page's program is told.
async fn stock(client: &Client, path: &str) -> i64 {
    let catalogue = catalogue(&page(client, path).await);
    let lists = catalogue.as_object().unwrap().values();
    let products = lists.flat_map(|list| list["products"].as_array().unwrap());
    products.into_iter().find(|product| product["id"] == "fig-sapling").unwrap()["stock"].as_i64().unwrap()
}

/// Staff write these, and databases may hold anything.
#[tokio::test]
async fn what_products_are_called_stays_text() {
    let shop = Shop::open().await;
    let hostile = "</script></title><script>window.__xss=1</script><!--\"'><img src=x onerror=alert(1)>&amp;";
    let product = json!({"id": "fig", "name": hostile, "summary": hostile, "description": hostile,
        "category": "care", "price": 100, "stock": 3});
    let file = shop.folder.path().join("hostile.json");
    fs::write(&file, serde_json::to_vec(&[product]).unwrap()).unwrap();
    assert!(shop.program().arg("seed").arg(&file).status().unwrap().success());
    let program = open(&shop);
    for path in ["/", "/products/fig", "/products?q=%3C/script%3E%3Cscript%3Ewindow.__xss=1%3C/script%3E"] {
        let page = page(&program.client, path).await;
        // The page's own three, and the catalogue's.
        assert_eq!(page.matches("<script").count(), 3, "{page}");
        assert_eq!(page.matches("</script").count(), 3, "{page}");
        assert!(!page.contains("<img src=x") && !page.contains("<!--\""), "{page}");
    }
    let page = page(&program.client, "/products/fig").await;
    assert_eq!(catalogue(&page)["ids=fig"]["products"][0]["name"], hostile);
    program.terminate().await;
    shop.close().await;
}

#[tokio::test]
async fn where_the_database_is_away_the_page_comes_all_the_same() {
    let shop = Shop::open().await;
    let program = open(&shop);
    let client = &program.client;
    assert!(!page(client, "/").await.contains(UNPREPARED));
    let options: SqliteConnectOptions = shop.database_url.parse().unwrap();
    let mut connection = options.connect().await.unwrap();
    connection.execute("ALTER TABLE products RENAME TO elsewhere").await.unwrap();
    connection.close().await.unwrap();
    let answer = get(client, "/products?q=fig", "identity").await;
    assert_eq!((answer.status().as_u16(), header(&answer, "cache-control")), (200, Some("no-store")));
    assert!(answer.text().await.unwrap().contains(UNPREPARED));
    let log = program.terminate().await;
    assert!(log.contains("a page is sent without what it shows"), "{log}");
    shop.close().await;
}
