//! Stands before an org and behaves badly.

use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::dev::ServerHandle;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, to};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use okta_local::RunningOrg;
use reqwest::Client;
use serde_json::json;

/// What is wrong with it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Illness {
    /// Lets so many changes through, and is out of order after that.
    Fails { after_changes: usize },
    /// Every so many requests it says that it was asked too often, and to wait for a second.
    Limits { every: usize },
}

/// The org's address, as the ill one says.
pub(super) struct IllOrg {
    pub(super) url: String,
    patient: Data<Patient>,
    handle: ServerHandle,
}

struct Patient {
    behind: String,
    http: Client,
    illness: Illness,
    counted: AtomicUsize,
    refused: AtomicUsize,
}

impl IllOrg {
    pub(super) fn before(org: &RunningOrg, illness: Illness) -> Self {
        let patient = Data::new(Patient {
            behind: org.base_url().to_owned(),
            http: okta_cli::http::loopback(),
            illness,
            counted: AtomicUsize::new(0),
            refused: AtomicUsize::new(0),
        });
        let shared = patient.clone();
        let app = move || App::new().app_data(shared.clone()).default_service(to(answer));
        let server = HttpServer::new(app).workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
        let url = format!("http://localhost:{}", server.addrs()[0].port());
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
        }
    }

    async fn pass_on(&self, request: &HttpRequest, body: Bytes) -> HttpResponse {
        let method = reqwest::Method::from_bytes(request.method().as_str().as_bytes()).unwrap();
        let url = format!("{}{}", self.behind, request.uri());
        let mut onwards = self.http.request(method, url).body(body);
        for name in ["authorization", "content-type"] {
            if let Some(value) = request.headers().get(name) {
                onwards = onwards.header(name, value.as_bytes());
            }
        }
        let answer = onwards.send().await.unwrap();
        let status = StatusCode::from_u16(answer.status().as_u16()).unwrap();
        HttpResponse::build(status).content_type("application/json").body(answer.bytes().await.unwrap())
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
