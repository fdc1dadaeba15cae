//! One order for each time that the shopper means it, whatever becomes of pages, answers and networks meanwhile.

use crate::order_book::orders_in_database;
use e2e::browser::hook;
use e2e::pages::{Cart, Checkout, Header, OrgSignIn, Products};
use e2e::scene::{ALICE, Scene, scene};

/// Loses the first answer to an order: the API has placed it, and the page never hears of it.
const LOSE_THE_FIRST_ANSWER: &str = "const send = window.fetch; \
    window.fetch = async (...request) => { \
        const answer = await send(...request); \
        const url = request[0].url ?? request[0]; \
        const method = request[1]?.method ?? request[0].method; \
        if (method === 'POST' && url.endsWith('/api/orders') && !sessionStorage.lost) { \
            sessionStorage.lost = 'yes'; \
            return new Promise(() => {}); \
        } \
        return answer; };";

async fn at_the_review(scene: &Scene) {
    let tab = &scene.tab;
    Products(tab).open().await;
    Products(tab).add("pear-sapling").await;
    Header(tab).open_cart().await;
    Cart(tab).check_out().await;
    OrgSignIn(tab).sign_in(ALICE).await;
    Checkout(tab).is_shown().await;
    Checkout(tab).fill_in_address().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_whose_answer_got_lost_is_found_after_a_reload() {
    scene(async |scene: &mut Scene| {
        scene.tab.run_before_pages(LOSE_THE_FIRST_ANSWER).await;
        at_the_review(scene).await;
        let tab = &scene.tab;
        tab.click(&hook("place-order")).await;
        tab.until("the order to be placed", async || match orders_in_database(&scene.stack).await.len() {
            1 => Ok(()),
            others => Err(format!("{others} orders")),
        })
        .await;
        assert_eq!(tab.count(&hook("order-placed")).await, 0);
        tab.reload().await;
        let number = Checkout(tab).placed().await;
        assert_eq!(orders_in_database(&scene.stack).await, [number]);
        Header(tab).counts(0).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_without_a_network_is_placed_once_when_it_is_back() {
    scene(async |scene: &mut Scene| {
        at_the_review(scene).await;
        let tab = &scene.tab;
        tab.set_offline(true).await;
        tab.click(&hook("place-order")).await;
        tab.see(&hook("failure")).await;
        tab.set_offline(false).await;
        let number = Checkout(tab).place_order().await;
        assert_eq!(orders_in_database(&scene.stack).await, [number]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_click_and_the_back_button_place_one_order() {
    scene(async |scene: &mut Scene| {
        at_the_review(scene).await;
        let tab = &scene.tab;
        let script = "const button = document.querySelector('[data-testid=place-order]'); \
                      button.click(); button.click();";
        tab.client().execute(script, Vec::new()).await.unwrap();
        let number = Checkout(tab).placed().await;
        tab.back().await;
        tab.see(".panel-empty").await;
        assert_eq!(orders_in_database(&scene.stack).await, [number]);
    })
    .await;
}
