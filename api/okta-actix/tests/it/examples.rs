//! The examples, against an org.

use okta_local::{App, Org, RunningOrg};
use reqwest::header::{ACCESS_CONTROL_ALLOW_ORIGIN, AUTHORIZATION, CACHE_CONTROL, ORIGIN, WWW_AUTHENTICATE};
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};

use crate::program::Program;
use crate::site::PAGE;

/// A running example, and a page of another origin that calls it.
struct Example {
    program: Program,
    client: Client,
}

impl Example {
    async fn start(name: &'static str, environment: Vec<(&'static str, String)>) -> Self {
        let client = Client::builder().no_proxy().build().unwrap();
        Self { program: Program::start(name, environment).await, client }
    }

    async fn ask(&self, method: Method, path: &str, token: Option<&str>) -> Response {
        let request = self.client.request(method, format!("{}{path}", self.program.url)).header(ORIGIN, PAGE);
        let request = match token {
            Some(token) => request.header(AUTHORIZATION, format!("Bearer {token}")),
            None => request,
        };
        request.send().await.unwrap()
    }

    async fn check(&self, method: Method, path: &str, token: Option<&str>, status: u16, says: &str) {
        let response = self.ask(method, path, token).await;
        let challenge = challenge(&response);
        let (found, body) = (response.status().as_u16(), response.text().await.unwrap());
        assert!(
            found == status && (body.contains(says) || challenge.contains(says)),
            "{path}: {found} {challenge} {body}"
        );
    }
}

fn challenge(response: &Response) -> String {
    response.headers().get(WWW_AUTHENTICATE).map_or(String::new(), |value| value.to_str().unwrap().to_owned())
}

/// A token of alice's with these changes.
fn token(org: &RunningOrg, changes: Value) -> String {
    let Value::Object(changes) = changes else { unreachable!() };
    org.mint_access_token(|claims| claims.extend(changes))
}

#[actix_web::test]
async fn the_example_with_guards_for_each_route_does_what_it_says() {
    let org = Org::builder().app(App::spa("Grove")).start().await.unwrap();
    let environment = vec![
        ("OKTA_OAUTH2_ISSUER", org.issuer().to_string()),
        ("OKTA_OAUTH2_CLIENT_ID", org.client_id().to_owned()),
    ];
    let example = Example::start("per_route", environment).await;
    let now = org.now().0;
    let plain = token(
        &org,
        json!({"scp": ["openid"], "groups": [], "auth_time": now - 3000, "acr": "urn:okta:loa:1fa:any"}),
    );
    let strong = token(
        &org,
        json!({"scp": ["openid", "messages.read"], "groups": ["shop-staff"], "auth_time": now, "acr": "phr"}),
    );
    let (get, post) = (Method::GET, Method::POST);
    example.check(get.clone(), "/api/hello", None, 200, "Hello, stranger").await;
    example.check(get.clone(), "/api/hello", Some(&plain), 200, "Hello, alice").await;
    example.check(get.clone(), "/api/hello", Some("bad"), 401, "invalid_token").await;
    example.check(get.clone(), "/api/whoami", None, 401, "Bearer realm=\"shop\"").await;
    example.check(get.clone(), "/api/whoami", Some(&plain), 200, "00u").await;
    example.check(get.clone(), "/api/messages", Some(&plain), 403, "scope=\"messages.read\"").await;
    example.check(get.clone(), "/api/messages", Some(&strong), 200, "I am a robot.").await;
    example.check(get.clone(), "/api/stock", Some(&plain), 403, "forbidden").await;
    example.check(get, "/api/stock", Some(&strong), 200, "Plenty.").await;
    example.check(post.clone(), "/api/address", Some(&plain), 401, "max_age=\"300\"").await;
    example.check(post.clone(), "/api/address", Some(&strong), 200, "Changed.").await;
    example.check(post.clone(), "/api/orders/10", Some(&plain), 200, "Ordered for 10").await;
    example
        .check(post.clone(), "/api/orders/5000", Some(&plain), 401, "acr_values=\"urn:okta:loa:2fa:any phr\"")
        .await;
    example.check(post, "/api/orders/5000", Some(&strong), 200, "Ordered for 5000").await;
    let refused = example.ask(Method::GET, "/api/whoami", None).await;
    assert_eq!(refused.headers().get(ACCESS_CONTROL_ALLOW_ORIGIN).unwrap(), PAGE);
    org.stop().await;
}

#[actix_web::test]
async fn the_example_with_a_closed_scope_does_what_it_says() {
    let start = || async { Org::builder().app(App::spa("Grove")).start().await.unwrap() };
    let (shop, staff) = (start().await, start().await);
    let service = staff.service_client();
    let environment = vec![
        ("SHOP_ISSUER", shop.issuer().to_string()),
        ("STAFF_ISSUER", staff.issuer().to_string()),
        ("OKTA_CLIENT_ID", service.client_id.clone()),
        ("OKTA_CLIENT_SECRET", service.client_secret.expose().to_owned()),
    ];
    let example = Example::start("whole_scope", environment).await;
    let of_shop = shop.mint_access_token(|_| {});
    let of_staff =
        |jti: &str| token(&staff, json!({"aud": "api://staff", "cid": service.client_id, "jti": jti}));
    let get = Method::GET;
    example.check(get.clone(), "/api/health", None, 200, "fine").await;
    example.check(get.clone(), "/api/public/terms", None, 200, "terms").await;
    for path in ["/api/whoami", "/api/news", "/api/no-such-route"] {
        example.check(get.clone(), path, None, 401, "Bearer realm=\"shop\"").await;
    }
    example.check(get.clone(), "/api/whoami", Some(&of_shop), 200, "00u").await;
    example.check(get.clone(), "/api/news", Some(&of_staff("AT.1")), 200, "whoever has a good token").await;
    let of_another_audience = token(&staff, json!({"cid": service.client_id}));
    example.check(get.clone(), "/api/news", Some(&of_another_audience), 401, "invalid_token").await;

    let revoked = of_staff("AT.2");
    let form = [("token", revoked.as_str()), ("token_type_hint", "access_token")];
    let revocation = example.client.post(format!("{}/v1/revoke", staff.issuer()));
    let revocation =
        revocation.basic_auth(&service.client_id, Some(service.client_secret.expose())).form(&form);
    assert_eq!(revocation.send().await.unwrap().status().as_u16(), 200);
    example.check(get.clone(), "/api/news", Some(&revoked), 401, "invalid_token").await;

    let private = example.ask(get, "/api/news", Some(&of_shop)).await;
    assert_eq!(private.headers().get(CACHE_CONTROL).unwrap(), "no-store");
    shop.stop().await;
    staff.stop().await;
}
