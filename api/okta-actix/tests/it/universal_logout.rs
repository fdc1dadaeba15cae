//! Okta's Universal Logout: an org that somebody else's code runs tells this server whose tokens are to end.

use std::net::TcpListener;

use actix_web::rt::spawn;
use actix_web::{App as ActixApp, HttpRequest, HttpResponse, HttpServer, web};
use okta_actix::{Bearer, BearerConfig, Rejection, RevocationRequests, Verifier, carry_out_revocation};
use okta_jwt::Issuer;
use okta_local::{App, Org, RunningOrg};
use reqwest::header::{AUTHORIZATION, RETRY_AFTER, WWW_AUTHENTICATE};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

use crate::site::{Answer, send};

const PATH: &str = "/api/global-token-revocation";

struct Shop {
    org: RunningOrg,
    url: String,
    client: Client,
}

impl Shop {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let endpoint = format!("{url}{PATH}");
        let app = App::spa("Grove").universal_logout(&*endpoint);
        let org = Org::builder().app(app).start().await.unwrap();
        let verifier = Verifier::builder(org.issuer().clone()).audience("api://default");
        let verifier = verifier.client_id(org.client_id()).build().unwrap();
        verifier.warm().await.unwrap();
        let config = web::Data::new(BearerConfig::new(verifier));
        let requests = RevocationRequests::new(Issuer::parse(org.base_url()).unwrap(), endpoint).unwrap();
        let requests = web::Data::new(requests);
        let app = move || {
            ActixApp::new()
                .app_data(config.clone())
                .app_data(requests.clone())
                .route("/whoami", web::to(async |bearer: Bearer| bearer.subject().id().to_owned()))
                .route(PATH, web::post().to(end_sessions))
        };
        spawn(HttpServer::new(app).workers(2).disable_signals().listen(listener).unwrap().run());
        Self { org, url, client: Client::builder().no_proxy().build().unwrap() }
    }

    async fn whoami(&self, token: &str) -> Answer {
        send(self.client.get(format!("{}/whoami", self.url)).bearer_auth(token)).await
    }

    fn endpoint(&self) -> RequestBuilder {
        self.client.post(format!("{}{PATH}", self.url))
    }

    /// As an administrator of the org.
    fn at_org(&self, request: impl FnOnce(&Client, String) -> RequestBuilder) -> RequestBuilder {
        let request = request(&self.client, self.org.base_url().to_owned());
        request.header(AUTHORIZATION, format!("SSWS {}", self.org.api_token().expose()))
    }

    fn token(&self) -> (String, Value) {
        let mut claims = Value::Null;
        let token = self.org.mint_access_token(|minted| claims = Value::Object(minted.clone()));
        (token, claims)
    }
}

async fn end_sessions(
    request: HttpRequest,
    body: web::Bytes,
    requests: web::Data<RevocationRequests>,
) -> Result<HttpResponse, Rejection> {
    carry_out_revocation(&request, &body, &requests).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[actix_web::test]
async fn an_administrator_ends_somebodys_tokens_here_as_well() {
    for way in ["global-token-revocation", "iss_sub", "sessions"] {
        let shop = Shop::start().await;
        let (token, claims) = shop.token();
        let id = claims["uid"].as_str().unwrap();
        let bobs = shop.org.mint_access_token(|claims| _ = claims.insert("uid".to_owned(), "00uBob".into()));
        for token in [&token, &bobs] {
            assert_eq!(shop.whoami(token).await.status, 200, "{way}");
        }
        let issuer = shop.org.issuer().as_str();
        let revoke = |subject: Value| {
            let body = json!({"sub_id": subject});
            shop.at_org(|client, org| client.post(org + "/oauth2/v1/global-token-revocation").json(&body))
        };
        let told = match way {
            "iss_sub" => revoke(json!({"format": "iss_sub", "iss": issuer, "sub": id})),
            "sessions" => {
                shop.at_org(|client, org| client.delete(format!("{org}/api/v1/users/{id}/sessions")))
            }
            _ => revoke(json!({"format": "opaque", "id": id})),
        };
        assert_eq!(told.send().await.unwrap().status(), 204, "{way}");
        let answer = shop.whoami(&token).await;
        assert_eq!(answer.status, 401, "{way}");
        assert!(answer.header(WWW_AUTHENTICATE).unwrap().contains("invalid_token"), "{answer:?}");
        assert_eq!(shop.whoami(&bobs).await.status, 200, "{way}");
        // Whoever signs in again is let in.
        shop.org.advance_clock(std::time::Duration::from_secs(2));
        assert_eq!(shop.whoami(&shop.token().0).await.status, 200, "{way}");
    }
}

#[actix_web::test]
async fn a_request_that_is_not_the_orgs_ends_nothing_and_is_told_why() {
    let shop = Shop::start().await;
    let (token, claims) = shop.token();
    let subject = json!({"format": "opaque", "id": claims["uid"]});
    let body = json!({"sub_id": subject});
    let check = async |request: RequestBuilder, status: u16, challenge: Option<&str>| {
        let answer = send(request).await;
        assert_eq!((answer.status, answer.header(WWW_AUTHENTICATE)), (status, challenge), "{answer:?}");
        assert_eq!(shop.whoami(&token).await.status, 200);
        answer
    };
    check(shop.endpoint().json(&body), 401, Some("Bearer")).await;
    check(shop.endpoint().json(&body).header(AUTHORIZATION, "Basic eDp5"), 401, Some("Bearer")).await;
    let invalid = Some(r#"Bearer error="invalid_token", error_description="The access token is invalid""#);
    // Its own token is a good one, and no message of the org.
    for bad in [&*token, "x.y.z"] {
        check(shop.endpoint().json(&body).bearer_auth(bad), 401, invalid).await;
    }
}

/// Messages that the org signs, for whatever body.
#[actix_web::test]
async fn a_body_that_names_nobody_is_refused_and_an_org_without_keys_is_waited_for() {
    let shop = Shop::start().await;
    let message = |jti: &str| {
        let now = shop.org.now().0;
        shop.org.sign_revocation_request(&json!({
            "jti": jti, "iss": shop.org.base_url(), "aud": format!("{}{PATH}", shop.url), "iat": now, "exp": now + 300,
        }))
    };
    let answer = send(shop.endpoint().bearer_auth(message("1")).body("{}")).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    assert!(answer.body.contains("sub_id"), "{answer:?}");
    let other = json!({"sub_id": {"format": "iss_sub", "iss": "https://other.okta.com", "sub": "00u1"}});
    let answer = send(shop.endpoint().bearer_auth(message("2")).json(&other)).await;
    assert_eq!((answer.status, answer.header(WWW_AUTHENTICATE)), (404, None), "{answer:?}");

    let shop = Shop::start().await;
    shop.org.inject(okta_local::Endpoint::Discovery, okta_local::Fault::Fail(503), 10);
    let now = shop.org.now().0;
    let claims = json!({"jti": "1", "iss": shop.org.base_url(), "aud": format!("{}{PATH}", shop.url), "iat": now, "exp": now + 300});
    let message = shop.org.sign_revocation_request(&claims);
    let answer = send(shop.endpoint().bearer_auth(message).json(&other)).await;
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(answer.header(RETRY_AFTER).is_some(), "{answer:?}");
}
