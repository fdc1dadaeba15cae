//! Every address × every method × whose things are named: what is not documented is not there, and what is another
//! person's is not there either (OWASP API1, API3, API5, API9). The addresses are those of the OpenAPI document, so that a
//! new one is in the matrix from its first day.

use reqwest::Method;
use serde_json::{Value, json};
use shared::{Order, paths};

use crate::answer::Answer;
use crate::database::on_both_databases;
use crate::shop::{Client, Shop, lines, order_of};

on_both_databases!(
    no_method_reaches_what_is_another_persons,
    no_token_for_others_opens_any_address,
    no_body_holds_a_member_that_is_the_shops_to_set,
);

/// An order that never was.
const NOBODYS: &str = "G-0000-0000";

/// A product that is for sale.
const PRODUCT: &str = "apple-sapling";

/// All that a client could try.
const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"];

/// One operation of the document.
struct Operation {
    method: Method,
    /// As a pattern, e.g. `/api/orders/{number}`.
    path: String,
    needs_token: bool,
    takes_body: bool,
}

impl Operation {
    /// With this number where it wants an order's.
    fn path_of(&self, number: &str) -> String {
        self.path.replace("{number}", number).replace("{id}", PRODUCT)
    }

    fn is_for_staff(&self) -> bool {
        self.path.starts_with("/api/staff/")
    }
}

async fn operations(api: &Client) -> Vec<Operation> {
    let document: Value = api.get(paths::OPENAPI).await.expect(200).json();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            all.push(Operation {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                needs_token: operation.get("security").is_some() && path != paths::GLOBAL_TOKEN_REVOCATION,
                takes_body: operation.get("requestBody").is_some(),
            });
        }
    }
    assert!(all.len() > 15, "the document was not read");
    all
}

async fn ask(api: &Client, method: &Method, path: &str, token: &str) -> Answer {
    let request =
        api.request(method.clone(), path).bearer_auth(token).header(paths::IDEMPOTENCY_KEY, "matrix");
    Answer::read(request.send().await.unwrap()).await
}

async fn no_method_reaches_what_is_another_persons(shop: Shop) {
    let (alice, bob) = (shop.alice(), shop.bob());
    let order: Order = shop.api.buy(&alice, "k", &lines(&[(PRODUCT, 1)])).await.expect(201).json();
    let stock = shop.api.product(PRODUCT).await.stock;
    let cart = shop.api.fill(&alice, &lines(&[(PRODUCT, 2)])).await;
    let operations = operations(&shop.api).await;
    let mut tried = 0;
    for operation in &operations {
        let path = operation.path_of(&order.number);
        let documented = |method: &str| {
            let same = operations.iter().filter(|other| other.path == operation.path);
            same.map(|other| other.method.as_str()).any(|known| known == method)
        };
        for method in METHODS {
            let is_there = documented(method) || (method == "HEAD" && documented("GET"));
            let method: Method = method.parse().unwrap();
            // An answer to HEAD has no problem to read.
            let answer = shop.api.request(method.clone(), &path).bearer_auth(&bob).send().await.unwrap();
            let status = answer.status().as_u16();
            assert_eq!(is_there, status != 405, "{method} {path}: {status}");
            let is_named = operation.path.contains("{number}");
            if is_there && is_named && !operation.is_for_staff() {
                assert_eq!(status, 404, "{method} {path}");
                tried += 1;
            }
            if is_there && operation.is_for_staff() {
                assert_eq!(status, 403, "{method} {path}");
            }
        }
    }
    assert!(tried >= 3, "GET, HEAD and POST of somebody's order: {tried}");
    // Nobody learns that it is somebody's.
    for operation in operations.iter().filter(|operation| operation.path.contains("{number}")) {
        let foreign = ask(&shop.api, &operation.method, &operation.path_of(&order.number), &bob).await;
        let absent = ask(&shop.api, &operation.method, &operation.path_of(NOBODYS), &bob).await;
        assert_eq!((foreign.status, &foreign.body), (absent.status, &absent.body), "{}", operation.path);
    }
    assert_eq!((shop.api.orders_of(&alice).await, shop.api.orders_of(&bob).await.len()), (vec![order], 0));
    assert_eq!((shop.api.cart(&alice).await, shop.api.product(PRODUCT).await.stock), (cart, stock));
    shop.close().await;
}

/// RFC 9700 §2.3: the audience is compared with every request, of a token seen before as well.
async fn no_token_for_others_opens_any_address(shop: Shop) {
    let other = |name: &'static str, value: &'static str| {
        shop.token(|claims| {
            claims.insert(name.to_owned(), value.into());
        })
    };
    let bad = [other("aud", "api://other"), other("cid", "0oaother000000000001"), "a.b.c".to_owned()];
    let mut tried = 0;
    for operation in operations(&shop.api).await.iter().filter(|operation| operation.needs_token) {
        let path = operation.path_of(NOBODYS);
        for token in bad.iter().chain(&bad) {
            ask(&shop.api, &operation.method, &path, token).await.expect(401);
        }
        let anonymous = shop.api.request(operation.method.clone(), &path).send().await.unwrap();
        Answer::read(anonymous).await.expect(401);
        tried += 1;
    }
    assert!(tried >= 14, "{tried} addresses for people");
    shop.close().await;
}

async fn no_body_holds_a_member_that_is_the_shops_to_set(shop: Shop) {
    const GREEDY: [&str; 12] = [
        "price",
        "unit_price",
        "status",
        "user_id",
        "uid",
        "sub",
        "person",
        "owner",
        "iss",
        "number",
        "stock",
        "id",
    ];
    let (alice, staff) = (shop.alice(), shop.staff());
    let cart = shop.api.fill(&alice, &lines(&[(PRODUCT, 1)])).await;
    let (stock, version) = (shop.api.product(PRODUCT).await.stock, cart.version);
    let mut tried = Vec::new();
    for operation in operations(&shop.api).await {
        let in_cart = json!([{"product_id": PRODUCT, "quantity": 1}]);
        // The objects in which a member could stand, by pointer (RFC 6901).
        let (token, body, objects) = match operation.path.as_str() {
            paths::CART if operation.takes_body => {
                (&alice, json!({"version": version, "lines": in_cart}), vec!["", "/lines/0"])
            }
            paths::CART_MERGE => (&alice, json!({"lines": in_cart}), vec!["", "/lines/0"]),
            paths::ORDERS if operation.takes_body => (&alice, order_of(&cart), vec!["", "/address"]),
            path if path.ends_with(paths::RESTOCK) => (&staff, json!({"pieces": 1}), vec![""]),
            // The org's own, of another standard; whose body is judged by its own rules.
            paths::GLOBAL_TOKEN_REVOCATION => continue,
            path => {
                assert!(!operation.takes_body, "{path} takes a body: it belongs into this test");
                continue;
            }
        };
        for (object, member) in objects.iter().flat_map(|object| GREEDY.map(|member| (object, member))) {
            let mut greedy = body.clone();
            greedy.pointer_mut(object).unwrap()[member] = 1.into();
            let request = shop.api.request(operation.method.clone(), &operation.path_of(NOBODYS));
            let request = request.bearer_auth(token).header(paths::IDEMPOTENCY_KEY, "greedy").json(&greedy);
            let answer = Answer::read(request.send().await.unwrap()).await.expect(400);
            assert!(answer.detail().contains(&format!("`{member}`")), "{}: {answer:?}", operation.path);
        }
        tried.push(operation.path);
    }
    assert_eq!(tried.len(), 4, "{tried:?}");
    assert_eq!((shop.api.cart(&alice).await, shop.api.product(PRODUCT).await.stock), (cart, stock));
    assert!(shop.api.orders_of(&alice).await.is_empty());
    shop.close().await;
}
