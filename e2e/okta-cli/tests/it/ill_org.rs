//! Stands before an org and behaves badly.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::dev::ServerHandle;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, to};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use okta_local::RunningOrg;
use reqwest::Client;
use reqwest::redirect::Policy;
use serde_json::json;

/// What is wrong with it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Illness {
    /// Lets so many changes through, and is out of order after that.
    Fails { after_changes: usize },
    /// Every so many requests it says that it was asked too often, and to wait for a second.
    Limits { every: usize },
    /// Its documents name itself, and no way to sign proofs with ES256.
    OffersNoProofs,
}

/// The org's address, as the ill one says.
pub(super) struct IllOrg {
    pub(super) url: String,
    patient: Data<Patient>,
    handle: ServerHandle,
}

struct Patient {
    behind: String,
    url: OnceLock<String>,
    http: Client,
    illness: Illness,
    counted: AtomicUsize,
    refused: AtomicUsize,
}

impl IllOrg {
    pub(super) fn before(org: &RunningOrg, illness: Illness) -> Self {
        let patient = Data::new(Patient {
            behind: org.base_url().to_owned(),
            url: OnceLock::new(),
            http: Client::builder().no_proxy().redirect(Policy::none()).build().unwrap(),
            illness,
            counted: AtomicUsize::new(0),
            refused: AtomicUsize::new(0),
        });
        let shared = patient.clone();
        let app = move || App::new().app_data(shared.clone()).default_service(to(answer));
        let server = HttpServer::new(app).workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
        let url = format!("http://localhost:{}", server.addrs()[0].port());
        patient.url.set(url.clone()).unwrap();
        let server = server.run();
        let handle = server.handle();
        tokio::spawn(server);
        Self { url, patient, handle }
    }

    /// How many requests it refused.
    pub(super) fn refused(&self) -> usize {
        self.patient.refused.load(Ordering::SeqCst)
    }

    pub(super) async fn stop(self) {
        self.handle.stop(true).await;
    }
}

async fn answer(patient: Data<Patient>, request: HttpRequest, body: Bytes) -> HttpResponse {
    match patient.refusal(&request) {
        Some(refusal) => {
            patient.refused.fetch_add(1, Ordering::SeqCst);
            refusal
        }
        None => patient.pass_on(&request, body).await,
    }
}

impl Patient {
    fn refusal(&self, request: &HttpRequest) -> Option<HttpResponse> {
        match self.illness {
            Illness::Fails { after_changes } => {
                let over =
                    request.method() != "GET" && self.counted.fetch_add(1, Ordering::SeqCst) >= after_changes;
                over.then(|| HttpResponse::ServiceUnavailable().finish())
            }
            Illness::Limits { every } => {
                let over = self.counted.fetch_add(1, Ordering::SeqCst) % every == every - 1;
                over.then(too_many_requests)
            }
            Illness::OffersNoProofs => None,
        }
    }

    async fn pass_on(&self, request: &HttpRequest, body: Bytes) -> HttpResponse {
        let method = reqwest::Method::from_bytes(request.method().as_str().as_bytes()).unwrap();
        let url = format!("{}{}", self.behind, request.uri());
        let mut onwards = self.http.request(method, url).body(body);
        for name in ["authorization", "content-type", "origin"] {
            if let Some(value) = request.headers().get(name) {
                onwards = onwards.header(name, value.as_bytes());
            }
        }
        let answer = onwards.send().await.unwrap();
        let mut response = HttpResponse::build(StatusCode::from_u16(answer.status().as_u16()).unwrap());
        for name in ["date", "location", "access-control-allow-origin"] {
            if let Some(value) = answer.headers().get(name) {
                response.insert_header((name, value.as_bytes()));
            }
        }
        let text = self.distorted(request.path(), answer.text().await.unwrap());
        response.content_type("application/json").body(text)
    }

    fn distorted(&self, path: &str, text: String) -> String {
        match self.illness {
            Illness::OffersNoProofs if path.contains("/.well-known/") => {
                text.replace(&self.behind, self.url.get().unwrap()).replace("\"ES256\"", "\"ES000\"")
            }
            _ => text,
        }
    }
}

/// As Okta says it: wait until then, which is a second from its own now.
fn too_many_requests() -> HttpResponse {
    HttpResponse::TooManyRequests()
        .insert_header(("Date", "Sun, 22 Nov 2026 10:00:00 GMT"))
        .insert_header(("X-Rate-Limit-Reset", "1795341601"))
        .json(json!({
            "errorCode": "E0000047",
            "errorSummary": "API call exceeded rate limit due to too many requests.",
        }))
}
