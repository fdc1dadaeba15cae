//! `cargo okta doctor`: each mistake is named, alone, and with its remedy.

use std::future::ready;
use std::net::TcpListener;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::web::to;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use api::{Application, Settings, StopHandle};
use okta_local::{Endpoint, Fault, RunningOrg};
use okta_types::Issuer;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use crate::{Administrator, SPA, okta, with_shop};

const SERVER: &str = "/api/v1/authorizationServers/default";

/// An org and an API that are as they should be.
pub(super) struct Place {
    pub(super) org: RunningOrg,
    api: Option<StopHandle>,
    api_addr: String,
    folder: TempDir,
}

impl Place {
    pub(super) async fn start(change: impl FnOnce(&mut Settings)) -> Self {
        let org = with_shop().start().await.unwrap();
        let folder = tempdir().unwrap();
        let (api, api_addr) = start_api(&org, &folder, change).await;
        Self { org, api: Some(api), api_addr, folder }
    }

    pub(super) fn administrator(&self) -> Administrator<'_> {
        Administrator::of(&self.org)
    }

    fn variables(&self) -> Vec<(&'static str, String)> {
        let service = self.org.service_client();
        vec![
            ("OKTA_OAUTH2_ISSUER", self.org.issuer().to_string()),
            ("OKTA_OAUTH2_CLIENT_ID", format!("{},{}", self.org.client_id(), service.client_id)),
            ("OKTA_SERVICE_CLIENT_ID", service.client_id),
            ("OKTA_SERVICE_CLIENT_SECRET", service.client_secret.expose().to_owned()),
            ("OKTA_CLIENT_TOKEN", self.org.api_token().expose().to_owned()),
            ("SPA_ORIGINS", SPA.to_owned()),
            ("API_ADDR", self.api_addr.clone()),
        ]
    }

    /// What the doctor says, with one variable as given.
    pub(super) async fn doctor(&self, name: &'static str, value: &str) -> (i32, Value) {
        let mut variables = self.variables();
        variables.retain(|(found, _)| *found != name);
        if !name.is_empty() {
            variables.push((name, value.to_owned()));
        }
        let ran = okta(&self.folder, &["doctor", "--json"], &variables, "").await;
        let findings = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}{}", ran.out, ran.err));
        (ran.code, findings)
    }

    /// Exactly this check fails.
    pub(super) async fn named_with(self, name: &'static str, value: &str, check: &str) -> Value {
        self.ends_with(name, value, check, "failed").await
    }

    /// Exactly this check does not hold, and nothing else may do harm.
    async fn ends_with(self, name: &'static str, value: &str, check: &str, verdict: &str) -> Value {
        let (code, findings) = self.doctor(name, value).await;
        let told: Vec<_> = ["failed", "warned"].map(|verdict| with_verdict(&findings, verdict)).concat();
        assert_eq!(told, [check], "{findings:#}");
        assert_eq!(code, i32::from(verdict == "failed"));
        let lines = findings["checks"].as_array().unwrap();
        let line = lines.iter().find(|line| line["check"] == check).unwrap().clone();
        assert_eq!(line["verdict"], verdict, "{line}");
        assert!(line["remedy"].as_str().is_some_and(|remedy| remedy.len() > 10), "{line}");
        self.stop().await;
        line
    }

    /// Exactly this check warns.
    pub(super) async fn warned(self, check: &str) -> Value {
        self.ends_with("", "", check, "warned").await
    }

    pub(super) async fn named(self, check: &str) -> Value {
        self.named_with("", "", check).await
    }

    async fn stop_api(&mut self) {
        if let Some(api) = self.api.take() {
            api.stop(true).await;
        }
    }

    pub(super) async fn stop(mut self) {
        self.stop_api().await;
        self.org.stop().await;
    }
}

pub(super) async fn start_api(
    org: &RunningOrg,
    folder: &TempDir,
    change: impl FnOnce(&mut Settings),
) -> (StopHandle, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut settings = Settings {
        issuer: org.issuer().clone(),
        org_addresses: Vec::new(),
        other_orgs: Vec::new(),
        universal_logout_org: None,
        audience: "api://default".to_owned(),
        require_at_jwt: false,
        client_ids: vec![org.client_id().to_owned(), org.service_client().client_id],
        database_url: format!("sqlite:{}", folder.path().join("grove.sqlite").display()),
        addr: address,
        metrics_addr: None,
        spa_origins: vec![SPA.to_owned()],
        proofs: api::Proofs::default(),
        trusted_proxies: api::TrustedProxies::default(),
        replicas: api::Replicas::default(),
        limits: api::Limits::default(),
        spa_dir: None,
        docs: true,
        docs_client_id: None,
        renewal_frame: false,
        hsts: "max-age=63072000".to_owned(),
    };
    change(&mut settings);
    let application = Application::build(settings, Some(listener)).await.unwrap();
    let handle = application.handle();
    tokio::spawn(async move { application.run().await.unwrap() });
    (handle, address.to_string())
}

fn with_verdict<'a>(findings: &'a Value, verdict: &str) -> Vec<&'a str> {
    let lines = findings["checks"].as_array().unwrap().iter();
    lines.filter(|line| line["verdict"] == verdict).map(|line| line["check"].as_str().unwrap()).collect()
}

pub(super) async fn good() -> Place {
    Place::start(|_| {}).await
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_is_wrong_every_check_holds() {
    let place = good().await;
    let (code, findings) = place.doctor("", "").await;
    let lines = findings["checks"].as_array().unwrap();
    assert!(lines.iter().all(|line| line["verdict"] == "ok"), "{findings:#}");
    assert!(code == 0 && lines.len() >= 20, "{}", lines.len());
    place.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_a_secret_that_is_not_given_is_skipped_and_says_so() {
    let place = good().await;
    let (code, findings) = place.doctor("OKTA_CLIENT_TOKEN", "").await;
    let lines = findings["checks"].as_array().unwrap();
    let policy = lines.iter().find(|line| line["check"] == "policy").unwrap();
    assert_eq!(policy["verdict"], "skipped");
    assert!(policy["cause"].as_str().unwrap().contains("OKTA_CLIENT_TOKEN"));
    assert_eq!(code, 0);
    place.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_in_the_issuer_are_named() {
    good().await.named_with("OKTA_OAUTH2_ISSUER", "https://{yourOktaDomain}/oauth2/default", "issuer").await;
    good()
        .await
        .named_with("OKTA_OAUTH2_ISSUER", "https://dev-1-admin.okta.com/oauth2/default", "issuer")
        .await;
    good().await.named_with("OKTA_OAUTH2_ISSUER", "http://dev-1.okta.com/oauth2/default", "issuer").await;
    good().await.named_with("OKTA_OAUTH2_ISSUER", "http://localhost:1/oauth2/default", "reachable").await;
    let place = good().await;
    let org = place.org.base_url().to_owned();
    place.named_with("OKTA_OAUTH2_ISSUER", &format!("{org}/oauth2/nope"), "reachable").await;
    let place = good().await;
    let org = place.org.base_url().to_owned();
    place.named_with("OKTA_OAUTH2_ISSUER", &org, "custom-server").await;
    let place = good().await;
    let by_number = place.org.issuer().as_str().replace("localhost", "127.0.0.1");
    place.named_with("OKTA_OAUTH2_ISSUER", &by_number, "issuer-exact").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_in_the_app_are_named() {
    good().await.named_with("OKTA_OAUTH2_CLIENT_ID", "0oanope", "client-id").await;
    let place = good().await;
    let service = place.org.service_client().client_id;
    place.named_with("OKTA_OAUTH2_CLIENT_ID", &service, "public-client").await;

    let place = good().await;
    edit_app(&place, |settings| settings["redirect_uris"] = json!(["http://localhost:8080/callback"])).await;
    place.named("redirect-uri").await;

    let place = good().await;
    edit_app(&place, |settings| settings["post_logout_redirect_uris"] = json!([])).await;
    place.named("sign-out-uri").await;

    let place = good().await;
    edit_app(&place, |settings| settings["grant_types"] = json!(["authorization_code"])).await;
    place.named("refresh-token").await;

    let place = good().await;
    place.org.unassign("alice@example.com");
    place.org.unassign("bob@example.com");
    place.named("assignment").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_in_the_org_are_named() {
    let place = good().await;
    place.org.advance_clock(Duration::from_secs(3600));
    place.named("clock").await;

    let place = good().await;
    let origins = place.administrator().find("/api/v1/trustedOrigins", "origin", SPA).await.unwrap();
    delete(&place, &format!("/api/v1/trustedOrigins/{}", id(&origins))).await;
    place.warned("trusted-origin").await;

    let place = good().await;
    place.org.remove_policies();
    place.named("policy").await;

    let place = good().await;
    let scope =
        place.administrator().find(&format!("{SERVER}/scopes"), "name", "orders:write").await.unwrap();
    delete(&place, &format!("{SERVER}/scopes/{}", id(&scope))).await;
    place.named("scopes").await;

    let place = good().await;
    let claims = place.administrator().get(&format!("{SERVER}/claims")).await;
    for claim in claims.as_array().unwrap().iter().filter(|claim| claim["name"] == "groups") {
        delete(&place, &format!("{SERVER}/claims/{}", id(claim))).await;
    }
    place.named("groups-claim").await;

    let place = good().await;
    place.org.inject(Endpoint::Keys, Fault::Fail(500), 100);
    place.named("keys").await;

    good().await.named_with("OKTA_CLIENT_TOKEN", "wrong", "administrator").await;
    good().await.named_with("OKTA_SERVICE_CLIENT_SECRET", "wrong", "service-token").await;
    good().await.named_with("OKTA_API_AUDIENCE", "api://other", "audience").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_in_the_api_are_named() {
    let mut place = good().await;
    place.stop_api().await;
    place.named("api-reachable").await;

    Place::start(|settings| settings.audience = "api://other".to_owned()).await.named("api-accepts").await;
    Place::start(|settings| settings.client_ids.truncate(1)).await.named("api-accepts").await;
    Place::start(|settings| settings.spa_origins = vec!["http://localhost:5173".to_owned()])
        .await
        .named("api-cors")
        .await;
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let issuer = Issuer::parse(&format!("http://localhost:{elsewhere}/oauth2/default")).unwrap();
    Place::start(|settings| settings.issuer = issuer).await.named("api-ready").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_program_in_the_place_of_the_api_is_named() {
    let place = good().await;
    let (address, handle) = serve(|_| HttpResponse::Ok().finish());
    place.named_with("API_ADDR", &address, "api-refuses").await;
    handle.stop(true).await;
}

/// A proxy, say, that answers with a document of its own.
#[tokio::test(flavor = "multi_thread")]
async fn an_org_whose_documents_offer_no_pkce_is_named() {
    let place = good().await;
    let keys = serde_json::to_value(place.org.public_keys()).unwrap();
    let (address, handle) = serve(move |request| {
        let issuer = format!("http://{}/oauth2/default", request.connection_info().host());
        match request.path().rsplit('/').next() {
            Some("keys") => HttpResponse::Ok().json(&keys),
            _ => HttpResponse::Ok().json(json!({
                "issuer": issuer,
                "authorization_endpoint": format!("{issuer}/v1/authorize"),
                "token_endpoint": format!("{issuer}/v1/token"),
                "jwks_uri": format!("{issuer}/v1/keys"),
                "code_challenge_methods_supported": ["plain"],
            })),
        }
    });
    let issuer = format!("http://{}/oauth2/default", address.replace("127.0.0.1", "localhost"));
    place.named_with("OKTA_OAUTH2_ISSUER", &issuer, "discovery").await;
    handle.stop(true).await;
}

/// A server that answers everything by `answer`.
pub(super) fn serve(
    answer: impl Fn(&HttpRequest) -> HttpResponse + Clone + Send + 'static,
) -> (String, ServerHandle) {
    let app = move || {
        let answer = answer.clone();
        App::new().default_service(to(move |request: HttpRequest| ready(answer(&request))))
    };
    let server = HttpServer::new(app).workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
    let address = server.addrs()[0].to_string();
    let server = server.run();
    let handle = server.handle();
    tokio::spawn(server);
    (address, handle)
}

pub(super) async fn edit_app(place: &Place, change: impl FnOnce(&mut Value)) {
    let path = format!("/api/v1/apps/{}", place.org.client_id());
    place.administrator().edit(&path, |app| change(&mut app["settings"]["oauthClient"])).await;
}

async fn delete(place: &Place, path: &str) {
    place.administrator().send(Method::DELETE, path, &Value::Null).await;
}

fn id(item: &Value) -> String {
    item["id"].as_str().unwrap().to_owned()
}
