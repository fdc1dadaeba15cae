//! A large order asks for a second factor (RFC 9470), and is placed once.

use std::time::Duration;

use crate::order_book::orders_in_database;
use e2e::browser::{Tab, hook};
use e2e::pages::{CallbackFailure, Cart, Checkout, Header, Orders, OrgSignIn, Products};
use e2e::scene::{ALICE, Scene, bearer_scene, scene};

/// So many cost more than the API takes on a password alone.
const MANY: u32 = 12;

/// Alice has signed in and is about to place a large order.
pub(crate) async fn reach_the_review(tab: &Tab) {
    Products(tab).open().await;
    for _ in 0..MANY {
        Products(tab).add("japanese-maple-sapling").await;
    }
    Header(tab).counts(MANY).await;
    Header(tab).open_cart().await;
    Cart(tab).check_out().await;
    OrgSignIn(tab).sign_in(ALICE).await;
    Checkout(tab).is_shown().await;
    Checkout(tab).fill_in_address().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_order_is_placed_once_after_a_second_factor() {
    scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        reach_the_review(tab).await;
        Checkout(tab).place_and_confirm().await;
        assert!(orders_in_database(&scene.stack).await.is_empty());

        OrgSignIn(tab).enter_code(&org.totp_code(&ALICE.login()).unwrap()).await;
        let number = Checkout(tab).placed().await;
        assert_eq!(orders_in_database(&scene.stack).await, std::slice::from_ref(&number));
        tab.reload().await;
        Orders(tab).open().await;
        Orders(tab).shows(1, &number).await;
        assert_eq!(orders_in_database(&scene.stack).await, [number]);
    })
    .await;
}

/// Another identity provider answers for her, from a session of its own, whatever the org asks. Bearer tokens: the org's clock
/// alone goes on, and a proof by any other clock would be too old for it.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_asked_again_keeps_session_and_cart_and_is_told_who_can_mend_it() {
    bearer_scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        reach_the_review(tab).await;
        assert!(org.federate(&ALICE.login()));
        org.advance_clock(Duration::from_secs(20 * 60));
        Checkout(tab).place_and_confirm().await;
        OrgSignIn(tab).sign_in(ALICE).await;
        OrgSignIn(tab).enter_code(&org.totp_code(&ALICE.login()).unwrap()).await;
        assert_eq!(CallbackFailure(tab).read().await.0, "invalid_id_token");
        tab.see_text(&hook("callback-error"), "did not ask you to sign in again").await;
        tab.see_text(&hook("callback-error"), "the people who manage your account").await;
        CallbackFailure(tab).offers_no_retry().await;
        CallbackFailure(tab).go_home().await;
        Header(tab).greets(ALICE).await;
        Header(tab).counts(MANY).await;
        assert!(orders_in_database(&scene.stack).await.is_empty());
    })
    .await;
}
