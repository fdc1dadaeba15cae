//! Pages that are rendered for everybody.
#![expect(clippy::panic, reason = "a test may panic, here the helpers around it too")]

use frontend::{Preparation, PreparedPage, prepare, prepared_address};
use serde_json::{Value, json};

fn product(id: &str, name: &str) -> Value {
    json!({"id": id, "name": name, "summary": "A line", "description": "A paragraph", "category": "seeds",
        "price": 1250, "stock": 3})
}

fn list(products: &[Value]) -> Value {
    json!({"total": products.len(), "next_cursor": null, "products": products})
}

#[track_caller]
fn asks(address: &str, known: &Value, query: &str) {
    assert_eq!(prepare(address, &known.to_string()), Preparation::Asks(query.to_owned()));
}

#[track_caller]
fn ready(address: &str, known: &Value) -> PreparedPage {
    match prepare(address, &known.to_string()) {
        Preparation::Ready(page) => page,
        Preparation::Asks(query) => panic!("{address} asks for {query}"),
    }
}

#[test]
fn an_address_has_one_form_and_what_is_somebodys_own_none() {
    for (path, query, address) in [
        ("/", "", Some("/")),
        ("/", "utm_source=mail&code=c", Some("/")),
        ("/products/", "", Some("/products")),
        (
            "/products",
            "sort=name&page=2&x=y&after=a&q=two+words&category=seeds",
            Some("/products?category=seeds&q=two+words&sort=name&page=2&after=a"),
        ),
        ("/products", "q=%3Cb%3E&q=second", Some("/products?q=%3Cb%3E")),
        ("/products/fig%2Dsapling", "q=a", Some("/products/fig-sapling")),
        ("/products/No", "", None),
        ("/products/a/b", "", None),
        ("/cart", "", None),
        ("/login/callback", "code=c", None),
        ("/checkout", "", None),
        ("/nowhere", "", None),
    ] {
        assert_eq!(prepared_address(path, query).as_deref(), address, "{path}?{query}");
    }
}

#[test]
fn a_page_asks_for_what_it_shows_one_after_the_other() {
    let none = json!({});
    asks("/", &none, "limit=24");
    asks("/products?category=seeds&q=fig", &none, "limit=24&search=fig&category=seeds");
    asks("/products/fig", &none, "ids=fig");
    let fig = list(&[product("fig", "Fig")]);
    asks("/products/fig", &json!({"ids=fig": fig}), "limit=5&category=seeds");
    let both = json!({"ids=fig": fig, "limit=5&category=seeds": list(&[product("fig", "Fig"), product("pea", "Pea")])});
    let page = ready("/products/fig", &both);
    assert_eq!((page.title.as_str(), page.description.as_str()), ("Fig · Grove", "A line"));
    assert!(page.html.contains("$12.50") && page.html.contains("add-pea"), "{}", page.html);
}

/// What is on the next page is not asked for before there is a program.
#[test]
fn a_page_shows_what_is_known_and_says_what_is_sought() {
    let mut first = list(&[product("fig", "Fig"), product("pea", "Pea")]);
    first["total"] = json!(30);
    first["next_cursor"] = json!("pea");
    let page = ready("/products?q=e&sort=name", &json!({"limit=24&search=e&sort=name": first}));
    for part in [
        "30 products",
        "href=\"/products/fig\"",
        "Page 1 of 2",
        "href=\"/products?q=e&amp;sort=name&amp;page=2&amp;after=pea\"",
        "value=\"e\"",
        "<option value=\"name\" selected=\"\">",
    ] {
        assert!(page.html.contains(part), "{part} in {}", page.html);
    }
}

#[test]
fn nothing_is_about_a_person_and_nothing_is_for_hydration() {
    let page = ready("/", &json!({"limit=24": list(&[product("fig", "Fig")])}));
    for part in ["login-button", "logout-button", "data-hk", "<!--", "skeleton"] {
        assert!(!page.html.contains(part), "{part} in {}", page.html);
    }
    assert!(page.html.contains("data-testid=\"cart-count\"></span>"), "{}", page.html);
}

#[test]
fn what_products_are_called_stays_text() {
    let hostile = "</script><script>alert(1)</script><!--/--><!--t-->\" onerror=\"x";
    let page = ready(
        "/products?q=%3Cscript%3E",
        &json!({"limit=24&search=%3Cscript%3E": list(&[product("fig", hostile)])}),
    );
    assert!(!page.html.contains("<script") && !page.html.contains("\" onerror=\"x\""), "{}", page.html);
    let escaped = "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;!--/--&gt;&lt;!--t--&gt;";
    assert!(page.html.contains(escaped), "{}", page.html);
}

#[test]
fn answers_that_make_no_sense_are_asked_for_again() {
    for known in ["", "[]", "{\"limit=24\":{}}"] {
        assert_eq!(prepare("/", known), Preparation::Asks("limit=24".to_owned()), "{known}");
    }
}
