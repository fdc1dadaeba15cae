//! Finding products, and a catalogue in the place of another.

use shared::{Category, ProductSort};

use super::{id, on_both, product};
use crate::store::{CatalogueFilter, Store};

on_both!(
    a_search_ignores_case_and_takes_wildcards_literally,
    a_product_that_left_the_catalogue_is_withdrawn,
    pages_of_every_order_show_each_product_once,
);

async fn found(store: &Store, search: &str) -> usize {
    let filter = CatalogueFilter { search: Some(search.to_owned()), ..CatalogueFilter::default() };
    let page = store.products(&filter, 100).await.unwrap();
    assert_eq!(store.count_products(&filter).await.unwrap(), u32::try_from(page.items.len()).unwrap());
    page.items.len()
}

async fn a_search_ignores_case_and_takes_wildcards_literally(store: Store) {
    store
        .replace_catalogue(&[product("a", "Äpfel", 100, 1), product("b", "Back\\slash", 100, 1)])
        .await
        .unwrap();
    for (search, expected) in
        [("äPFEL", 1), ("GRÜN", 2), ("100%", 2), ("1%0", 0), ("_", 0), ("\\", 1), ("never", 0), ("%", 2)]
    {
        assert_eq!(found(&store, search).await, expected, "{search}");
    }
    store.close().await;
}

async fn a_product_that_left_the_catalogue_is_withdrawn(store: Store) {
    let (a, b) = (product("a", "A", 100, 1), product("b", "B", 100, 1));
    assert!(store.is_catalogue_empty().await.unwrap());
    store.replace_catalogue(&[a, b]).await.unwrap();
    let changed = product("b", "B2", 200, 3);
    store.replace_catalogue(std::slice::from_ref(&changed)).await.unwrap();
    assert_eq!(store.product(&id("a")).await.unwrap(), None);
    assert_eq!(store.products(&CatalogueFilter::default(), 100).await.unwrap().items, [changed]);
    assert!(!store.is_catalogue_empty().await.unwrap());
    store.close().await;
}

async fn pages_of_every_order_show_each_product_once(store: Store) {
    // Two of each price and, but for case, of each name.
    let shelf = [
        ("d", "Zinnia", 300),
        ("a", "aster", 100),
        ("c", "Aster", 300),
        ("b", "Éclair", 100),
        ("e", "zinnia", 200),
    ];
    let products: Vec<_> = shelf.iter().map(|(id, name, cents)| product(id, name, *cents, 1)).collect();
    store.replace_catalogue(&products).await.unwrap();
    for (sort, expected) in [
        (ProductSort::Shop, "dacbe"),
        (ProductSort::Name, "acdeb"),
        (ProductSort::Price, "abecd"),
        (ProductSort::PriceDown, "dceba"),
    ] {
        for limit in 1..=6 {
            let mut filter =
                CatalogueFilter { sort, category: Some(Category::Seeds), ..CatalogueFilter::default() };
            let mut seen = String::new();
            loop {
                let page = store.products(&filter, limit).await.unwrap();
                seen.extend(page.items.iter().map(|product| product.id.as_str()));
                filter.after = page.items.last().map(|product| product.id.clone());
                if !page.has_more {
                    break;
                }
            }
            assert_eq!(seen, expected, "{sort:?} by {limit}");
        }
    }
    store.close().await;
}
