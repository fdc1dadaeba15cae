//! The API of an issuer whose access tokens are those of RFC 9068, and not Okta's.

use serde_json::{Map, Value, json};
use shared::{AccessClaims, Order, paths};

use crate::program::Program;
use crate::shop::{Shop, lines};

/// A token in the standard's form, with a changed header and changed claims.
fn token(shop: &Shop, header: Value, changes: Value) -> String {
    let (now, kid) = (shop.org.now().seconds(), kid(shop));
    let mut claims = json!({
        "iss": shop.org.issuer(), "exp": now + 3600, "aud": "api://default", "sub": "5ba552d67",
        "client_id": shop.org.client_id(), "iat": now, "jti": "dbe39bf3",
        "scope": format!("{} {}", paths::SCOPE_READ, paths::SCOPE_WRITE),
    });
    let mut all = json!({"alg": "RS256", "kid": kid});
    merge(&mut all, header);
    merge(&mut claims, changes);
    shop.org.sign_jwt(&all, &claims)
}

fn kid(shop: &Shop) -> Value {
    serde_json::to_value(shop.org.public_keys()).unwrap()["keys"][0]["kid"].clone()
}

fn merge(into: &mut Value, changes: Value) {
    let changes: Map<String, Value> = serde_json::from_value(changes).unwrap();
    into.as_object_mut().unwrap().extend(changes);
}

#[tokio::test]
async fn an_api_may_take_the_standards_tokens_alone() {
    let shop = Shop::open().await;
    let mut command = shop.program();
    command.env("REQUIRE_AT_JWT", "true");
    let program = Program::spawn(command, &shop.org);
    let api = &program.client;
    let typed = || json!({"typ": "at+jwt"});
    let good = token(&shop, typed(), json!({}));
    let shown: AccessClaims = api.get_as(&good, paths::WHOAMI).await.expect(200).json();
    assert_eq!((shown.sub.as_str(), shown.cid.as_str()), ("5ba552d67", shop.org.client_id()));
    // Scopes open what they are for, and the person is the `sub`.
    let order: Order = api.buy(&good, "k", &lines(&[("apple-sapling", 1)])).await.expect(201).json();
    let path = format!("{}/{}", paths::ORDERS, order.number);
    let other = token(&shop, typed(), json!({"sub": "another", "uid": "5ba552d67"}));
    api.get_as(&other, &path).await.expect(404);
    let less = token(&shop, typed(), json!({"scope": paths::SCOPE_WRITE, "scp": [paths::SCOPE_READ]}));
    api.get_as(&less, &path).await.expect(403);
    for bad in
        [token(&shop, json!({}), json!({})), token(&shop, json!({"typ": "JWT"}), json!({})), shop.alice()]
    {
        api.get_as(&bad, paths::WHOAMI).await.expect(401);
    }
    // Without the setting it is the other way round.
    shop.api.get_as(&good, paths::WHOAMI).await.expect(401);
    shop.api.get_as(&shop.alice(), paths::WHOAMI).await.expect(200);
    program.terminate().await;
    shop.close().await;
}
