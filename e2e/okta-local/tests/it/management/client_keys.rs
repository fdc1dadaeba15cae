//! Clients whose public keys are at an address of their own (`jwks_uri`), from which the org fetches them.

use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpResponse, HttpServer, web};
use jsonwebtoken::{Algorithm, EncodingKey};
use okta_local::RunningOrg;
use okta_types::Form;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::call;
use super::client_assertions::{claims, elliptic, grant, show, signed};
use super::recorded_apps::{made, terraform};
use crate::browser::{org, text};

/// What an address answers.
enum Shown {
    Keys(Vec<Value>),
    Body(u16, String),
    Elsewhere(String),
    Nothing,
}

struct Site {
    shown: Mutex<Shown>,
    asked: AtomicUsize,
}

/// An address with keys, for as long as it is held.
struct KeySite {
    uri: String,
    site: Arc<Site>,
    handle: ServerHandle,
}

impl KeySite {
    fn showing(shown: Shown) -> Self {
        let site = Arc::new(Site { shown: Mutex::new(shown), asked: AtomicUsize::new(0) });
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let uri = format!("http://{}/keys", listener.local_addr().expect("an address"));
        let data = web::Data::from(Arc::clone(&site));
        let app = move || App::new().app_data(data.clone()).default_service(web::to(answer));
        let server = HttpServer::new(app).workers(1).disable_signals().shutdown_timeout(0);
        let server = server.listen(listener).expect("a server").run();
        let handle = server.handle();
        std::thread::spawn(|| actix_web::rt::System::new().block_on(server));
        Self { uri, site, handle }
    }

    fn shows(&self, shown: Shown) {
        *self.site.shown.lock().expect("nobody panicked") = shown;
    }

    fn asked(&self) -> usize {
        self.site.asked.load(Ordering::Relaxed)
    }
}

impl Drop for KeySite {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

async fn answer(site: web::Data<Site>) -> HttpResponse {
    site.asked.fetch_add(1, Ordering::Relaxed);
    let ready = match &*site.shown.lock().expect("nobody panicked") {
        Shown::Keys(keys) => Some(HttpResponse::Ok().json(json!({"keys": keys}))),
        Shown::Body(status, body) => {
            Some(HttpResponse::build((*status).try_into().expect("a status")).body(body.clone()))
        }
        Shown::Elsewhere(uri) => {
            Some(HttpResponse::Found().insert_header(("Location", uri.as_str())).finish())
        }
        Shown::Nothing => None,
    };
    match ready {
        Some(response) => response,
        None => std::future::pending().await,
    }
}

async fn service_with_keys_at(org: &RunningOrg, uri: &str) -> String {
    let mut body = terraform("service", &["client_credentials"], &["token"]);
    body["label"] = json!(format!("Keys at {uri}"));
    body["credentials"]["oauthClient"]["token_endpoint_auth_method"] = json!("private_key_jwt");
    body["settings"]["oauthClient"]["redirect_uris"] = json!([]);
    body["settings"]["oauthClient"]["jwks_uri"] = json!(uri);
    text(&made(org, &body).await, "id").to_owned()
}

/// The status of a token request with an assertion of that name.
async fn ask(org: &RunningOrg, id: &str, key: &EncodingKey, name: &str) -> u16 {
    let assertion = signed(key, Algorithm::ES256, &claims(org, id, name));
    show(org, "token", grant(), &assertion).await.status.as_u16()
}

#[tokio::test]
async fn a_client_is_known_at_every_endpoint_by_keys_that_were_fetched_once() {
    let org = org().await;
    let (key, jwk) = elliptic();
    let site = KeySite::showing(Shown::Keys(vec![jwk]));
    let id = service_with_keys_at(&org, &site.uri).await;
    assert_eq!(site.asked(), 0, "they are fetched when an assertion is to be checked");
    let sign = |name: &str| signed(&key, Algorithm::ES256, &claims(&org, &id, name));
    let tokens = show(&org, "token", grant(), &sign("token")).await;
    assert_eq!(tokens.status, 200, "{tokens:?}");
    let token = text(&tokens.json(), "access_token").to_owned();
    for endpoint in ["introspect", "revoke", "par", "device/authorize"] {
        let answer = show(&org, endpoint, Form::new().with("token", &token), &sign(endpoint)).await;
        assert_ne!(answer.status, 401, "{endpoint}: {answer:?}");
    }
    assert_eq!(site.asked(), 1);
}

#[tokio::test]
async fn each_endpoint_fetches_keys_that_it_does_not_know() {
    for endpoint in ["introspect", "revoke", "par", "device/authorize"] {
        let org = org().await;
        let (key, jwk) = elliptic();
        let site = KeySite::showing(Shown::Keys(vec![jwk]));
        let id = service_with_keys_at(&org, &site.uri).await;
        let assertion = signed(&key, Algorithm::ES256, &claims(&org, &id, endpoint));
        let answer = show(&org, endpoint, Form::new().with("token", "x"), &assertion).await;
        assert_ne!(answer.status, 401, "{endpoint}: {answer:?}");
    }
}

#[tokio::test]
async fn keys_that_change_at_the_address_are_noticed() {
    let org = org().await;
    let (former, former_jwk) = elliptic();
    let (next, next_jwk) = elliptic();
    let site = KeySite::showing(Shown::Keys(vec![former_jwk]));
    let id = service_with_keys_at(&org, &site.uri).await;
    assert_eq!(ask(&org, &id, &former, "1").await, 200);
    site.shows(Shown::Keys(vec![next_jwk]));
    assert_eq!(ask(&org, &id, &next, "2").await, 200, "although it has the name of the former");
    assert_eq!(ask(&org, &id, &former, "3").await, 401);
    site.shows(Shown::Keys(Vec::new()));
    assert_eq!(ask(&org, &id, &next, "4").await, 200, "for a time");
    org.advance_clock(Duration::from_secs(60 * 60));
    assert_eq!(ask(&org, &id, &next, "5").await, 401);
}

#[tokio::test]
async fn what_is_no_set_of_keys_lets_nobody_in() {
    let org = org().await;
    let (key, jwk) = elliptic();
    let good = KeySite::showing(Shown::Keys(vec![jwk.clone()]));
    let site = KeySite::showing(Shown::Nothing);
    let id = service_with_keys_at(&org, &site.uri).await;
    let keys = json!({"keys": [jwk]}).to_string();
    let other_use = json!({"kty": "EC", "use": "enc", "kid": "mine", "x": jwk["x"], "y": jwk["y"]});
    for (name, shown) in [
        ("an error", Shown::Body(500, keys.clone())),
        ("no JSON", Shown::Body(200, "<html>".to_owned())),
        ("no keys", Shown::Body(200, json!({"keys": "none"}).to_string())),
        ("too much", Shown::Body(200, format!("{keys}{}", " ".repeat(1024 * 1024)))),
        ("a redirect", Shown::Elsewhere(good.uri.clone())),
        ("a key to encrypt with", Shown::Keys(vec![other_use])),
    ] {
        site.shows(shown);
        assert_eq!(ask(&org, &id, &key, name).await, 401, "{name}");
    }
    assert_eq!(good.asked(), 0, "no redirect is followed");
    site.shows(Shown::Body(200, keys));
    assert_eq!(ask(&org, &id, &key, "good").await, 200);
}

#[tokio::test]
async fn nobody_waits_for_an_address_that_does_not_answer() {
    let org = org().await;
    let (key, _) = elliptic();
    let silent = KeySite::showing(Shown::Nothing);
    let id = service_with_keys_at(&org, &silent.uri).await;
    let started = Instant::now();
    let others = async {
        while silent.asked() == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(call(&org, Method::GET, "/apps", &Value::Null).await.status, 200);
        assert!(started.elapsed() < Duration::from_secs(2), "others do not wait at all");
    };
    let (status, ()) = tokio::join!(ask(&org, &id, &key, "1"), others);
    assert_eq!(status, 401);
    assert!(started.elapsed() < Duration::from_secs(10));
    let closed = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    // RFC 5737: nobody has this address.
    for uri in [format!("http://{closed}/keys"), "http://192.0.2.1/keys".to_owned(), "keys".to_owned()] {
        let id = service_with_keys_at(&org, &uri).await;
        assert_eq!(ask(&org, &id, &key, &uri).await, 401);
    }
    assert!(started.elapsed() < Duration::from_secs(10), "http is asked on this machine only");
}
