//! The outbox: the mail that the org sent, for people, for programs and for tests.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::mpsc;
use std::time::Duration;

use okta_local::{RunningOrg, SmtpServer};
use okta_types::UnixTime;
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
    let before = org.now();
    assert_eq!(make(&org, "fern").await["status"], "PROVISIONED");
    let mail = org.mail_to("fern@example.com").await.expect("a mail");
    assert_eq!((mail.to.as_str(), mail.login.as_str()), ("fern@mail.example", "fern@example.com"));
    assert_eq!((mail.subject.as_str(), mail.code.as_deref()), ("Welcome to Okta!", None));
    let link = mail.link.expect("a link");
    assert!(link.starts_with(&format!("{}/tokens/", org.base_url())) && link.ends_with("/verify"), "{link}");
    assert!(mail.text.contains(&link) && (before..=org.now()).contains(&mail.sent_at));
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
    let before = org.now();
    make(&org, "fern").await;
    make(&org, "ivy").await;
    let list = async |query: &str| -> Vec<Value> {
        http().get(format!("{url}{query}")).send().await.unwrap().json().await.unwrap()
    };
    let all = list("").await;
    assert_eq!(all.len(), 2);
    assert_eq!((&all[0]["login"], &all[1]["login"]), (&json!("fern@example.com"), &json!("ivy@example.com")));
    assert!(all[0]["link"].is_string() && all[0]["code"].is_null());
    let sent_at = all[0]["sent_at"].as_i64().unwrap();
    assert!((before..=org.now()).contains(&UnixTime(sent_at)), "{sent_at}");
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

/// Takes one mail as an SMTP server does (RFC 5321), and hands its text on.
fn smtp_server() -> (u16, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (sender, mails) = mpsc::channel();
    std::thread::spawn(move || {
        let (stream, _) = listener.accept().expect("a client");
        let mut lines = BufReader::new(stream.try_clone().expect("a stream")).lines().map_while(Result::ok);
        let say = |text: &str| (&stream).write_all(format!("{text}\r\n").as_bytes()).expect("it is sent");
        say("220 ready");
        while let Some(line) = lines.next() {
            match line.as_bytes() {
                [b'D', b'A', b'T', b'A', ..] => {
                    say("354 go on");
                    let text: Vec<_> = lines.by_ref().take_while(|line| line != ".").collect();
                    say("250 taken");
                    sender.send(text.join("\n")).expect("somebody waits");
                }
                [b'Q', ..] => return say("221 bye"),
                _ => say("250 fine"),
            }
        }
    });
    (port, mails)
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_goes_to_a_server_as_well_where_one_is_named() {
    let (port, mails) = smtp_server();
    let org = builder().smtp(SmtpServer::new("127.0.0.1", port)).start().await.expect("an org starts");
    make(&org, "fern").await;
    let taken = tokio::task::spawn_blocking(move || mails.recv_timeout(Duration::from_secs(10)));
    let text = taken.await.expect("no panic").expect("a mail");
    let mail = org.mail_to("fern@example.com").await.expect("a mail");
    for part in ["To: fern@mail.example", "Subject: Welcome to Okta!", &mail.link.expect("a link")] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_keeps_no_mail_from_the_outbox() {
    let closed = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("an address").port();
    let org = builder().smtp(SmtpServer::new("127.0.0.1", closed)).start().await.expect("an org starts");
    make(&org, "fern").await;
    assert!(org.mail_to("fern@example.com").await.is_some());
}
