//! The server under measurement, and the process it runs in.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::test::TestRequest;
use actix_web::{
    App, FromRequest as _, HttpMessage as _, HttpRequest, HttpResponse, HttpServer, Responder, web,
};
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use futures_util::FutureExt as _;
use okta_actix::{Bearer, BearerConfig, Verifier};
use okta_jwt::{Issuer, TokenCacheLimits, UnixTime};
use okta_types::base64url;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The variable that makes this program the server, and says which.
pub(crate) const MODE: &str = "PROTECTED_BENCH_MODE";
const SETUP: &str = "PROTECTED_BENCH_SETUP";

#[derive(Serialize, Deserialize)]
pub(crate) struct Setup {
    pub(crate) issuer: String,
    pub(crate) kid: String,
    pub(crate) n: String,
}

/// A running server; it ends with this value.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
}

impl Server {
    pub(crate) fn start(mode: &str, setup: &Setup) -> Self {
        let mut child = Command::new("taskset")
            .args(["-c", "0"])
            .arg(std::env::current_exe().unwrap())
            .env(MODE, mode)
            .env(SETUP, serde_json::to_string(setup).unwrap())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { port: line.trim().parse().unwrap(), child }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Prints its port and serves until it is ended.
pub(crate) fn serve(mode: &str) {
    let setup: Setup = serde_json::from_str(&std::env::var(SETUP).unwrap()).unwrap();
    let mode = mode.to_owned();
    actix_web::rt::System::new().block_on(async move {
        let bearer = web::Data::new(BearerConfig::new(verifier(&setup)).realm("bench"));
        let key = web::Data::new(key(&setup));
        let server = HttpServer::new(move || {
            let app = App::new().app_data(bearer.clone()).app_data(key.clone());
            match mode.as_str() {
                "open" => app.route("/api/messages", web::get().to(open)),
                "bearer" => app.route("/api/messages", web::get().to(protected)),
                "signature" => app.route("/api/messages", web::get().to(signature)),
                other => panic!("no mode {other}"),
            }
        })
        .workers(1)
        .bind("127.0.0.1:0")
        .unwrap();
        println!("{}", server.addrs()[0].port());
        server.run().await.unwrap();
    });
}

fn verifier(setup: &Setup) -> Verifier {
    let keys = json!({"keys": [{"kty": "RSA", "kid": setup.kid, "n": setup.n, "e": "AQAB"}]});
    Verifier::builder(Issuer::parse(&setup.issuer).unwrap())
        .audience("api://default")
        .client_id("0oa48e74ox4t7mQJX0g7")
        .fixed_keys(keys.to_string())
        // Few, so that a round of different tokens finds none of them again.
        .token_cache(TokenCacheLimits { entries: 100, bytes: 1024 * 1024 })
        .build()
        .unwrap()
}

fn key(setup: &Setup) -> ParsedPublicKey {
    let (n, e) = (base64url::decode(&setup.n).unwrap(), vec![1, 0, 1]);
    RsaPublicKeyComponents { n, e }.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).unwrap()
}

/// What the extractor takes for a token it has seen, without a server around it.
pub(crate) fn extraction(setup: &Setup, token: &str) -> Duration {
    const TIMES: u32 = 500_000;
    let request = TestRequest::default()
        .app_data(web::Data::new(BearerConfig::new(verifier(setup))))
        .insert_header((AUTHORIZATION, format!("Bearer {token}")))
        .to_http_request();
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let begin = Instant::now();
        for _ in 0..TIMES {
            let bearer = Bearer::from_request(&request, &mut Payload::None).now_or_never();
            assert!(bearer.is_some_and(|bearer| bearer.is_ok()));
            request.extensions_mut().clear();
        }
        best = best.min(begin.elapsed() / TIMES);
    }
    best
}

async fn open() -> impl Responder {
    messages()
}

async fn protected(_: Bearer) -> impl Responder {
    messages()
}

/// The signature and nothing else: no claim is read.
async fn signature(request: HttpRequest, key: web::Data<ParsedPublicKey>) -> HttpResponse {
    let token = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap();
    let (message, signature) = token["Bearer ".len()..].rsplit_once('.').unwrap();
    key.verify_sig(message.as_bytes(), &base64url::decode(signature).unwrap()).unwrap();
    HttpResponse::Ok().json(body())
}

fn messages() -> HttpResponse {
    HttpResponse::Ok().json(body())
}

#[derive(Serialize)]
struct Messages {
    messages: [Message; 2],
}

#[derive(Serialize)]
struct Message {
    date: String,
    text: &'static str,
}

fn body() -> Messages {
    let message = |text| Message { date: "2027-01-15T08:00:00Z".to_owned(), text };
    Messages { messages: [message("I am a robot."), message("Hello, world!")] }
}

pub(crate) fn now() -> UnixTime {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    UnixTime(i64::try_from(since.as_secs()).unwrap())
}
