//! What is kept over a restart in a file.

use std::path::Path;
use std::time::Duration;

use okta_local::{App, Org, PasswordHashing, RunningOrg, StartError, StateError};

use crate::browser::{ALICE, Answer, Browser, CALLBACK, http, introspect, redeem, refresh, text};

async fn start(path: &Path, port: u16) -> Result<RunningOrg, StartError> {
    let app = App::spa("Grove").redirect_uri(CALLBACK).consent_required();
    let builder = Org::builder().password_hashing(PasswordHashing::LoweredForTests).app(app);
    builder.port(port).state_file(path).start().await
}

fn port(org: &RunningOrg) -> u16 {
    org.base_url().rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port")
}

async fn consent(org: &RunningOrg, browser: &Browser<'_>) -> String {
    let page = browser.authorize(&[]).await;
    let answer = browser.sign_in(&page, ALICE, crate::browser::PASSWORD).await;
    let page = browser.get(answer.location()).await;
    let form = okta_types::Form::new().with("stateToken", &page.field("stateToken")).with("consent", "allow");
    browser.post(&format!("{}/login/consent", org.base_url()), &form).await.code()
}

#[tokio::test]
async fn keys_sessions_tokens_consents_and_the_clock_outlive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("org.json");
    let org = start(&path, 0).await.unwrap();
    org.advance_clock(Duration::from_secs(86_400));
    let browser = Browser::new(&org);
    let tokens = redeem(&org, &consent(&org, &browser).await, &[]).await.json();
    let used = redeem(&org, &browser.authorize(&[]).await.code(), &[]).await.json();
    refresh(&org, text(&used, "refresh_token"), &[]).await;
    let (sid, port, now, keys) = (browser.cookie("sid").unwrap(), port(&org), org.now(), org.public_keys());
    org.stop().await;

    let org = start(&path, port).await.unwrap();
    assert!(org.now() >= now);
    assert_eq!(org.public_keys(), keys);
    assert_eq!(introspect(&org, text(&tokens, "access_token")).await["active"], true);
    assert_eq!(refresh(&org, text(&tokens, "refresh_token"), &[]).await.status, 200);
    let query = crate::browser::authorize_query(&org, &[("prompt", Some("none"))]);
    let silent = http().get(format!("{}/v1/authorize?{query}", org.issuer()));
    let silent = Answer::to(silent.header("Cookie", format!("sid={sid}"))).await;
    assert!(silent.location().starts_with(&format!("{CALLBACK}?code=")), "session and consent: {silent:?}");
    org.advance_clock(Duration::from_secs(31));
    assert_eq!(refresh(&org, text(&used, "refresh_token"), &[]).await.status, 400, "reuse is remembered");
}

#[tokio::test]
async fn the_file_is_its_owners_and_holds_no_token_in_the_clear() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("org.json");
    let org = start(&path, 0).await.unwrap();
    let browser = Browser::new(&org);
    let tokens = redeem(&org, &consent(&org, &browser).await, &[]).await.json();
    let sid = browser.cookie("sid").unwrap();
    org.stop().await;
    let kept = std::fs::read_to_string(&path).unwrap();
    for secret in [text(&tokens, "access_token"), text(&tokens, "refresh_token"), &sid] {
        assert!(!kept.contains(secret));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test]
async fn a_file_that_is_something_else_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("org.json");
    for content in ["notes of mine", "{}"] {
        std::fs::write(&path, content).unwrap();
        let refused = start(&path, 0).await;
        assert!(
            matches!(&refused, Err(StartError::State { source: StateError::Content(_), .. })),
            "{refused:?}"
        );
        assert_eq!(std::fs::read_to_string(&path).unwrap(), content);
    }
    let nowhere = start(&folder.path().join("no/such/folder/org.json"), 0).await;
    assert!(matches!(nowhere, Err(StartError::State { source: StateError::Io(_), .. })), "{nowhere:?}");
}
