//! Several tabs of one browser are one session.

use std::time::Duration;

use okta_local::{Endpoint, Fault, GrantType};

use crate::example::Example;
use crate::example::example_scene;
use e2e::pages::OrgSignIn;
use e2e::scene::{ALICE, BOB, Scene};

/// A minute of tokens that live five seconds, with a refresh token whose second use would be theft. The minute is the
/// browser's, whose clock is moved; the requests are real, and all tabs make theirs in the same moment.
#[tokio::test(flavor = "multi_thread")]
async fn three_tabs_make_exactly_one_refresh_a_period() {
    const PERIOD: u64 = 5;
    example_scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        org.set_refresh_grace(Duration::ZERO);
        org.set_access_token_lifetime(Duration::from_secs(PERIOD));
        tab.take_clock().await;
        Example(tab).sign_in(ALICE).await;
        let mut windows = vec![tab.window().await];
        for _ in 0..2 {
            windows.push(tab.open_another().await);
            tab.take_clock().await;
            Example(tab).open_messages().await;
            Example(tab).message().await;
        }
        let before = org.token_requests(GrantType::RefreshToken);
        for round in 1..=60 / PERIOD {
            // Slow enough for the other tabs to come in between, on a busy machine too.
            org.inject(Endpoint::Token, Fault::Delay(Duration::from_millis(600)), 1);
            tab.all_look_again_after(PERIOD).await;
            for window in &windows {
                tab.switch_to(window).await;
                tab.has_looked(round).await;
            }
            let refreshed = org.token_requests(GrantType::RefreshToken) - before;
            assert_eq!(refreshed, round, "refreshes after as many periods");
        }
        assert_eq!(org.requests(Endpoint::Authorize), 1);
        Example(tab).is_signed_in().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_tab_is_signed_in_without_a_word_of_the_org() {
    example_scene(async |scene: &mut Scene| {
        let tab = &scene.tab;
        Example(tab).sign_in(ALICE).await;
        tab.open_another().await;
        Example(tab).open_messages().await;
        Example(tab).message().await;
        assert_eq!(scene.org().requests(Endpoint::Authorize), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_out_in_one_tab_shows_in_the_other_which_does_not_sign_in_again() {
    example_scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        Example(tab).sign_in(ALICE).await;
        let first = tab.window().await;
        let second = tab.open_another().await;
        Example(tab).open_messages().await;
        Example(tab).message().await;
        tab.switch_to(&first).await;
        Example(tab).sign_out().await;
        Example(tab).shows_nobody().await;
        tab.switch_to(&second).await;
        tab.see_text(Example::PANEL, "signed out").await;
        tab.see_count("#message-1", 0).await;
        tab.until_at("/messages").await;
        assert_eq!(org.requests(Endpoint::Authorize), 1);
        // Only when the person says so; the org has forgotten them as well.
        tab.click(&format!("{} button", Example::PANEL)).await;
        OrgSignIn(tab).sign_in(BOB).await;
        Example(tab).message().await;
        // And a sign-in shows where somebody signed out.
        tab.switch_to(&first).await;
        Example(tab).is_signed_in().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_tab_that_wakes_after_others_renewed_uses_no_old_token() {
    example_scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        org.set_refresh_grace(Duration::ZERO);
        tab.take_clock().await;
        Example(tab).sign_in(ALICE).await;
        let asleep = tab.window().await;
        let awake = tab.open_another().await;
        tab.take_clock().await;
        Example(tab).open_messages().await;
        Example(tab).message().await;
        tab.switch_to(&asleep).await;
        tab.set_frozen(true).await;
        tab.switch_to(&awake).await;
        for round in 1..=2 {
            tab.look_again_after(2 * 3600).await;
            tab.has_looked(round).await;
        }
        assert_eq!(org.token_requests(GrantType::RefreshToken), 2);
        tab.switch_to(&asleep).await;
        tab.set_frozen(false).await;
        tab.look_again_after(4 * 3600).await;
        tab.has_looked(1).await;
        assert_eq!(org.token_requests(GrantType::RefreshToken), 2);
        assert_eq!(org.requests(Endpoint::Authorize), 1);
    })
    .await;
}

/// Somebody has copied the refresh token, and uses it when it is long used up: the org ends the whole sign-in.
#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_refresh_token_ends_the_session_in_every_tab() {
    example_scene(async |scene: &mut Scene| {
        let (tab, org) = (&scene.tab, scene.org());
        tab.take_clock().await;
        Example(tab).sign_in(ALICE).await;
        let stolen = tab.session().await.unwrap()["refresh_token"].as_str().unwrap().to_owned();
        let first = tab.window().await;
        let second = tab.open_another().await;
        tab.take_clock().await;
        Example(tab).open_messages().await;
        Example(tab).message().await;
        tab.look_again_after(2 * 3600).await;
        tab.has_looked(1).await;
        assert_eq!(org.token_requests(GrantType::RefreshToken), 1);

        org.advance_clock(Duration::from_secs(61));
        let form = [
            ("grant_type", "refresh_token"),
            ("client_id", scene.stack.client_id()),
            ("refresh_token", &stolen),
            ("scope", "openid profile email offline_access"),
        ];
        let url = format!("{}/v1/token", scene.stack.issuer());
        let thief = okta_cli::http::loopback().post(url).header("origin", scene.stack.spa_url()).form(&form);
        assert_eq!(thief.send().await.unwrap().status(), 400);
        assert!(org.system_log().iter().any(|event| event.event_type == "app.oauth2.as.token.detect_reuse"));

        tab.look_again_after(2 * 3600).await;
        tab.switch_to(&second).await;
        for window in [&second, &first] {
            tab.switch_to(window).await;
            tab.see_text("#notice", "expired").await;
            tab.see_count(Example::LOGOUT, 0).await;
        }
        let left = tab.session().await.unwrap();
        assert!(left["refresh_token"].is_null() && left["access_token"].is_null(), "{left}");
        assert_eq!(org.requests(Endpoint::Authorize), 1);
    })
    .await;
}
