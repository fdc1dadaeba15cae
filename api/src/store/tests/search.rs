//! What is typed, and what is found: the same by both databases' own search, the best match first.

use shared::{Category, Product, ProductSort};

use super::{id, on_both, product};
use crate::store::{CatalogueFilter, Store};

on_both!(
    both_databases_find_the_same_and_the_best_match_first,
    pages_of_a_search_show_each_product_once,
    only_what_is_sold_is_found_and_counted,
    a_catalogue_that_was_never_indexed_is_indexed_when_it_is_opened,
);

fn sold(id: &str, name: &str, summary: &str, category: Category) -> Product {
    Product { summary: summary.to_owned(), category, ..product(id, name, 100, 1) }
}

fn catalogue() -> Vec<Product> {
    use Category::{Care, Saplings, Seeds, Tools};
    vec![
        sold("twine", "Jute twine, 100 metres", "Strong enough for tomatoes; rots on the heap.", Care),
        sold("tomato", "Tomato 'Sunday Red'", "Large, ribbed fruit for slicing; about 30 seeds.", Seeds),
        sold("apple", "Apple sapling 'Harvest Lane'", "Crisp red apples from the third autumn on.", Saplings),
        sold("crab", "Crab-apple", "Small and sour, for jelly.", Saplings),
        sold("lavender", "Lavender 'Bee Walk'", "True lavender for a low, humming edge.", Seeds),
        sold("spade", "Border spade", "A light, forged spade for tight corners.", Tools),
        sold("gloves", "Gardening gloves", "100% goatskin where it counts.", Care),
        sold(
            "quince",
            "Quitten & Äpfel",
            "No `\"quotes\"` and no \\ either, it's said: NOT, OR, AND.",
            Saplings,
        ),
    ]
}

/// What somebody types, and what they find.
const TABLE: [(&str, &[&str]); 30] = [
    // A name before a summary, whatever stands first on the shelf.
    ("tomato", &["tomato", "twine"]),
    ("tomatoes", &["twine"]),
    // The beginning and the middle of a word; words in any order and any case.
    ("tom", &["tomato", "twine"]),
    ("oma", &["tomato", "twine"]),
    ("apple", &["apple", "crab"]),
    ("SAP appl", &["apple"]),
    ("red apple", &["apple"]),
    ("red", &["tomato", "apple"]),
    ("crab-apple", &["crab"]),
    ("t", &["twine", "tomato", "apple", "lavender", "spade"]),
    ("100", &["twine", "gloves"]),
    ("100%", &["gloves"]),
    ("%", &["gloves"]),
    ("ÄPFEL", &["quince"]),
    ("äpf", &["quince"]),
    // A slip in a long word, two in a longer one, none in a short one.
    ("tomatto", &["tomato", "twine"]),
    ("tmoato", &["tomato", "twine"]),
    ("tomatos", &["tomato", "twine"]),
    ("sappling appel", &["apple"]),
    ("lavendar", &["lavender"]),
    ("lavvendar", &["lavender"]),
    ("spde", &[]),
    ("spadde", &["spade"]),
    // What means something to a database means nothing here.
    ("'", &["tomato", "apple", "lavender", "quince"]),
    ("\"", &["quince"]),
    ("\\", &["quince"]),
    ("NOT", &["quince"]),
    ("tomato OR spade", &[]),
    ("name : tomato", &[]),
    ("tomato & !twine", &[]),
];

async fn found(store: &Store, filter: &CatalogueFilter) -> Vec<String> {
    let page = store.products(filter, 100).await.unwrap();
    let total = store.count_products(filter).await.unwrap();
    assert_eq!(total, u32::try_from(page.items.len()).unwrap(), "{filter:?}");
    page.items.iter().map(|product| product.id.to_string()).collect()
}

fn searching(text: &str) -> CatalogueFilter {
    CatalogueFilter { search: Some(text.to_owned()), ..CatalogueFilter::default() }
}

async fn both_databases_find_the_same_and_the_best_match_first(store: Store) {
    store.replace_catalogue(&catalogue()).await.unwrap();
    for (text, expected) in TABLE {
        assert_eq!(found(&store, &searching(text)).await, expected, "{text}");
    }
    let filter = CatalogueFilter { category: Some(Category::Care), ..searching("tomatto") };
    assert_eq!(found(&store, &filter).await, ["twine"]);
    let filter = CatalogueFilter { sort: ProductSort::Name, ..searching("tomatto") };
    assert_eq!(found(&store, &filter).await, ["twine", "tomato"]);
    store.close().await;
}

async fn pages_of_a_search_show_each_product_once(store: Store) {
    store.replace_catalogue(&catalogue()).await.unwrap();
    for sort in ProductSort::ALL {
        let mut filter = CatalogueFilter { sort, ..searching("t") };
        let (all, mut seen) = (found(&store, &filter).await, Vec::new());
        loop {
            let page = store.products(&filter, 2).await.unwrap();
            seen.extend(page.items.iter().map(|product| product.id.to_string()));
            filter.after = page.items.last().map(|product| product.id.clone());
            if !page.has_more {
                break;
            }
        }
        assert_eq!(seen, all, "{sort:?}");
        assert_eq!(seen.len(), 5);
    }
    let filter = CatalogueFilter { after: Some(id("spade")), ..searching("apple") };
    assert_eq!(store.products(&filter, 9).await.unwrap().items, []);
    store.close().await;
}

async fn only_what_is_sold_is_found_and_counted(store: Store) {
    store.replace_catalogue(&catalogue()).await.unwrap();
    let all = CatalogueFilter::default();
    let shelf = CatalogueFilter { category: Some(Category::Saplings), ..all.clone() };
    assert_eq!((found(&store, &all).await.len(), found(&store, &shelf).await.len()), (8, 3));
    store.replace_catalogue(&[sold("tomato", "Carrot", "Orange.", Category::Seeds)]).await.unwrap();
    assert_eq!((found(&store, &all).await.len(), found(&store, &shelf).await.len()), (1, 0));
    assert!(found(&store, &searching("tomato")).await.is_empty());
    assert_eq!(found(&store, &searching("carrot")).await, ["tomato"]);
    store.close().await;
}

async fn a_catalogue_that_was_never_indexed_is_indexed_when_it_is_opened(store: Store) {
    store.index_catalogue().await.unwrap();
    store.replace_catalogue(&catalogue()).await.unwrap();
    for table in ["DELETE FROM product_search", "DELETE FROM search_grams"] {
        let mut transaction = store.pools.begin().await.unwrap();
        transaction.session().execute(table, &[]).await.unwrap();
        transaction.commit().await.unwrap();
    }
    assert!(found(&store, &searching("tomato")).await.is_empty());
    store.index_catalogue().await.unwrap();
    assert_eq!(found(&store, &searching("tomatto")).await, ["tomato", "twine"]);
    store.close().await;
}
