//! The open part of the shop.

use shared::{Category, Product, ProductPage, paths};

use crate::shop::Shop;

async fn products(shop: &Shop, query: &str) -> Vec<Product> {
    shop.api.get(&format!("{}{query}", paths::PRODUCTS)).await.expect(200).json::<ProductPage>().products
}

#[tokio::test]
async fn a_new_shop_has_a_full_catalogue() {
    let shop = Shop::open().await;
    let all = products(&shop, "").await;
    assert!(all.len() >= 24);
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
    assert!(products(&shop, "?search=apple&category=tools").await.is_empty());
    for wildcard in ["%25", "_", "%5C", "'%20OR%201=1%20--"] {
        assert!(products(&shop, &format!("?search={wildcard}")).await.is_empty(), "{wildcard}");
    }
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
