//! The open part of the shop.

use reqwest::Method;
use shared::{Category, Product, ProductPage, paths};

use crate::answer::Answer;
use crate::database::on_both_databases;
use crate::shop::{Shop, lines};

async fn products(shop: &Shop, query: &str) -> Vec<Product> {
    shop.api.get(&format!("{}{query}", paths::PRODUCTS)).await.expect(200).json::<ProductPage>().products
}

#[tokio::test]
async fn a_new_shop_has_a_full_catalogue() {
    let shop = Shop::open().await;
    let all = products(&shop, "").await;
    assert!(all.len() >= 48);
    assert_eq!(all, products(&shop, "?search=&category=").await);
    let mut by_shelf = 0;
    for category in Category::ALL {
        let shelf = products(&shop, &format!("?category={}", category.slug())).await;
        assert!(shelf.iter().all(|product| product.category == category));
        by_shelf += shelf.len();
    }
    assert_eq!(by_shelf, all.len());
    assert_eq!(shop.api.product(all[3].id.as_str()).await, all[3]);
    shop.close().await;
}

#[tokio::test]
async fn a_search_finds_names_and_summaries_in_any_case() {
    let shop = Shop::open().await;
    let ids = |products: Vec<Product>| products.into_iter().map(|p| p.id.to_string()).collect::<Vec<_>>();
    assert_eq!(ids(products(&shop, "?search=%20APPLE%20%20sap").await), ["apple-sapling"]);
    assert_eq!(ids(products(&shop, "?search=brass+rose").await), ["watering-can"]);
    // As pasted from a page: a zero-width space, a mark of direction, a soft hyphen.
    assert_eq!(
        ids(products(&shop, "?search=%E2%80%8Bapple%20sap%C2%ADling%E2%80%8E").await),
        ["apple-sapling"]
    );
    assert_eq!(products(&shop, "?search=%E2%80%8B%E3%85%A4").await.len(), products(&shop, "").await.len());
    assert!(products(&shop, "?search=apple&category=tools").await.is_empty());
    for wildcard in ["%25", "_", "%5C", "'%20OR%201=1%20--"] {
        assert!(products(&shop, &format!("?search={wildcard}")).await.is_empty(), "{wildcard}");
    }
    shop.close().await;
}

on_both_databases!(
    the_catalogue_is_sorted_and_paged,
    an_answer_that_is_known_is_not_sent_again,
    products_can_be_asked_for_by_their_ids,
    a_slip_in_a_word_is_forgiven,
);

async fn the_catalogue_is_sorted_and_paged(shop: Shop) {
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("{}?sort=price&limit=7&cursor={cursor}", paths::PRODUCTS);
        let page: ProductPage = shop.api.get(&path).await.expect(200).json();
        assert!(page.total >= 48 && page.products.len() <= 7);
        seen.extend(page.products);
        let Some(next) = page.next_cursor else { break };
        cursor = next;
    }
    assert!(seen.is_sorted_by_key(|product| product.price) && seen.len() >= 48);
    let mut ids: Vec<_> = seen.iter().map(|product| &product.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), seen.len());
    let dearest = products(&shop, "?sort=price-down&limit=1").await;
    assert_eq!(dearest[0].price, seen.last().unwrap().price);
    for bad in ["?sort=cheap", "?limit=0", "?limit=1000", "?cursor=A%00"] {
        let answer = shop.api.get(&format!("{}{bad}", paths::PRODUCTS)).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "invalid_request"), "{bad}");
    }
    shop.close().await;
}

async fn an_answer_that_is_known_is_not_sent_again(shop: Shop) {
    for path in [paths::PRODUCTS, "/api/products?category=tools", "/api/products/apple-sapling"] {
        let first = shop.api.get(path).await.expect(200);
        assert_eq!(first.header("cache-control"), Some("no-cache"));
        let tag = first.header("etag").unwrap().to_owned();
        let ask = async |known: &str| {
            let request = shop.api.request(Method::GET, path).header("if-none-match", known);
            Answer::read(request.send().await.unwrap()).await
        };
        for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
            let answer = ask(&known).await.expect(304);
            assert_eq!((answer.header("etag"), answer.body.as_str()), (Some(tag.as_str()), ""), "{known}");
        }
        ask("\"other\"").await.expect(200);
        // An order changes the stock, and with it the content.
        let body = lines(&[("hand-trowel", 1), ("apple-sapling", 1)]);
        shop.api.buy(&shop.alice(), path, &body).await.expect(201);
        ask(&tag).await.expect(200);
    }
    shop.close().await;
}

/// A cart asks for its lines.
async fn products_can_be_asked_for_by_their_ids(shop: Shop) {
    let ids = |products: Vec<Product>| products.into_iter().map(|p| p.id.to_string()).collect::<Vec<_>>();
    let found =
        products(&shop, "?ids=border-spade,no-such-thing,apple-sapling,border-spade&search=twine").await;
    assert_eq!(ids(found), ["apple-sapling", "border-spade"]);
    assert_eq!(products(&shop, "?ids=").await.len(), products(&shop, "").await.len());
    let many = vec!["a"; 101].join(",");
    for bad in ["?ids=A", "?ids=a,,b", "?ids=a%00", &format!("?ids={many}")] {
        let answer = shop.api.get(&format!("{}{bad}", paths::PRODUCTS)).await.expect(400);
        assert!(answer.detail().contains("ids"), "{}", answer.detail());
    }
    shop.close().await;
}

async fn a_slip_in_a_word_is_forgiven(shop: Shop) {
    let ids = |products: Vec<Product>| products.into_iter().map(|p| p.id.to_string()).collect::<Vec<_>>();
    let right = ids(products(&shop, "?search=tomato").await);
    assert_eq!(right, ["tomato-seeds", "jute-twine"]);
    assert_eq!(ids(products(&shop, "?search=tomatto").await), right);
    assert_eq!(ids(products(&shop, "?search=tomatto&limit=1&cursor=tomato-seeds").await), ["jute-twine"]);
    shop.close().await;
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_the_reason() {
    let shop = Shop::open().await;
    let answer = shop.api.get("/api/products?category=shoes").await.expect(400);
    assert_eq!(answer.detail(), "The parameter category must be one of saplings, seeds, tools, care.");
    shop.api.get(&format!("/api/products?search={}", "a".repeat(101))).await.expect(400);
    shop.api.get("/api/products?category=care&category=tools").await.expect(400);
    for unknown in ["no-such-thing", "Apple", "a%2Fb", "..", "%00"] {
        let answer = shop.api.get(&format!("/api/products/{unknown}")).await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "not_found"), "{unknown}");
    }
    shop.close().await;
}
