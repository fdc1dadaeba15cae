//! An org that takes no authorization request but a pushed one (RFC 9126).

use e2e::pages::{Header, Notices, OrgSignIn};
use e2e::scene::{ALICE, Scene, scene};
use okta_local::{Endpoint, Fault};

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_is_pushed_to_an_org_that_requires_it_and_leads_back_to_its_place() {
    scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        org.require_pushed_authorization_requests(true);
        tab.open("/orders?x=1#y").await;
        OrgSignIn(tab).sign_in(ALICE).await;
        tab.until_at("/orders?x=1#y").await;
        Header(tab).greets(ALICE).await;
        assert_eq!((org.requests(Endpoint::Par), org.requests(Endpoint::Authorize)), (1, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pushed_request_that_gets_no_answer_is_told_and_may_be_tried_again() {
    scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        org.require_pushed_authorization_requests(true);
        org.inject(Endpoint::Par, Fault::Fail(503), 1);
        tab.open("/").await;
        Header(tab).sign_in().await;
        Notices(tab).tell_of_the_session("busy").await;
        assert_eq!(org.requests(Endpoint::Authorize), 0);
        Header(tab).sign_in().await;
        OrgSignIn(tab).sign_in(ALICE).await;
        Header(tab).greets(ALICE).await;
    })
    .await;
}
