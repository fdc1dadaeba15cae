//! One shop with two orgs: the pages below `/birch` are the second one's. Both know an Alice of the same id, login and
//! password, and the shop by the same client id: she is two people all the same.

use e2e::browser::{Tab, hook};
use e2e::pages::{Dashboard, Header, Messages, Orders, OrgSignIn};
use e2e::scene::{ALICE, BOB, Person, Scene, scene_of_two_orgs};
use okta_local::Endpoint;

const BIRCH: &str = "/birch";

/// Opens a page that shows only to those who have signed in, and signs in on the way.
async fn sign_in(scene: &Scene, tab: &Tab, person: Person) {
    scene.shopper_at(tab).opens_signing_in_as(person, "/orders").await;
}

/// Whoever has signed in finds their orders in a page that is loaded anew: with their token, and the key that it is bound to.
async fn finds_the_orders(tab: &Tab, person: Person) {
    Orders(tab).open().await;
    Header(tab).greets(person).await;
    Orders(tab).is_shown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_org_has_a_session_of_its_own_and_a_sign_out_leaves_the_others() {
    scene_of_two_orgs(async |scene: &mut Scene| {
        let (first, birch) = (&scene.tab, &scene.tab_below(BIRCH));
        sign_in(scene, first, ALICE).await;
        assert_eq!(scene.second_org().requests(Endpoint::Authorize), 0);
        birch.open("/").await;
        Header(birch).shows_nobody().await;
        sign_in(scene, birch, BOB).await;
        assert_eq!(scene.second_org().requests(Endpoint::Authorize), 1);
        finds_the_orders(first, ALICE).await;
        finds_the_orders(birch, BOB).await;
        scene.shopper_at(birch).signs_out().await;
        finds_the_orders(first, ALICE).await;
        sign_in(scene, birch, BOB).await;
        first.open("/").await;
        scene.shopper_at(first).signs_out().await;
        finds_the_orders(birch, BOB).await;
    })
    .await;
}

/// What one page does, another one of the same browser hears at once, if it is of the same org.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_the_other_org_that_is_open_hears_of_nothing() {
    scene_of_two_orgs(async |scene: &mut Scene| {
        let (first, birch) = (&scene.tab, &scene.tab_below(BIRCH));
        sign_in(scene, first, ALICE).await;
        let window = first.window().await;
        first.open_another().await;
        sign_in(scene, birch, ALICE).await;
        scene.shopper_at(birch).signs_out().await;
        first.switch_to(&window).await;
        Header(first).greets(ALICE).await;
        Header(first).open("messages").await;
        Messages(first).message(0).await;
        Header(first).greets(ALICE).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shop_stays_at_its_org_from_the_shelves_to_the_order() {
    scene_of_two_orgs(async |scene: &mut Scene| {
        let (first, birch) = (&scene.tab, &scene.tab_below(BIRCH));
        let shopper = scene.shopper_at(birch);
        birch.open("/").await;
        Header(birch).open("products").await;
        birch.until_at("/products").await;
        shopper.puts("pear-sapling").await;
        shopper.checks_out().await;
        shopper.signs_in_as(ALICE).await;
        let theirs = shopper.orders().await;
        birch.until_at(&format!("/orders/{theirs}?placed=1")).await;
        shopper.finds_the_order(&theirs).await;
        // The other Alice, who has the same id at the first org.
        sign_in(scene, first, ALICE).await;
        Orders(first).shows_rows(0).await;
        first.open(&format!("/orders/{theirs}")).await;
        first.see_text(&hook("failure"), "There is nothing here").await;
        let shopper = scene.shopper_at(first);
        shopper.browses().await;
        shopper.puts("fig-sapling").await;
        shopper.checks_out().await;
        let own = shopper.orders().await;
        Orders(first).open().await;
        Orders(first).shows(1, &own).await;
        Orders(birch).open().await;
        Orders(birch).shows(1, &theirs).await;
    })
    .await;
}

/// Both tiles lead to one page, and the link says which org it is of.
#[tokio::test(flavor = "multi_thread")]
async fn a_tile_of_the_other_org_signs_in_there() {
    scene_of_two_orgs(async |scene: &mut Scene| {
        let (first, birch) = (&scene.tab, &scene.tab_below(BIRCH));
        first.open_url(scene.second_org().base_url()).await;
        OrgSignIn(first).sign_in(ALICE).await;
        Dashboard(first).is_of(&ALICE.account().login).await;
        Dashboard(first).open("Grove").await;
        birch.until_at("/").await;
        Header(birch).greets(ALICE).await;
        assert_eq!(scene.org().requests(Endpoint::Authorize), 0);
        first.open("/").await;
        Header(first).shows_nobody().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_of_a_third_org_begins_a_sign_in_at_neither() {
    scene_of_two_orgs(async |scene: &mut Scene| {
        let issuer = scene.second_org().issuer().as_str().to_owned();
        let first = scene.stack.issuer().to_owned();
        for (link, trusted) in [
            ("/login?iss=https://evil.example".to_owned(), &first),
            ("/birch/login?iss=https://evil.example".to_owned(), &issuer),
            (format!("/birch/login?iss={first}"), &issuer),
        ] {
            scene.tab.open(&link).await;
            let text = scene.tab.see(&hook("login-refused")).await;
            assert!(text.contains(trusted), "{link}: {text}");
        }
        let asked = [scene.org(), scene.second_org()].map(|org| org.requests(Endpoint::Authorize));
        assert_eq!(asked, [0, 0]);
    })
    .await;
}
