//! A server with a route for each extractor, and a client that holds every answer to what all must keep.

use std::net::TcpListener;

use std::time::Duration;

use actix_cors::Cors;
use actix_web::dev::HttpServiceFactory;
use actix_web::middleware::from_fn;
use actix_web::rt::spawn;
use actix_web::{App, HttpServer, Responder, web};
use okta_actix::{
    Acr, Bearer, BearerConfig, DpopPolicy, EXPOSED_HEADERS, HttpUrl, InGroup, MaxAge, OptionalBearer,
    Rejection, RequireBearer, Scoped, StepUp, WithProof, renew_nonces, required_acr, required_group,
    required_scope,
};
use reqwest::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HeaderMap, WWW_AUTHENTICATE};
use reqwest::{Client, RequestBuilder};
use serde_json::Value;

use crate::issuer::{FakeIssuer, NOW};

/// A running server and its issuer.
pub(crate) struct Site {
    pub(crate) issuer: FakeIssuer,
    url: String,
    client: Client,
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

required_scope!(Reading = "openid messages.read");
required_group!(Staff = "shop-staff");
required_acr!(TwoFactors = "urn:okta:loa:2fa:any phr");

const BOTH: StepUp = StepUp::new().acr("urn:okta:loa:2fa:any").max_age(Duration::from_secs(300));

/// The origin of the pages that may call this site.
pub(crate) const PAGE: &str = "http://localhost:8080";

/// Where clients believe the site to be, as behind a gateway.
pub(crate) const PUBLIC: &str = "https://api.example.com";

pub(crate) fn public_url() -> HttpUrl {
    HttpUrl::parse(PUBLIC).unwrap()
}

impl Site {
    /// One that takes tokens that are bound to a key.
    pub(crate) fn with_dpop(policy: DpopPolicy) -> Self {
        let issuer = FakeIssuer::start();
        let config = BearerConfig::new(issuer.verifier()).realm("shop").clock(|| NOW).dpop(policy);
        Self::serve(issuer, Some(config))
    }

    pub(crate) fn start() -> Self {
        let issuer = FakeIssuer::start();
        let config = BearerConfig::new(issuer.verifier()).realm("shop").clock(|| NOW);
        Self::serve(issuer, Some(config))
    }

    pub(crate) fn serve(issuer: FakeIssuer, config: Option<BearerConfig>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let config = config.map(web::Data::new);
        let server = HttpServer::new(move || {
            let app = App::new()
                .route("/whoami", web::to(async |bearer: Bearer| bearer.subject().id().to_owned()))
                .route("/scheme", web::to(async |bearer: Bearer| bearer.scheme().as_str()))
                .route("/hello", web::to(hello))
                .route("/proven", web::to(async |bearer: WithProof| bearer.subject().id().to_owned()))
                .service(renewing())
                .route("/messages", web::to(async |bearer: Scoped<Reading>| bearer.subject().id().to_owned()))
                .route("/stock", web::to(async |bearer: InGroup<Staff>| bearer.subject().id().to_owned()))
                .route("/strong", web::to(async |bearer: Acr<TwoFactors>| bearer.subject().id().to_owned()))
                .route("/recent", web::to(async |bearer: MaxAge<300>| bearer.subject().id().to_owned()))
                .route("/asked/messages", web::to(asked_messages))
                .route("/asked/stock/{group}", web::to(asked_stock))
                .route("/large-order", web::to(large_order))
                .service(closed())
                .route("/all", web::to(async |_: Bearer, _: OptionalBearer, _: Scoped<Reading>| "once"));
            match &config {
                Some(config) => app.app_data(config.clone()),
                None => app,
            }
        });
        spawn(server.workers(1).disable_signals().listen(listener).unwrap().run());
        Self { issuer, url, client: Client::builder().no_proxy().build().unwrap() }
    }

    pub(crate) fn request(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.url))
    }

    pub(crate) fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.url))
    }

    pub(crate) fn preflight(&self, path: &str) -> RequestBuilder {
        self.client.request(reqwest::Method::OPTIONS, format!("{}{path}", self.url))
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        send(self.request(path)).await
    }

    /// With an `Authorization` header as it stands.
    pub(crate) async fn get_with(&self, path: &str, authorization: &[u8]) -> Answer {
        let value = reqwest::header::HeaderValue::from_bytes(authorization).unwrap();
        send(self.request(path).header(AUTHORIZATION, value)).await
    }

    /// With a token of alice's with these changes.
    pub(crate) async fn get_as(&self, path: &str, changes: Value) -> Answer {
        let token = self.issuer.token(changes);
        let answer = self.get_with(path, format!("Bearer {token}").as_bytes()).await;
        for part in token.split('.') {
            let told = answer.body.contains(part) || format!("{:?}", answer.headers).contains(part);
            assert!(!told, "an answer repeats the token: {answer:?}");
        }
        answer
    }
}

/// Everything below needs a token, save for what is named.
fn closed() -> impl HttpServiceFactory {
    let cors = Cors::default()
        .allowed_origin(PAGE)
        .allowed_methods(["GET"])
        .allowed_header("Authorization")
        .expose_headers(EXPOSED_HEADERS);
    web::scope("/closed")
        .wrap(RequireBearer::everywhere().except("/closed/health").except_under("/closed/public"))
        .wrap(cors)
        .route("/health", web::to(async || "fine"))
        .route("/public/{name}", web::to(async |name: web::Path<String>| name.into_inner()))
        .route("/whoami", web::to(async |bearer: Bearer| bearer.subject().id().to_owned()))
        .route("/picture", web::to(picture))
        .route("/forgotten", web::to(async || "a handler that asks for nothing"))
}

/// Where a nonce comes along with good answers.
fn renewing() -> impl HttpServiceFactory {
    web::scope("/renewing")
        .wrap(from_fn(renew_nonces))
        .route("/whoami", web::to(async |bearer: Bearer| bearer.subject().id().to_owned()))
        .route("/open", web::to(async || "open"))
}

async fn picture() -> impl Responder {
    "a picture".customize().insert_header(("Cache-Control", "private, max-age=60"))
}

async fn large_order(bearer: Bearer) -> Result<String, Rejection> {
    bearer.step_up(BOTH)?;
    Ok(bearer.subject().id().to_owned())
}

async fn asked_messages(bearer: Bearer) -> Result<String, Rejection> {
    bearer.require_scopes("openid messages.read")?;
    Ok(bearer.subject().id().to_owned())
}

async fn asked_stock(bearer: Bearer, group: web::Path<String>) -> Result<String, Rejection> {
    bearer.require_group(group.into_inner())?;
    Ok(bearer.subject().id().to_owned())
}

async fn hello(OptionalBearer(bearer): OptionalBearer) -> String {
    bearer.map_or("anonymous".to_owned(), |bearer| bearer.subject().id().to_owned())
}

/// Sends it and checks what every refusal must keep.
pub(crate) async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let answer = Answer { status, headers, body: response.text().await.unwrap() };
    if status >= 400 {
        assert_eq!(answer.header(CONTENT_TYPE), Some("application/problem+json"), "{answer:?}");
        assert_eq!(answer.header(CACHE_CONTROL), Some("no-store"), "{answer:?}");
        let problem: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(problem["status"], status, "{answer:?}");
        for member in ["type", "title", "code", "detail"] {
            assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{member}: {answer:?}");
        }
    }
    if status == 401 {
        let asks = |c: &str| c.starts_with("Bearer") || c.starts_with("DPoP");
        assert!(answer.header(WWW_AUTHENTICATE).is_some_and(asks), "{answer:?}");
    }
    answer
}

impl Answer {
    pub(crate) fn header(&self, name: impl reqwest::header::AsHeaderName) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Status and challenge, which every test is about.
    #[track_caller]
    pub(crate) fn check(&self, status: u16, challenge: Option<&str>) {
        assert_eq!((self.status, self.header(WWW_AUTHENTICATE)), (status, challenge), "{}", self.body);
    }

    /// Every challenge, in order, which stand in one line.
    pub(crate) fn challenges(&self) -> Vec<&str> {
        assert!(self.headers.get_all(WWW_AUTHENTICATE).iter().count() <= 1, "{self:?}");
        match self.header(WWW_AUTHENTICATE) {
            None => Vec::new(),
            Some(line) => match line.find(", DPoP ") {
                Some(at) => vec![&line[..at], &line[at + ", ".len()..]],
                None => vec![line],
            },
        }
    }

    /// A good answer with that body.
    #[track_caller]
    pub(crate) fn check_body(&self, body: &str) {
        assert_eq!((self.status, self.body.as_str()), (200, body));
        assert_eq!(self.header(WWW_AUTHENTICATE), None);
    }
}
