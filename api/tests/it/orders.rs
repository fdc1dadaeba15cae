//! Orders: what they cost, whose they are, and that they last.

use futures_util::future::join_all;
use reqwest::Method;
use shared::{Money, Order, OrderPage, OrderStatus, Problem, paths};

use crate::answer::Answer;
use crate::database::on_both_databases;
use crate::shop::{Shop, lines, order_of};

on_both_databases!(
    an_order_has_the_prices_of_the_catalogue,
    orders_are_listed_newest_first_and_keep_their_prices,
    another_persons_order_is_not_there,
    a_service_is_told_apart_from_people_by_its_subject,
    what_is_not_there_is_not_sold,
    the_last_piece_is_sold_once,
    an_order_outlives_the_process,
    an_order_names_its_address_and_an_address_without_a_town_is_refused,
    a_price_that_changed_is_agreed_to_anew,
    two_tabs_that_order_one_cart_place_one_order,
    an_order_is_cancelled_once_and_its_pieces_come_back,
    the_list_of_orders_is_paged_by_cursor,
    nobody_reaches_what_is_another_persons,
    what_only_the_shop_decides_cannot_be_sent,
    an_address_holds_nothing_invisible_but_what_its_spelling_needs,
);

async fn an_order_has_the_prices_of_the_catalogue(shop: Shop) {
    shop.sell(&[("spade", 1999, 10), ("twine", 250, 10)]);
    let token = shop.alice();
    let answer = shop.api.buy(&token, "k", &lines(&[("twine", 3), ("spade", 2)])).await.expect(201);
    let order: Order = answer.json();
    assert_eq!(answer.header("location"), Some(format!("{}/{}", paths::ORDERS, order.number).as_str()));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!((order.status, order.total), (OrderStatus::Placed, Money::from_cents(4748)));
    let shown: Vec<_> =
        order.lines.iter().map(|l| (l.product_id.as_str(), l.quantity.get(), l.unit_price.cents())).collect();
    assert_eq!(shown, [("twine", 3, 250), ("spade", 2, 1999)]);
    assert_eq!((shop.api.product("twine").await.stock, shop.api.product("spade").await.stock), (7, 8));
    assert_eq!(
        shop.api.get_as(&token, answer.header("location").unwrap()).await.expect(200).json::<Order>(),
        order
    );
    shop.close().await;
}

async fn orders_are_listed_newest_first_and_keep_their_prices(shop: Shop) {
    shop.sell(&[("spade", 1999, 10)]);
    let token = shop.alice();
    let first: Order = shop.api.buy(&token, "k1", &lines(&[("spade", 1)])).await.expect(201).json();
    shop.sell(&[("spade", 2999, 10)]);
    let second: Order = shop.api.buy(&token, "k2", &lines(&[("spade", 1)])).await.expect(201).json();
    assert_eq!((first.total.cents(), second.total.cents()), (1999, 2999));
    assert_eq!(shop.api.orders_of(&token).await, [second, first]);
    shop.close().await;
}

async fn another_persons_order_is_not_there(shop: Shop) {
    let order: Order =
        shop.api.buy(&shop.alice(), "k", &lines(&[("apple-sapling", 1)])).await.expect(201).json();
    let path = format!("{}/{}", paths::ORDERS, order.number);
    let foreign = shop.api.get_as(&shop.bob(), &path).await.expect(404);
    let absent = shop.api.get_as(&shop.bob(), "/api/orders/G-0000-0000").await.expect(404);
    assert_eq!(foreign.body, absent.body);
    assert!(shop.api.orders_of(&shop.bob()).await.is_empty());
    shop.api.get(&path).await.expect(401);
    shop.api.get_as(&shop.alice(), &path).await.expect(200);
    shop.close().await;
}

async fn a_service_is_told_apart_from_people_by_its_subject(shop: Shop) {
    let service = shop.token(|claims| {
        claims.remove("uid");
        claims.insert("sub".to_owned(), shop.org.client_id().into());
    });
    shop.api.buy(&service, "k", &lines(&[("apple-sapling", 1)])).await.expect(201);
    assert_eq!(shop.api.orders_of(&service).await.len(), 1);
    assert!(shop.api.orders_of(&shop.alice()).await.is_empty());
    shop.close().await;
}

async fn what_is_not_there_is_not_sold(shop: Shop) {
    shop.sell(&[("spade", 100, 10), ("twine", 100, 5)]);
    let (alice, bob) = (shop.alice(), shop.bob());
    let wanted = order_of(&shop.api.fill(&alice, &lines(&[("spade", 1), ("twine", 3)])).await);
    shop.api.buy(&bob, "k", &lines(&[("twine", 3)])).await.expect(201);
    let answer = shop.api.order(&alice, "k1", &wanted).await.expect(409);
    assert_eq!(answer.code(), "out_of_stock");
    assert_eq!(answer.detail(), "Not enough left of twine (2 left).");
    assert_eq!(shop.api.product("spade").await.stock, 10);
    shop.api.fill(&alice, &lines(&[("spade", 1)])).await;
    shop.sell(&[("twine", 100, 2)]);
    let withdrawn = shop.api.check_out(&alice, "k3").await.expect(409);
    assert_eq!(withdrawn.detail(), "Not enough left of spade (0 left).");
    assert!(shop.api.orders_of(&alice).await.is_empty());
    shop.close().await;
}

async fn the_last_piece_is_sold_once(shop: Shop) {
    const BUYERS: usize = 64;
    shop.sell(&[("spade", 100, 1)]);
    let body = lines(&[("spade", 1)]);
    let tokens: Vec<_> = (0..BUYERS).map(|i| shop.someone(&format!("00ubuyer{i:012}"))).collect();
    let orders: Vec<_> =
        join_all(tokens.iter().map(|token| shop.api.fill(token, &body))).await.iter().map(order_of).collect();
    let buyers = tokens.iter().zip(&orders);
    let answers = join_all(buyers.map(|(token, order)| shop.api.order(token, "k", order))).await;
    let refused: Vec<_> = answers.iter().filter(|answer| answer.status != 201).collect();
    assert_eq!(refused.len(), BUYERS - 1, "{answers:?}");
    for answer in refused {
        assert_eq!((answer.status, answer.code().as_str()), (409, "out_of_stock"));
        assert_eq!(answer.detail(), "Not enough left of spade (0 left).");
    }
    assert_eq!(shop.api.product("spade").await.stock, 0);
    shop.close().await;
}

async fn an_order_outlives_the_process(shop: Shop) {
    let token = shop.alice();
    let body = order_of(&shop.api.fill(&token, &lines(&[("apple-sapling", 2)])).await);
    let order: Order = shop.api.order(&token, "k", &body).await.expect(201).json();
    let stock = shop.api.product("apple-sapling").await.stock;
    let shop = shop.reopen().await;
    assert_eq!(shop.api.orders_of(&token).await, std::slice::from_ref(&order));
    assert_eq!(shop.api.product("apple-sapling").await.stock, stock);
    assert_eq!(shop.api.order(&token, "k", &body).await.expect(201).json::<Order>(), order);
    shop.close().await;
}

async fn an_order_names_its_address_and_an_address_without_a_town_is_refused(shop: Shop) {
    let token = shop.alice();
    let mut order = order_of(&shop.api.fill(&token, &lines(&[("apple-sapling", 1)])).await);
    order["address"]["city"] = "  ".into();
    order["address"]["postal_code"] = "9720".into();
    let answer = shop.api.order(&token, "k", &order).await.expect(400);
    let problem: Problem = answer.json();
    let fields: Vec<_> = problem.fields.iter().map(|field| field.field.as_str()).collect();
    assert_eq!((problem.code.as_str(), fields), ("invalid_address", vec!["city", "postal_code"]));
    order["address"]["city"] = " Port  land ".into();
    order["address"]["postal_code"] = "97201".into();
    let placed: Order = shop.api.order(&token, "k", &order).await.expect(201).json();
    assert_eq!((placed.address.city.as_str(), placed.address.country.as_str()), ("Port land", "US"));
    assert_eq!(shop.api.orders_of(&token).await, [placed]);
    shop.close().await;
}

async fn a_price_that_changed_is_agreed_to_anew(shop: Shop) {
    shop.sell(&[("spade", 1000, 10)]);
    let token = shop.alice();
    let order = order_of(&shop.api.fill(&token, &lines(&[("spade", 2)])).await);
    shop.sell(&[("spade", 1250, 10)]);
    let answer = shop.api.order(&token, "k", &order).await.expect(409);
    let problem: Problem = answer.json();
    assert_eq!((problem.code.as_str(), problem.total), ("total_changed", Some(Money::from_cents(2500))));
    assert_eq!(shop.api.product("spade").await.stock, 10);
    let cart = shop.api.cart(&token).await;
    assert_eq!((cart.lines[0].seen_price.cents(), cart.total.cents()), (1000, 2500));
    // The same key may be used again: nothing was kept of the refused order.
    let placed: Order = shop.api.order(&token, "k", &order_of(&cart)).await.expect(201).json();
    assert_eq!(placed.total.cents(), 2500);
    shop.close().await;
}

async fn two_tabs_that_order_one_cart_place_one_order(shop: Shop) {
    shop.sell(&[("spade", 100, 100)]);
    let token = shop.alice();
    let order = order_of(&shop.api.fill(&token, &lines(&[("spade", 1)])).await);
    let keys: Vec<_> = (0..16).map(|tab| format!("tab-{tab}")).collect();
    let answers = join_all(keys.iter().map(|key| shop.api.order(&token, key, &order))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1, "{answers:?}");
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!((refused.status, refused.code().as_str()), (409, "cart_changed"));
    }
    assert_eq!(shop.api.product("spade").await.stock, 99);
    let cart = shop.api.cart(&token).await;
    assert!(cart.lines.is_empty());
    assert_eq!(shop.api.order(&token, "new", &order_of(&cart)).await.expect(409).code(), "cart_empty");
    shop.close().await;
}

async fn an_order_is_cancelled_once_and_its_pieces_come_back(shop: Shop) {
    shop.sell(&[("spade", 100, 10)]);
    let token = shop.alice();
    let body = order_of(&shop.api.fill(&token, &lines(&[("spade", 4)])).await);
    let order: Order = shop.api.order(&token, "k", &body).await.expect(201).json();
    let cancel = format!("{}/{}{}", paths::ORDERS, order.number, paths::CANCEL);
    let answers = join_all((0..8).map(|_| shop.api.post(&token, &cancel))).await;
    for answer in &answers {
        assert_eq!((answer.status, answer.json::<Order>().status), (200, OrderStatus::Cancelled));
    }
    assert_eq!(shop.api.product("spade").await.stock, 10);
    // The answer to the first request stays what it was.
    assert_eq!(shop.api.order(&token, "k", &body).await.expect(201).json::<Order>(), order);
    shop.close().await;
}

async fn the_list_of_orders_is_paged_by_cursor(shop: Shop) {
    shop.sell(&[("spade", 100, 100)]);
    let token = shop.alice();
    for key in ["k1", "k2", "k3", "k4", "k5"] {
        shop.api.buy(&token, key, &lines(&[("spade", 1)])).await.expect(201);
    }
    let all: Vec<_> = shop.api.orders_of(&token).await.into_iter().map(|order| order.number).collect();
    let (mut seen, mut query) = (Vec::new(), "?limit=2".to_owned());
    loop {
        let page = shop.api.get_as(&token, &format!("{}{query}", paths::ORDERS)).await.expect(200);
        let page: OrderPage = page.json();
        assert!(page.orders.len() <= 2);
        seen.extend(page.orders.into_iter().map(|order| order.number));
        match page.next_cursor {
            Some(cursor) => query = format!("?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!((seen.len(), &seen), (5, &all));
    for bad in ["?limit=0", "?limit=101", "?cursor=x", "?cursor=G-0000-0000", "?cursor=%00"] {
        let answer = shop.api.get_as(&token, &format!("{}{bad}", paths::ORDERS)).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "invalid_request"), "{bad}");
    }
    let foreign = format!("{}?cursor={}", paths::ORDERS, all[0]);
    shop.api.get_as(&shop.bob(), &foreign).await.expect(400);
    shop.close().await;
}

async fn nobody_reaches_what_is_another_persons(shop: Shop) {
    let (alice, bob) = (shop.alice(), shop.bob());
    let order: Order = shop.api.buy(&alice, "k", &lines(&[("apple-sapling", 1)])).await.expect(201).json();
    let stock = shop.api.product("apple-sapling").await.stock;
    let path = format!("{}/{}", paths::ORDERS, order.number);
    for number in [order.number.as_str(), "G-0000-0000", "g-0000-0000", "G-0000-000", "1", "%00", "..%2f"] {
        let path = format!("{}/{number}", paths::ORDERS);
        shop.api.get_as(&bob, &path).await.expect(404);
        shop.api.post(&bob, &format!("{path}{}", paths::CANCEL)).await.expect(404);
    }
    for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::POST] {
        let answer = shop.api.request(method, &path).bearer_auth(&bob).send().await.unwrap();
        Answer::read(answer).await.expect(405);
    }
    shop.api.fill(&alice, &lines(&[("apple-sapling", 1)])).await;
    assert!(shop.api.cart(&bob).await.lines.is_empty());
    assert_eq!(shop.api.cart(&alice).await.lines.len(), 1);
    assert_eq!(shop.api.product("apple-sapling").await.stock, stock);
    assert_eq!(shop.api.get_as(&alice, &path).await.expect(200).json::<Order>(), order);
    shop.close().await;
}

async fn what_only_the_shop_decides_cannot_be_sent(shop: Shop) {
    let token = shop.alice();
    let good = order_of(&shop.api.fill(&token, &lines(&[("apple-sapling", 1)])).await);
    for member in ["price", "status", "user_id", "total", "number", "lines", "person", "iss"] {
        let mut greedy = good.clone();
        greedy[member] = 1.into();
        let answer = shop.api.order(&token, "k", &greedy).await.expect(400);
        assert!(answer.detail().contains(&format!("`{member}`")), "{answer:?}");
    }
    let mut greedy = good.clone();
    greedy["address"]["person"] = "00ubob".into();
    shop.api.order(&token, "k", &greedy).await.expect(400);
    shop.api.order(&token, "k", &good).await.expect(201);
    shop.close().await;
}

async fn an_address_holds_nothing_invisible_but_what_its_spelling_needs(shop: Shop) {
    let token = shop.alice();
    for (key, typed, kept) in [
        ("turned", "Al\u{202e}ice\u{2066} Sho\u{200b}pper\u{2069}\u{feff}", "Alice Shopper"),
        ("persian", "علی\u{200c}رضا", "علی\u{200c}رضا"),
    ] {
        let mut order = order_of(&shop.api.fill(&token, &lines(&[("apple-sapling", 1)])).await);
        order["address"]["name"] = typed.into();
        let placed: Order = shop.api.order(&token, key, &order).await.expect(201).json();
        assert_eq!(placed.address.name, kept);
        assert_eq!(shop.api.orders_of(&token).await[0].address.name, kept);
    }
    shop.close().await;
}
