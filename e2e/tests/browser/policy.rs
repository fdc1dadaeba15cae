//! The page's own security policy: no page and no step of the shop's life ever breaks it.

use e2e::pages::Header;
use e2e::scene::{ALICE, Scene, scene};

/// Counts what the policy stops, in every page, over all navigations of the tab.
const LISTEN: &str = "document.addEventListener('securitypolicyviolation', event => { \
    const seen = JSON.parse(sessionStorage.violations ?? '[]'); \
    seen.push(event.violatedDirective + ' ' + event.blockedURI); \
    sessionStorage.violations = JSON.stringify(seen); });";

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_the_shop_does_breaks_its_own_policy() {
    scene(async |scene: &mut Scene| {
        let (tab, shopper) = (&scene.tab, scene.shopper());
        tab.run_before_pages(LISTEN).await;
        let violations = "return sessionStorage.violations ?? '[]'";
        shopper.browses().await;
        shopper.puts("pear-sapling").await;
        shopper.checks_out().await;
        shopper.signs_in_as(ALICE).await;
        let number = shopper.orders().await;
        for page in ["/", "/products/glass-cloche", "/cart", "/orders", "/profile", "/messages", "/nowhere"] {
            tab.open(page).await;
            Header(tab).greets(ALICE).await;
        }
        shopper.finds_the_order(&number).await;
        assert_eq!(tab.run(violations, Vec::new()).await, "[]");
        shopper.signs_out().await;
        assert_eq!(tab.run(violations, Vec::new()).await, "[]");
        let policy = okta_cli::http::loopback().get(scene.stack.spa_url()).send().await.unwrap();
        let policy = policy.headers()["content-security-policy"].to_str().unwrap().to_owned();
        for part in ["script-src", "require-trusted-types-for 'script'"] {
            assert!(policy.contains(part), "{part} in {policy}");
        }
        assert!(!policy.contains("unsafe-inline"), "{policy}");
    })
    .await;
}
