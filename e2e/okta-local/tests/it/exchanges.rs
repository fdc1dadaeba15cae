//! What is said is recorded where a test asks for it, and is not changed by that.

use okta_local::{App, Org};

use crate::browser::http;

async fn org(records: bool) -> okta_local::RunningOrg {
    let builder = Org::builder().app(App::spa("Grove").redirect_uri("http://localhost:8080/login/callback"));
    let builder = if records { builder.record_exchanges() } else { builder };
    builder.start().await.expect("it starts")
}

#[tokio::test]
async fn requests_and_answers_are_recorded_whole_where_that_is_asked_for() {
    for records in [true, false] {
        let org = org(records).await;
        let form = "grant_type=client_credentials&scope=orders%3Aread";
        let service = org.service_client();
        let request = http().post(format!("{}/v1/token", org.issuer()));
        let request = request.basic_auth(&service.client_id, Some(service.client_secret.expose()));
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
        let answer = request.send().await.expect("it answers");
        // Refused or not: what the client gets is what was recorded.
        let body = answer.text().await.expect("a text");
        let recorded = org.exchanges();
        assert_eq!(recorded.len(), usize::from(records));
        for exchange in recorded {
            assert!(exchange.request.starts_with("POST /oauth2/default/v1/token\n"));
            assert!(exchange.request.contains("\nauthorization: Basic ") && exchange.request.ends_with(form));
            assert!(exchange.answer.ends_with(&body) && !body.is_empty());
            assert!(!format!("{exchange:?}").contains(form));
        }
        org.stop().await;
    }
}
