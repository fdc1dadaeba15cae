//! `cargo okta setup`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use actix_web::dev::ServerHandle;
use actix_web::web::{Bytes, Data, to};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use okta_local::RunningOrg;
use reqwest::Client;
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};
use tempfile::tempdir;

use super::{Administrator, SPA, bare, dot_env, okta};

#[tokio::test(flavor = "multi_thread")]
async fn the_first_run_makes_everything_the_second_nothing_and_remove_takes_all_of_it_back() {
    let (org, folder) = (bare().start().await.unwrap(), tempdir().unwrap());
    let administrator = Administrator::of(&org);
    let variables = administrator.variables();
    let before = administrator.everything().await;

    let first = okta(&folder, &["setup", "--yes"], &variables, "").await;
    assert_eq!(first.code, 0, "{}{}", first.out, first.err);
    for made in ["app Grove (single-page)", "app Grove service", "app Grove for the group Everyone"] {
        assert!(first.out.contains(&format!("  created  {made}")), "{}", first.out);
    }
    let after = administrator.everything().await;
    let app = administrator.find("/api/v1/apps", "label", "Grove").await.unwrap();
    assert_eq!(
        app["settings"]["oauthClient"]["refresh_token"],
        json!({"rotation_type": "ROTATE", "leeway": 30})
    );
    assert_eq!(app["settings"]["oauthClient"]["redirect_uris"], json!([format!("{SPA}/login/callback")]));

    let second = okta(&folder, &["setup", "--yes"], &variables, "").await;
    assert_eq!(second.code, 0, "{}{}", second.out, second.err);
    assert!(!second.out.contains("created") && !second.out.contains("updated"), "{}", second.out);
    assert_eq!(administrator.everything().await, after);

    let removed = okta(&folder, &["setup", "--remove", "--yes"], &variables, "").await;
    assert_eq!(removed.code, 0, "{}{}", removed.out, removed.err);
    assert_eq!(administrator.everything().await, before);
    assert!(!folder.path().join(".env").exists());
    org.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_configuration_is_written_for_its_owner_alone_and_what_stood_in_it_is_kept() {
    let (org, folder) = (bare().start().await.unwrap(), tempdir().unwrap());
    let administrator = Administrator::of(&org);
    fs::write(folder.path().join(".env"), "OKTA_API_AUDIENCE=api://mine\n").unwrap();
    let ran = okta(&folder, &["setup", "--yes"], &administrator.variables(), "").await;
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("! kept    OKTA_API_AUDIENCE"), "{}", ran.out);

    let spa = administrator.find("/api/v1/apps", "label", "Grove").await.unwrap();
    let service = administrator.find("/api/v1/apps", "label", "Grove service").await.unwrap();
    let entries = dot_env(folder.path());
    let value = |name: &str| &entries.iter().find(|(found, _)| found == name).unwrap().1;
    assert_eq!(value("OKTA_API_AUDIENCE"), "api://mine");
    assert_eq!(value("OKTA_OAUTH2_ISSUER"), org.issuer().as_str());
    let ids = format!("{},{}", spa["id"].as_str().unwrap(), service["id"].as_str().unwrap());
    assert_eq!(*value("OKTA_OAUTH2_CLIENT_ID"), ids);
    assert!(value("OKTA_SERVICE_CLIENT_SECRET").len() >= 40);
    let mode = fs::metadata(folder.path().join(".env")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // Neither secret is ever shown.
    let shown = ran.out + &ran.err;
    assert!(!shown.contains(value("OKTA_SERVICE_CLIENT_SECRET").as_str()));
    assert!(!shown.contains(org.api_token().expose()));
    org.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_shows_the_plan_and_changes_nothing() {
    let (org, folder) = (bare().start().await.unwrap(), tempdir().unwrap());
    let administrator = Administrator::of(&org);
    let before = administrator.everything().await;
    let ran = okta(&folder, &["setup", "--dry-run"], &administrator.variables(), "").await;
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("+ create  app Grove (single-page)"), "{}", ran.out);
    assert_eq!(administrator.everything().await, before);
    assert!(!folder.path().join(".env").exists());

    let unasked = okta(&folder, &["setup"], &administrator.variables(), "").await;
    assert!(unasked.code == 1 && unasked.err.contains("--yes"), "{}", unasked.err);
    assert_eq!(administrator.everything().await, before);
    org.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_else_put_there_stays() {
    let (org, folder) = (bare().start().await.unwrap(), tempdir().unwrap());
    let administrator = Administrator::of(&org);
    let variables = administrator.variables();
    okta(&folder, &["setup", "--yes"], &variables, "").await;
    let app = administrator.find("/api/v1/apps", "label", "Grove").await.unwrap();
    let path = format!("/api/v1/apps/{}", app["id"].as_str().unwrap());
    administrator
        .edit(&path, |app| {
            let settings = &mut app["settings"]["oauthClient"];
            settings["redirect_uris"] = json!(["https://own.example/callback"]);
            settings["refresh_token"]["leeway"] = json!(0);
        })
        .await;
    let args = ["setup", "--yes", "--production", "https://shop.example.com"];
    let ran = okta(&folder, &args, &variables, "").await;
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("settings.oauthClient.refresh_token.leeway 0 → 30"), "{}", ran.out);
    let app = administrator.get(&path).await;
    let uris = [
        "https://own.example/callback",
        "http://localhost:8080/login/callback",
        "https://shop.example.com/login/callback",
    ];
    assert_eq!(app["settings"]["oauthClient"]["redirect_uris"], json!(uris));
    org.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_was_cut_short_says_where_and_the_next_goes_on() {
    let (org, folder) = (bare().start().await.unwrap(), tempdir().unwrap());
    let administrator = Administrator::of(&org);
    let variables = administrator.variables();
    let ill = UnreliableOrg::start(&org, 5);
    let mut through_it = variables.clone();
    through_it[0].1 = ill.url.clone();
    let cut = okta(&folder, &["setup", "--yes"], &through_it, "").await;
    assert_eq!(cut.code, 1, "{}", cut.out);
    assert!(cut.err.contains("what was made before it stands"), "{}", cut.err);
    assert_eq!(cut.out.matches("  created  ").count(), 5, "{}", cut.out);
    ill.handle.stop(true).await;

    let next = okta(&folder, &["setup", "--yes"], &variables, "").await;
    assert_eq!(next.code, 0, "{}{}", next.out, next.err);
    let last = okta(&folder, &["setup", "--dry-run"], &variables, "").await;
    assert!(!last.out.contains("create") && !last.out.contains("update"), "{}", last.out);
    org.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_named() {
    let (org, folder) = (bare().start().await.unwrap(), tempdir().unwrap());
    let good = Administrator::of(&org).variables();
    let url = |text: &str| vec![("OKTA_CLIENT_ORGURL", text.to_owned()), good[1].clone()];
    for (args, variables, names) in [
        (vec!["setup", "--yes"], vec![], "OKTA_CLIENT_ORGURL"),
        (vec!["setup", "--yes"], url("https://dev-1-admin.okta.com"), "-admin"),
        (vec!["setup", "--yes"], url(&format!("{}/oauth2/default", org.base_url())), "has a path"),
        (vec!["setup", "--yes"], url("http://localhost:1"), "does not answer"),
        (
            vec!["setup", "--yes"],
            vec![good[0].clone(), ("OKTA_CLIENT_TOKEN", "wrong".to_owned())],
            "Create token",
        ),
        (vec!["setup", "--yes", "--server", "nope"], good.clone(), "no authorization server \"nope\""),
        (vec!["setup", "--yes", "--group", "nope"], good.clone(), "no group nope"),
        (vec!["setup", "--yes", "--production", "http://shop.example.com"], good.clone(), "https"),
        (vec!["setup", "--yes", "--production", "https://shop.example.com/x"], good.clone(), "alone"),
        (vec!["setup", "--yes", "--name", "Grove backend"], good.clone(), "stands already as something else"),
    ] {
        let ran = okta(&folder, &args, &variables, "").await;
        assert!(ran.code == 1 && ran.err.contains(names), "{args:?}: {} {}", ran.code, ran.err);
    }
    org.stop().await;
}

/// Stands before an org, lets so many changes through, and is out of order after that.
struct UnreliableOrg {
    url: String,
    handle: ServerHandle,
}

impl UnreliableOrg {
    fn start(org: &RunningOrg, changes: usize) -> Self {
        let behind = Data::new((org.base_url().to_owned(), Client::new()));
        let left = Data::new(AtomicUsize::new(changes));
        let app =
            move || App::new().app_data(behind.clone()).app_data(left.clone()).default_service(to(pass));
        let server = HttpServer::new(app).workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
        let url = format!("http://localhost:{}", server.addrs()[0].port());
        let server = server.run();
        let handle = server.handle();
        tokio::spawn(server);
        Self { url, handle }
    }
}

async fn pass(
    behind: Data<(String, Client)>,
    left: Data<AtomicUsize>,
    request: HttpRequest,
    body: Bytes,
) -> HttpResponse {
    let changes = request.method() != "GET";
    let one_less = |left: usize| left.checked_sub(1);
    if changes && left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less).is_err() {
        return HttpResponse::ServiceUnavailable().finish();
    }
    let (base, http) = behind.get_ref();
    let method = reqwest::Method::from_bytes(request.method().as_str().as_bytes()).unwrap();
    let mut onwards = http.request(method, format!("{base}{}", request.uri())).body(body);
    for name in ["authorization", "content-type"] {
        if let Some(value) = request.headers().get(name) {
            onwards = onwards.header(name, value.as_bytes());
        }
    }
    let answer = onwards.send().await.unwrap();
    let status = actix_web::http::StatusCode::from_u16(answer.status().as_u16()).unwrap();
    HttpResponse::build(status).content_type("application/json").body(answer.bytes().await.unwrap())
}
