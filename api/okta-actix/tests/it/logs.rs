//! What reaches a log: why a request was refused, and nothing of its token.

use std::env;
use std::io::{self, Write};
use std::process::Command;
use std::sync::{Arc, Mutex};

use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, web};
use okta_actix::{Bearer, BearerConfig};
use serde_json::json;

use crate::issuer::{FakeIssuer, NOW};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// In a process of its own: whether an event is of interest to anybody is remembered for the whole process, and
/// the other tests, which have no log, would answer for this one.
#[test]
fn the_log_says_why_a_request_was_refused_and_nothing_of_its_token() {
    let alone = ["--exact", "logs::a_process_whose_log_is_read", "--ignored"];
    let output = Command::new(env::current_exe().unwrap()).args(alone).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[actix_web::test]
#[ignore = "the other half of a test: that one starts it"]
async fn a_process_whose_log_is_read() {
    let (log, issuer) = (Log::default(), FakeIssuer::start());
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let config = web::Data::new(BearerConfig::new(issuer.verifier()).clock(|| NOW));
    let whoami = web::to(async |bearer: Bearer| format!("{bearer:?}"));
    let app = init_service(App::new().app_data(config).route("/", whoami)).await;

    let good = issuer.token(json!({}));
    let shown = [
        good.clone(),
        issuer.token(json!({"aud": "api://other"})),
        issuer.token(json!({"exp": NOW.0 - 600, "iat": NOW.0 - 900})),
        good.replace("eyJ", "eyK"),
        format!("{good}%"),
    ];
    for token in &shown {
        let request = TestRequest::get().uri("/").insert_header(("Authorization", format!("Bearer {token}")));
        let answer = call_service(&app, request.to_request()).await;
        let refused = answer.status().is_client_error();
        assert_eq!(refused, *token != good);
        // What a handler writes of it by mistake.
        assert!(refused || read_body(answer).await == "Bearer([redacted])");
    }
    for number in 0..3 {
        let token = issuer.token(json!({"jti": format!("AT.{number}"), "groups": "secret-group"}));
        let request = TestRequest::get().uri("/").insert_header(("Authorization", format!("Bearer {token}")));
        assert_eq!(call_service(&app, request.to_request()).await.status(), 200);
    }
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert_eq!(log.matches("counts as absent").count(), 1, "{log}");
    assert!(log.contains("groups") && !log.contains("secret-group"), "{log}");
    assert!(log.contains("refused a request") && log.contains("the audience is another one"), "{log}");
    assert!(!log.contains("alice"), "{log}");
    for part in shown.iter().flat_map(|token| token.split('.')) {
        assert!(!log.contains(part), "{log}");
    }
}
