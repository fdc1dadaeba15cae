//! "Forgot password?": by the link of the mail or by its code, and back into the sign-in.

use okta_types::Form;
use serde_json::json;

use super::{
    INITIATE, NEW, administrator, ask_for_mail, choose, click, events, follow, hints, org, signs_in, submit,
};
use crate::browser::{ALICE, Browser, PASSWORD, parts, redeem, text};

#[tokio::test]
async fn the_link_of_the_mail_leads_to_a_new_password_and_back_into_the_sign_in() {
    let org = org().await;
    let browser = Browser::new(&org);
    ask_for_mail(&org, &browser, "forgot-password", ALICE).await;
    let mail = org.mail_to(ALICE).await.expect("a mail");
    assert_eq!((mail.to.as_str(), mail.subject.as_str()), (ALICE, "Account password reset"));
    let link = mail.link.expect("a link");
    assert!(link.starts_with(&format!("{}/signin/reset-password/", org.base_url())), "{link}");
    let page = follow(&browser, &browser.get(&link).await).await;
    assert!(page.body.contains(ALICE) && !page.body.contains(link.rsplit('/').next().unwrap()), "{page:?}");
    let back = choose(&org, &browser, &page, NEW).await;
    assert_eq!(back.returned("state").as_deref(), Some("the state"));
    let tokens = redeem(&org, &back.code(), &[]).await.json();
    assert_eq!(parts(text(&tokens, "id_token")).1["amr"], json!(["pwd"]));
    browser.authorize(&[("prompt", Some("none"))]).await.code();
    assert!(signs_in(&org, ALICE, NEW).await && !signs_in(&org, ALICE, PASSWORD).await);
    let changed = org.mail_to(ALICE).await.expect("a mail");
    assert_eq!((changed.subject.as_str(), changed.link), ("Password Changed", None));
    let told = [
        "user.account.reset_password",
        "system.email.password_reset.sent_message",
        "user.account.update_password",
        "user.session.start",
    ];
    assert_eq!(events(&org)[..4], told);
}

#[tokio::test]
async fn the_code_of_the_mail_does_the_same() {
    let org = org().await;
    let browser = Browser::new(&org);
    let page = ask_for_mail(&org, &browser, "forgot-password", " Alice@Example.com ").await;
    let code = org.mail_to(ALICE).await.and_then(|mail| mail.code).expect("a code");
    assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()), "{code}");
    let typed = format!("{} {}", &code[..3], &code[3..]);
    let page =
        follow(&browser, &submit(&org, &browser, &page, &[("credentials.passcode", &typed)]).await).await;
    choose(&org, &browser, &page, NEW).await.code();
}

#[tokio::test]
async fn in_another_browser_the_app_begins_a_sign_in() {
    let org = org().await;
    ask_for_mail(&org, &Browser::new(&org), "forgot-password", ALICE).await;
    let link = org.mail_to(ALICE).await.and_then(|mail| mail.link).expect("a link");
    let elsewhere = Browser::new(&org);
    let page = follow(&elsewhere, &elsewhere.get(&link).await).await;
    assert!(!page.body.contains("Back to sign in"), "the sign-in lives in the other browser");
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(policy.contains("form-action 'self' ") && policy.contains("http://localhost:8080"), "{policy}");
    let answer = choose(&org, &elsewhere, &page, NEW).await;
    assert!(answer.status == 303 && answer.location().starts_with(&format!("{INITIATE}?iss=")), "{answer:?}");
    assert_eq!(answer.returned("iss").as_deref(), Some(org.base_url()));
    assert_eq!(answer.returned("target_link_uri"), None);
    assert_eq!(hints(&answer), ["PASSWORD_RECOVERY", "AUTHENTICATED", ALICE]);
    elsewhere.authorize(&[("prompt", Some("none"))]).await.code();
}

/// An app that begins no sign-ins itself: its people go to the dashboard.
#[tokio::test]
async fn without_such_an_address_the_dashboard_comes_next() {
    let org = crate::browser::org().await;
    ask_for_mail(&org, &Browser::new(&org), "forgot-password", ALICE).await;
    let link = org.mail_to(ALICE).await.and_then(|mail| mail.link).expect("a link");
    let elsewhere = Browser::new(&org);
    let page = follow(&elsewhere, &elsewhere.get(&link).await).await;
    let answer = choose(&org, &elsewhere, &page, NEW).await;
    assert_eq!(answer.location(), format!("{}/app/UserHome", org.base_url()));
}

#[tokio::test]
async fn every_rule_that_is_broken_is_named_and_nothing_is_used_up() {
    let org = org().await;
    let browser = Browser::new(&org);
    ask_for_mail(&org, &browser, "forgot-password", ALICE).await;
    let link = org.mail_to(ALICE).await.and_then(|mail| mail.link).expect("a link");
    let mut page = follow(&browser, &browser.get(&link).await).await;
    for (password, repeated, told) in [
        (
            "alice",
            "alice",
            vec!["At least 8 characters", "An uppercase letter", "A number", "No parts of your username"],
        ),
        ("GARDEN-GATE", "GARDEN-GATE", vec!["A lowercase letter", "A number"]),
        ("", "", vec!["At least 8 characters", "A lowercase letter", "An uppercase letter", "A number"]),
        (PASSWORD, PASSWORD, vec!["None of your last 5 passwords"]),
        (NEW, "Garden-2027", vec![]),
    ] {
        let fields = [("credentials.passcode", password), ("confirmPassword", repeated)];
        page = follow(&browser, &submit(&org, &browser, &page, &fields).await).await;
        let error = page
            .body
            .split_once("id=\"password-error\"")
            .map(|(_, rest)| rest.split_once("</div>").unwrap().0);
        let items: Vec<_> = error
            .unwrap_or_default()
            .split("<li>")
            .skip(1)
            .map(|item| item.split('<').next().unwrap())
            .collect();
        assert_eq!(items, told, "{password}");
        assert_eq!(page.body.contains("Passwords must match."), password != repeated);
        assert!(page.body.contains("<title>Error - Grove - Reset your password</title>"), "{page:?}");
        assert!(password.is_empty() || !page.body.contains(&format!("\"{password}\"")), "it is not put back");
    }
    choose(&org, &browser, &page, NEW).await.code();
}

#[tokio::test]
async fn the_last_five_passwords_are_not_taken_again() {
    let org = org().await;
    let browser = Browser::new(&org);
    let all = [PASSWORD, "Garden-1", "Garden-2", "Garden-3", "Garden-4", "Garden-5"];
    for (i, password) in all.iter().enumerate().skip(1) {
        ask_for_mail(&org, &browser, "forgot-password", ALICE).await;
        let link = org.mail_to(ALICE).await.and_then(|mail| mail.link).expect("a link");
        let page = follow(&browser, &browser.get(&link).await).await;
        let page = follow(&browser, &choose(&org, &browser, &page, all[i.saturating_sub(5)]).await).await;
        assert!(page.body.contains("None of your last 5 passwords"), "{i}");
        choose(&org, &browser, &page, password).await;
        org.mail_to(ALICE).await.expect("a mail");
        org.end_sessions();
        org.advance_clock(std::time::Duration::from_secs(3600));
    }
    ask_for_mail(&org, &browser, "forgot-password", ALICE).await;
    let link = org.mail_to(ALICE).await.and_then(|mail| mail.link).expect("a link");
    let page = follow(&browser, &browser.get(&link).await).await;
    choose(&org, &browser, &page, PASSWORD).await.code();
}

#[tokio::test]
async fn other_sessions_end_where_the_person_or_the_org_wants_it() {
    for (by_person, by_org, ended) in [(false, false, false), (true, false, true), (false, true, true)] {
        let org = org().await;
        org.set_password_reset_ends_sessions(by_org);
        let other = Browser::new(&org);
        other.code_for(ALICE, &[]).await;
        let browser = Browser::new(&org);
        ask_for_mail(&org, &browser, "forgot-password", ALICE).await;
        let link = org.mail_to(ALICE).await.and_then(|mail| mail.link).expect("a link");
        let page = follow(&browser, &browser.get(&link).await).await;
        assert_eq!(page.body.contains("Sign me out of all other devices"), !by_org);
        let mut fields = vec![("credentials.passcode", NEW), ("confirmPassword", NEW)];
        fields.extend(by_person.then_some(("credentials.revokeSessions", "true")));
        submit(&org, &browser, &page, &fields).await.code();
        let silent = other.authorize(&[("prompt", Some("none"))]).await;
        assert_eq!(silent.returned("code").is_none(), ended, "{by_person} {by_org}");
        browser.authorize(&[("prompt", Some("none"))]).await.code();
    }
}

#[tokio::test]
async fn the_second_factor_is_asked_for_all_the_same() {
    let org = org().await;
    org.set_second_factor_required(true);
    let (browser, elsewhere) = (Browser::new(&org), Browser::new(&org));
    ask_for_mail(&org, &browser, "forgot-password", ALICE).await;
    let link = org.mail_to(ALICE).await.and_then(|mail| mail.link).expect("a link");
    let page = follow(&browser, &browser.get(&link).await).await;
    let page = follow(&browser, &choose(&org, &browser, &page, NEW).await).await;
    assert!(page.body.contains("id=\"okta-second-factor\"") && browser.cookie("sid").is_none(), "{page:?}");
    let code = org.totp_code(ALICE).expect("a code");
    submit(&org, &browser, &page, &[("credentials.passcode", &code)]).await.code();

    org.mail_to(ALICE).await.expect("a mail");
    ask_for_mail(&org, &Browser::new(&org), "forgot-password", ALICE).await;
    let link = org.mail_to(ALICE).await.and_then(|mail| mail.link).expect("a link");
    let page = follow(&elsewhere, &elsewhere.get(&link).await).await;
    let answer = choose(&org, &elsewhere, &page, "Garden-2027").await;
    assert!(
        answer.location().starts_with(INITIATE) && elsewhere.cookie("sid").is_none(),
        "half a sign-in is none"
    );
    assert_eq!(hints(&answer), ["PASSWORD_RECOVERY", "UNAUTHENTICATED", ALICE]);
}

/// `POST …/forgot_password` has the question asked, where somebody has one; the page does so too.
#[tokio::test]
async fn a_link_that_asks_for_the_answer_does_not_do_without() {
    let org = org().await;
    let body =
        json!({"credentials": {"recovery_question": {"question": "Which symbol?", "answer": "Asterisk"}}});
    crate::management::call(&org, reqwest::Method::POST, &format!("/users/{ALICE}"), &body).await;
    administrator(&org, &format!("{ALICE}/credentials/forgot_password")).await;
    let link = org.mail_to(ALICE).await.and_then(|mail| mail.link).expect("a link");
    let browser = Browser::new(&org);
    let mut page = follow(&browser, &browser.get(&link).await).await;
    assert!(page.body.contains("<label for=\"answer\">Which symbol?</label>"), "{page:?}");
    for answer in [None, Some("Comma")] {
        let mut fields = vec![("credentials.passcode", NEW), ("confirmPassword", NEW)];
        fields.extend(answer.map(|answer| ("answer", answer)));
        page = follow(&browser, &submit(&org, &browser, &page, &fields).await).await;
        assert!(page.body.contains("id=\"answer-error\""), "{page:?}");
    }
    let fields = [("credentials.passcode", NEW), ("confirmPassword", NEW), ("answer", " asterisk")];
    let answer = submit(&org, &browser, &page, &fields).await;
    assert!(answer.location().starts_with(INITIATE), "{answer:?}");
}

#[tokio::test]
async fn an_administrators_reset_sends_a_link_that_works() {
    let org = org().await;
    administrator(&org, &format!("{ALICE}/lifecycle/reset_password?sendEmail=true")).await;
    assert!(!signs_in(&org, ALICE, PASSWORD).await);
    let link = org.mail_to(ALICE).await.and_then(|mail| mail.link).expect("a link");
    let browser = Browser::new(&org);
    let page = follow(&browser, &browser.get(&link).await).await;
    choose(&org, &browser, &page, NEW).await;
    assert!(signs_in(&org, ALICE, NEW).await);
}

#[tokio::test]
async fn a_name_is_needed() {
    let org = org().await;
    let browser = Browser::new(&org);
    let page = click(&org, &browser, &browser.authorize(&[]).await, "forgot-password").await;
    let page = follow(&browser, &submit(&org, &browser, &page, &[("identifier", " ")]).await).await;
    assert!(page.body.contains("id=\"recover-error\" role=\"alert\""), "{page:?}");
    let url = format!("{}/signin/forgot-password?stateToken=nope", org.base_url());
    assert_eq!(browser.get(&url).await.status, 400, "it is begun on a sign-in page");
    let form = Form::new().with("identifier", ALICE);
    assert_eq!(browser.post(&format!("{}/login/recover", org.base_url()), &form).await.status, 400);
    assert!(org.mails().is_empty());
}
