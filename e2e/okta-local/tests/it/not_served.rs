//! What discovery names because Okta's does, and what this org answers there.

use okta_types::Form;
use serde_json::{Value, json};

use crate::browser::{Answer, Browser, authorize_query, http, org, post};

type Pair<'a> = (&'a str, &'a str);

fn form(pairs: &[Pair<'_>]) -> Form {
    pairs.iter().fold(Form::new(), |form, (name, value)| form.with(name, value))
}

#[track_caller]
fn check(answer: &Answer, status: u16, error: &str, description: &str) {
    assert_eq!(
        (answer.status.as_u16(), answer.error()),
        (status, (error.to_owned(), description.to_owned()))
    );
}

const NOT_ENABLED: &str = "The requested feature is not enabled in this environment.";

#[tokio::test]
async fn the_device_grant_is_no_apps() {
    let org = org().await;
    let device = post(&org, "device/authorize", &form(&[("client_id", org.client_id())]), &[]).await;
    let description = "The client is not authorized to use the provided grant type. Configured grant types: \
        [authorization_code, refresh_token].";
    check(&device, 400, "unauthorized_client", description);
}

#[tokio::test]
async fn clients_do_not_register_themselves() {
    let org = org().await;
    let url = format!("{}/oauth2/v1/clients", org.base_url());
    let code = async |request: reqwest::RequestBuilder| {
        let answer = Answer::to(request.json(&json!({"client_name": "x"}))).await;
        (answer.status.as_u16(), answer.json()["errorCode"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(code(http().post(&url)).await, (401, "E0000011".to_owned()));
    let token = format!("SSWS {}", org.api_token().expose());
    assert_eq!(code(http().post(&url).header("Authorization", token)).await, (401, "E0000015".to_owned()));
}

#[tokio::test]
async fn every_endpoint_of_the_metadata_answers_something_of_its_own() {
    let org = org().await;
    let metadata = Browser::new(&org).get(&org.issuer().discovery_url()).await.json();
    let endpoints = metadata.as_object().unwrap().iter().filter(|(key, _)| key.ends_with("_endpoint"));
    let mut seen = 0;
    for (key, url) in endpoints {
        let get = Answer::to(http().get(url.as_str().unwrap())).await;
        assert_ne!(get.status, 404, "{key} {url}");
        seen += 1;
    }
    assert_eq!(seen, 9);
}

#[tokio::test]
async fn request_objects_and_enrolment_are_refused_on_the_way_back() {
    let org = org().await;
    let browser = Browser::new(&org);
    for (name, value, error, description) in [
        ("request", "eyJhbGciOiJub25lIn0.e30.", "invalid_request", "Invalid request"),
        ("request_uri", "urn:ietf:params:oauth:request_uri:x", "invalid_request", "Invalid request"),
        ("prompt", "enroll_authenticator", "access_denied", NOT_ENABLED),
    ] {
        let answer = browser.authorize(&[(name, Some(value))]).await;
        assert_eq!(answer.returned("error").as_deref(), Some(error), "{name}");
        assert_eq!(answer.returned("error_description").as_deref(), Some(description), "{name}");
    }
}

#[tokio::test]
async fn no_client_has_a_key_to_assert_with() {
    let org = org().await;
    let service = org.service_client().client_id;
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let assertion = [("client_assertion_type", kind), ("client_assertion", "eyJ.eyJ.sig")];
    let description =
        "Client authentication failed. Either the client or the client credentials are invalid.";
    for client in [None, Some(service.as_str()), Some("0oaNobody")] {
        let client = client.map(|id| ("client_id", id));
        let pairs: Vec<_> =
            assertion.into_iter().chain(client).chain([("grant_type", "client_credentials")]).collect();
        check(&post(&org, "token", &form(&pairs), &[]).await, 401, "invalid_client", description);
    }
}

#[tokio::test]
async fn grants_that_browsers_must_not_have_are_refused() {
    let org = org().await;
    for grant in ["password", "implicit", "urn:ietf:params:oauth:grant-type:device_code"] {
        let pairs =
            [("client_id", org.client_id()), ("grant_type", grant), ("username", "a"), ("password", "b")];
        let answer = post(&org, "token", &form(&pairs), &[]).await;
        assert_eq!(
            (answer.status.as_u16(), answer.error().0.as_str()),
            (400, "unsupported_grant_type"),
            "{grant}"
        );
        assert_eq!(answer.json().get("access_token"), None::<&Value>);
    }
    let by_get = format!("{}/v1/par?{}", org.issuer(), authorize_query(&org, &[]));
    assert_eq!(Answer::to(http().get(by_get)).await.status, 405);
}
