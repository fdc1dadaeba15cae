//! In front of an org that somebody else's code runs, with HTTP on both sides: its keys rotate, it goes away.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::rt::spawn;
use actix_web::rt::task::spawn_blocking;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App as ActixApp, HttpServer, web};
use okta_actix::{Bearer, BearerConfig};
use okta_jwt::{KeySetLimits, UnixTime, Verifier};
use okta_local::{App, Endpoint, Org, RunningOrg};
use reqwest::Client;
use reqwest::header::AUTHORIZATION;
use serde_json::json;

const REQUESTS: usize = 1000;

async fn start() -> (RunningOrg, Verifier) {
    let org = Org::builder().app(App::spa("Grove")).start().await.unwrap();
    let builder = Verifier::builder(org.issuer().clone()).audience("api://default");
    // It grants its keys for hours; so they grow old within one.
    let limits = KeySetLimits { max_ttl: Duration::from_secs(600), ..KeySetLimits::default() };
    let verifier = builder.client_id(org.client_id()).key_set_limits(limits).build().unwrap();
    verifier.warm().await.unwrap();
    (org, verifier)
}

async fn whoami(bearer: Bearer) -> String {
    bearer.subject().id().to_owned()
}

/// A server with two workers, and where it is.
fn serve(verifier: &Verifier) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let config = web::Data::new(BearerConfig::new(verifier.clone()));
    let app = move || ActixApp::new().app_data(config.clone()).route("/", web::to(whoami));
    spawn(HttpServer::new(app).workers(2).disable_signals().listen(listener).unwrap().run());
    url
}

/// Clients that show the latest token, over and over.
struct Clients {
    url: String,
    client: Client,
    token: Mutex<String>,
    begun: AtomicUsize,
    answered: AtomicUsize,
    /// How many requests they begin at most.
    limit: AtomicUsize,
}

impl Clients {
    async fn keep_asking(self: Arc<Self>) {
        while self.begun.fetch_add(1, Ordering::SeqCst) < self.limit.load(Ordering::SeqCst) {
            let header = format!("Bearer {}", self.token.lock().unwrap());
            let response = self.client.get(&self.url).header(AUTHORIZATION, header).send().await.unwrap();
            assert_eq!(response.status(), 200, "{:?}", response.headers());
            self.answered.fetch_add(1, Ordering::SeqCst);
        }
    }

    async fn until_answered(&self, number: usize) {
        let reached = async {
            while self.answered.load(Ordering::SeqCst) < number {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), reached).await.expect("the clients got no answers");
    }
}

#[actix_web::test]
async fn a_thousand_requests_are_under_way_while_its_keys_rotate_and_none_fails() {
    let (org, verifier) = start().await;
    let org = Arc::new(org);
    let clients = Arc::new(Clients {
        url: serve(&verifier),
        client: Client::builder().no_proxy().build().unwrap(),
        token: Mutex::new(org.mint_access_token(|_| {})),
        begun: AtomicUsize::new(0),
        answered: AtomicUsize::new(0),
        limit: AtomicUsize::new(usize::MAX),
    });
    let tasks: Vec<_> = (0..50).map(|_| spawn(Arc::clone(&clients).keep_asking())).collect();
    // The first new key was announced, the second is news.
    for rotation in 1..=2 {
        clients.until_answered(rotation * 300).await;
        let rotating = Arc::clone(&org);
        spawn_blocking(move || rotating.rotate_keys()).await.unwrap();
        let former = std::mem::replace(&mut *clients.token.lock().unwrap(), org.mint_access_token(|_| {}));
        assert!(tasks.iter().all(|task| !task.is_finished()), "they are under way");
        let answer = clients.client.get(&clients.url).header(AUTHORIZATION, format!("Bearer {former}"));
        assert_eq!(answer.send().await.unwrap().status(), 200, "the former key stays published");
    }
    let begun = clients.begun.load(Ordering::SeqCst);
    clients.limit.store(REQUESTS.max(begun + 100), Ordering::SeqCst);
    for task in tasks {
        task.await.unwrap();
    }
    assert!(clients.answered.load(Ordering::SeqCst) >= REQUESTS);
    assert_eq!(org.requests(Endpoint::Keys), 2, "one to warm up, and one for the key that was news");
}

#[actix_web::test]
async fn while_it_is_down_for_an_hour_who_shows_a_known_key_gets_in() {
    static NOW: AtomicI64 = AtomicI64::new(0);
    let (org, verifier) = start().await;
    let begin = org.now();
    let token = |number: i64| {
        org.mint_access_token(|claims| {
            claims.insert("jti".to_owned(), json!(format!("AT.{number}")));
            claims.insert("exp".to_owned(), json!(begin.0 + 3 * 3600));
        })
    };
    let (seen, new): (String, Vec<String>) = (token(0), (1..=60).map(token).collect());
    let claims = json!({"iss": org.issuer(), "aud": "api://default"});
    let of_no_key = org.sign_jwt(&json!({"alg": "RS256", "kid": "unknown"}), &claims);
    let clock = || UnixTime(NOW.load(Ordering::SeqCst));
    let config = web::Data::new(BearerConfig::new(verifier.clone()).clock(clock));
    let app = init_service(ActixApp::new().app_data(config).route("/", web::to(whoami))).await;
    let status = async |token: &str| {
        let request = TestRequest::get().uri("/").insert_header(("Authorization", format!("Bearer {token}")));
        call_service(&app, request.to_request()).await.status().as_u16()
    };
    org.stop().await;

    for (minute, new) in (1..).zip(&new) {
        NOW.store(begin.0 + 60 * minute, Ordering::SeqCst);
        pass(Duration::from_secs(60)).await;
        assert_eq!((status(&seen).await, status(new).await), (200, 200), "minute {minute}");
        assert_eq!(status(&of_no_key).await, 401, "minute {minute}: the token is to blame and not the org");
    }
    let status = verifier.key_sets().next().unwrap().1;
    assert!(verifier.is_ready() && status.stale && status.failures > 0, "{status:?}");
}

/// Moves the clock that the keys grow old by; the requests' own is `NOW`.
async fn pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}
