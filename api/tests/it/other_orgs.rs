//! A shop of several orgs (`OKTA_OTHER_ORGS`): whoever has the same id at both is two people.

use api::OtherOrg;
use okta_local::{App, Org, RunningOrg};
use serde_json::json;
use shared::{Order, paths};

use crate::database::on_both_databases;
use crate::shop::{Api, SPA_ORIGIN, Shop, lines};

on_both_databases!(
    an_order_of_one_org_is_not_there_for_the_same_id_at_another,
    a_token_is_good_by_the_rules_of_its_own_org,
);

async fn birch() -> RunningOrg {
    let app = App::spa("Birch").redirect_uri(format!("{SPA_ORIGIN}/birch/login/callback"));
    Org::builder().port(0).app(app).start().await.unwrap()
}

async fn api_of_both(shop: &Shop, birch: &RunningOrg) -> Api {
    let other = OtherOrg {
        path: "/birch".to_owned(),
        issuer: birch.issuer().clone(),
        client_ids: vec![birch.client_id().to_owned()],
        audience: "api://default".to_owned(),
        org_addresses: Vec::new(),
    };
    shop.replica(|settings| settings.other_orgs = vec![other]).await
}

/// A token of the person who has this id at the other org.
fn token_of(birch: &RunningOrg, uid: &str) -> String {
    birch.mint_access_token(|claims| {
        claims.insert("uid".to_owned(), uid.into());
        claims.insert("scp".to_owned(), json!(["openid", paths::SCOPE_READ, paths::SCOPE_WRITE]));
    })
}

async fn an_order_of_one_org_is_not_there_for_the_same_id_at_another(shop: Shop) {
    shop.sell(&[("spade", 1999, 10)]);
    let birch = birch().await;
    let api = api_of_both(&shop, &birch).await;
    let (one, two) = (shop.someone("00uSame"), token_of(&birch, "00uSame"));
    let first: Order = api.buy(&one, "k", &lines(&[("spade", 1)])).await.expect(201).json();
    // The same key is no repetition: it is somebody else's.
    let second: Order = api.buy(&two, "k", &lines(&[("spade", 2)])).await.expect(201).json();
    assert_eq!(api.orders_of(&one).await, std::slice::from_ref(&first));
    assert_eq!(api.orders_of(&two).await, std::slice::from_ref(&second));
    for (token, number) in [(&one, &second.number), (&two, &first.number)] {
        api.get_as(token, &format!("{}/{number}", paths::ORDERS)).await.expect(404);
        api.post(token, &format!("{}/{number}{}", paths::ORDERS, paths::CANCEL)).await.expect(404);
    }
    assert!(
        api.fill(&one, &lines(&[("spade", 3)])).await.lines.len() == 1
            && api.cart(&two).await.lines.is_empty()
    );
    api.stop().await;
    birch.stop().await;
    shop.close().await;
}

async fn a_token_is_good_by_the_rules_of_its_own_org(shop: Shop) {
    let birch = birch().await;
    let api = api_of_both(&shop, &birch).await;
    // The app of the one org is none of the other's.
    let foreign_app = birch.mint_access_token(|claims| {
        claims.insert("cid".to_owned(), shop.org.client_id().into());
    });
    for (token, status) in [(token_of(&birch, "00u1"), 200), (shop.alice(), 200), (foreign_app, 401)] {
        api.get_as(&token, paths::CART).await.expect(status);
    }
    // An API that was not told of the org takes nothing of it.
    shop.api.get_as(&token_of(&birch, "00u1"), paths::CART).await.expect(401);
    api.stop().await;
    birch.stop().await;
    shop.close().await;
}
