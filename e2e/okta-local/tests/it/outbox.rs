//! The outbox: the mail that the org sent, for people, for programs and for tests.

use okta_local::RunningOrg;
use reqwest::Method;
use serde_json::{Value, json};

use crate::browser::{ALICE, Answer, Browser, builder, http, org};
use crate::management::call;

/// A new person without a password.
async fn make(org: &RunningOrg, name: &str) -> Value {
    let login = format!("{name}@example.com");
    let profile =
        json!({"login": login, "email": format!("{name}@mail.example"), "firstName": "F", "lastName": "L"});
    let answer = call(org, Method::POST, "/users?activate=true", &json!({"profile": profile})).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

#[tokio::test]
async fn who_is_made_without_a_password_gets_a_mail_with_a_link() {
    let org = org().await;
    assert_eq!(make(&org, "fern").await["status"], "PROVISIONED");
    let mail = org.mail_to("fern@example.com").await.expect("a mail");
    assert_eq!((mail.to.as_str(), mail.login.as_str()), ("fern@mail.example", "fern@example.com"));
    assert_eq!((mail.subject.as_str(), mail.code.as_deref()), ("Welcome to Okta!", None));
    let link = mail.link.expect("a link");
    assert!(link.starts_with(&format!("{}/tokens/", org.base_url())) && link.ends_with("/verify"), "{link}");
    assert!(mail.text.contains(&link) && mail.sent_at == org.now());
    assert_eq!(org.mails().len(), 1);
}

#[tokio::test]
async fn administrators_send_mail_unless_they_say_not_to() {
    let org = org().await;
    let post = async |path: &str| call(&org, Method::POST, &format!("/users/{path}"), &Value::Null).await;
    post(&format!("{ALICE}/credentials/forgot_password?sendEmail=false")).await;
    post("bob@example.com/lifecycle/reset_password?sendEmail=false").await;
    assert!(org.mails().is_empty());
    let org = self::org().await;
    let post = async |path: &str| call(&org, Method::POST, &format!("/users/{path}"), &Value::Null).await;
    post(&format!("{ALICE}/credentials/forgot_password?sendEmail=true")).await;
    post("bob@example.com/lifecycle/reset_password?sendEmail=true").await;
    for (login, path, subject) in [
        (ALICE, "signin/reset-password", "Account password reset"),
        ("bob@example.com", "reset_password", "Account Password Reset"),
    ] {
        let mail = org.mail_to(login).await.expect("a mail");
        assert_eq!(mail.subject, subject);
        assert!(mail.link.expect("a link").starts_with(&format!("{}/{path}/", org.base_url())), "{login}");
    }
}

#[tokio::test]
async fn the_control_plane_lists_mail_and_forgets_it() {
    let org = builder().control_port(0).start().await.expect("an org on any port starts");
    let url = format!("{}/mails", org.control_url().expect("a control plane"));
    make(&org, "fern").await;
    make(&org, "ivy").await;
    let list = async |query: &str| -> Vec<Value> {
        http().get(format!("{url}{query}")).send().await.unwrap().json().await.unwrap()
    };
    let all = list("").await;
    assert_eq!(all.len(), 2);
    assert_eq!((&all[0]["login"], &all[1]["login"]), (&json!("fern@example.com"), &json!("ivy@example.com")));
    assert!(all[0]["link"].is_string() && all[0]["code"].is_null() && all[0]["sent_at"] == json!(org.now()));
    assert_eq!(list("?login=IVY@example.com").await, all[1..]);
    let delete = async |body: Value| -> Value {
        http().post(format!("{url}/delete")).json(&body).send().await.unwrap().json().await.unwrap()
    };
    assert_eq!(delete(json!({"login": "ivy@example.com"})).await, json!({"deleted": 1}));
    assert_eq!((list("").await.len(), delete(json!({})).await), (1, json!({"deleted": 1})));
    assert!(org.mails().is_empty());
}

#[tokio::test]
async fn the_page_shows_the_mail_to_this_machine_only() {
    let org = org().await;
    let browser = Browser::new(&org);
    assert!(browser.get(&org.outbox_url()).await.body.contains("There is no mail yet."));
    make(&org, "fern").await;
    let page = browser.get(&org.outbox_url()).await;
    let link = org.mail_to("fern@example.com").await.and_then(|mail| mail.link).expect("a link");
    assert!(page.body.contains(&format!("<a href=\"{link}\">{link}</a>")), "{page:?}");
    assert!(page.body.contains("Welcome to Okta!"));
    let stranger = http().get(org.outbox_url()).header("Host", "evil.test");
    assert_eq!(Answer::to(stranger).await.status, 403, "a name that is not loopback's");
}
