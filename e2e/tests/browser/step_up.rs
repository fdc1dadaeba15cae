//! A large order asks for a second factor (RFC 9470), and is placed once.

use crate::order_book::orders_in_database;
use e2e::pages::{Cart, Checkout, Header, Orders, OrgSignIn, Products};
use e2e::scene::{ALICE, Scene, scene};

/// So many cost more than the API takes on a password alone.
const MANY: u32 = 12;

#[tokio::test(flavor = "multi_thread")]
async fn a_large_order_is_placed_once_after_a_second_factor() {
    scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
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
