//! The hosted pages as assistive technology, browsers and other sites meet them: what holds of each, and what
//! each has of its own.

use okta_local::{App, RunningOrg};
use okta_types::Form;
use scraper::{ElementRef, Html, Selector};

use crate::accounts::{click, follow, submit};
use crate::browser::{ALICE, Answer, Browser, CALLBACK, PASSWORD, builder};

async fn org() -> RunningOrg {
    let grove = App::spa("Grove").redirect_uri(CALLBACK).sign_up();
    builder().app(grove).start().await.expect("an org on any port starts")
}

/// All pages that people see, by name.
async fn pages(org: &RunningOrg) -> Vec<(&'static str, Answer)> {
    let browser = Browser::new(org);
    let sign_in = browser.authorize(&[]).await;
    let refused = browser.sign_in(&browser.authorize(&[]).await, ALICE, "wrong").await;
    let refused = browser.get(refused.location()).await;
    let (factor, wrong_code) = factor_pages(org).await;
    let mut pages = account_pages(org).await;
    pages.extend([
        ("sign-in", sign_in),
        ("sign-in, refused", refused),
        ("second factor", factor),
        ("second factor, refused", wrong_code),
        ("consent", consent_page(org).await),
        ("dashboard", dashboard_page(org).await),
        ("signed out", browser.get(&format!("{}/login/signed-out", org.base_url())).await),
        ("error", browser.authorize(&[("redirect_uri", Some("http://evil.test"))]).await),
    ]);
    pages
}

/// Those about accounts, each where something is wrong too.
async fn account_pages(org: &RunningOrg) -> Vec<(&'static str, Answer)> {
    let browser = Browser::new(org);
    let sign_in = browser.authorize(&[]).await;
    let post = async |page: &Answer, fields: &[(&str, &str)]| {
        follow(&browser, &submit(org, &browser, page, fields).await).await
    };
    let forgot = async || click(org, &browser, &sign_in, "forgot-password").await;
    let code = post(&forgot().await, &[("identifier", ALICE)]).await;
    let link = org.mail_to(ALICE).await.and_then(|mail| mail.link).expect("a link");
    let new_password = follow(&browser, &browser.get(&link).await).await;
    let register = async || click(org, &browser, &sign_in, "register").await;
    let wrong = [("credentials.passcode", "weak"), ("confirmPassword", "week")];
    let (broken, mistyped, repeated) = {
        let page = async || follow(&browser, &browser.get(&link).await).await;
        let repeated = [("credentials.passcode", "Garden-2026"), ("confirmPassword", "week")];
        (
            post(&page().await, &wrong).await,
            post(&code, &[("credentials.passcode", "nope")]).await,
            post(&page().await, &repeated).await,
        )
    };
    vec![
        ("forgot password", forgot().await),
        ("forgot password, refused", post(&forgot().await, &[]).await),
        ("unlock", click(org, &browser, &sign_in, "unlock").await),
        ("code", post(&forgot().await, &[("identifier", "nobody@example.com")]).await),
        ("code, refused", mistyped),
        ("new password", new_password),
        ("new password, refused", broken),
        ("repetition, refused", repeated),
        ("sign-up", register().await),
        ("sign-up, refused", post(&register().await, &wrong).await),
        ("outbox", browser.get(&org.outbox_url()).await),
    ]
}

async fn factor_pages(org: &RunningOrg) -> (Answer, Answer) {
    let browser = Browser::new(org);
    let page = browser.authorize(&[("acr_values", Some("urn:okta:loa:2fa:any"))]).await;
    let answer = browser.sign_in(&page, ALICE, PASSWORD).await;
    let page = browser.get(answer.location()).await;
    let form =
        Form::new().with("stateToken", &page.field("stateToken")).with("credentials.passcode", "000000");
    let answer = browser.post(&format!("{}/login/second-factor", org.base_url()), &form).await;
    (page, browser.get(answer.location()).await)
}

async fn consent_page(org: &RunningOrg) -> Answer {
    let browser = Browser::new(org);
    let page = browser.authorize(&[("prompt", Some("consent"))]).await;
    let answer = browser.sign_in(&page, ALICE, PASSWORD).await;
    browser.get(answer.location()).await
}

async fn dashboard_page(org: &RunningOrg) -> Answer {
    let browser = Browser::new(org);
    browser.sign_in(&browser.authorize(&[]).await, ALICE, PASSWORD).await;
    browser.get(&format!("{}/app/UserHome", org.base_url())).await
}

fn all<'a>(document: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    document.select(&Selector::parse(selector).expect("a selector")).collect()
}

fn one<'a>(document: &'a Html, selector: &str) -> ElementRef<'a> {
    let found = all(document, selector);
    assert_eq!(found.len(), 1, "{selector}");
    found[0]
}

fn said(element: ElementRef<'_>) -> String {
    element.text().collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn every_page_has_a_language_a_title_a_main_part_and_one_heading() {
    for (name, page) in pages(&org().await).await {
        println!("{name}");
        let document = Html::parse_document(&page.body);
        assert!(document.errors.is_empty(), "{:?}", document.errors);
        assert_eq!(one(&document, "html").attr("lang"), Some("en"));
        assert!(said(one(&document, "head > title")).len() > 3);
        assert!(!said(one(&document, "main > h1")).is_empty());
        assert!(all(&document, "h1, h2, h3, h4, h5, h6").len() == 1, "one heading, and it is the first");
        let viewport = one(&document, "meta[name=viewport]").attr("content").unwrap_or_default();
        assert!(
            !viewport.contains("maximum-scale") && !viewport.contains("user-scalable"),
            "people may zoom"
        );
        // All that can be read stands in a landmark.
        assert!(
            all(&document, "body > *").iter().all(|part| ["main", "footer"].contains(&part.value().name()))
        );
    }
}

#[tokio::test]
async fn every_field_has_its_label_and_every_reference_its_element() {
    for (name, page) in pages(&org().await).await {
        println!("{name}");
        let document = Html::parse_document(&page.body);
        let ids: Vec<_> = all(&document, "[id]").iter().filter_map(|element| element.attr("id")).collect();
        assert!(ids.iter().enumerate().all(|(i, id)| !ids[..i].contains(id)), "{ids:?}");
        for field in all(&document, "input:not([type=hidden])") {
            let label = one(&document, &format!("label[for=\"{}\"]", field.attr("id").expect("an id")));
            assert!(!said(label).is_empty());
            let is_box = field.attr("type") == Some("checkbox");
            assert!(is_box || field.attr("autocomplete").is_some());
            assert!(field.attr("placeholder").is_none());
        }
        for element in all(&document, "[aria-describedby]") {
            let references = element.attr("aria-describedby").expect("a reference");
            assert!(references.split(' ').all(|reference| ids.contains(&reference)), "{references}");
        }
        assert!(all(&document, "button, a").iter().all(|control| !said(*control).is_empty()));
        assert!(all(&document, "[tabindex], [onclick], [style]").is_empty(), "the order is the natural one");
        assert!(all(&document, "[autofocus]").len() <= 1);
    }
}

#[tokio::test]
async fn a_refusal_is_announced_and_tied_to_the_fields() {
    for (name, page) in pages(&org().await).await {
        println!("{name}");
        let document = Html::parse_document(&page.body);
        let refused = name.ends_with("refused");
        assert_eq!(all(&document, "[role=alert]").len(), usize::from(refused || name == "error"));
        assert_eq!(said(one(&document, "title")).starts_with("Error - "), refused || name == "error");
        let fields = all(&document, "input:not([type=hidden]):not([type=checkbox])");
        let wrong: Vec<_> =
            fields.iter().filter(|field| field.attr("aria-invalid") == Some("true")).collect();
        let expected = match name {
            "repetition, refused" => 1,
            _ if refused => fields.len(),
            _ => 0,
        };
        assert_eq!(wrong.len(), expected);
        // Where each field has its own error, the summary is not tied to any.
        let has_own = ["new password, refused", "repetition, refused", "sign-up, refused"].contains(&name);
        for field in wrong {
            let reference = field.attr("aria-describedby").expect("the field tells what is wrong");
            let first = reference.split(' ').next().expect("a reference");
            let error = one(&document, &format!("#{first}"));
            assert!(!said(error).is_empty());
            assert_eq!(error.attr("role"), (!has_own).then_some("alert"));
        }
        if refused {
            let focused = one(&document, "input[autofocus]");
            assert_eq!(focused.attr("aria-invalid"), Some("true"), "the first thing to mend has the focus");
        }
    }
}

#[tokio::test]
async fn fields_say_what_they_are_for() {
    let org = org().await;
    for (name, page) in pages(&org).await {
        let document = Html::parse_document(&page.body);
        let purposes: Vec<_> =
            all(&document, "input").iter().filter_map(|field| field.attr("autocomplete")).collect();
        let expected: &[&str] = match name {
            "forgot password" | "forgot password, refused" | "unlock" => &["username"],
            "code" | "code, refused" => &["one-time-code"],
            "new password" | "new password, refused" | "repetition, refused" => {
                &["username", "new-password", "new-password"]
            }
            "sign-up" | "sign-up, refused" => &["given-name", "family-name", "email", "new-password"],
            "sign-in" | "sign-in, refused" => &["username", "current-password"],
            "second factor" | "second factor, refused" => &["one-time-code"],
            _ => &[],
        };
        assert_eq!(purposes, expected, "{name}");
    }
    let error = Browser::new(&org).authorize(&[("client_id", None)]).await;
    let document = Html::parse_document(&error.body);
    assert_eq!(said(one(&document, "h1")), "400 Bad Request");
    assert_eq!(said(one(&document, "#error-code")), "invalid_client");
    assert!(said(one(&document, "#error-id")).starts_with("oae"));
}

#[tokio::test]
async fn forms_are_posted_with_a_token_of_their_own_and_work_without_scripts() {
    let mut tokens = Vec::new();
    for (name, page) in pages(&org().await).await {
        println!("{name}");
        let document = Html::parse_document(&page.body);
        assert!(all(&document, "script, iframe, object, img, style").is_empty());
        for form in all(&document, "form") {
            assert_eq!(form.attr("method"), Some("post"));
            assert!(form.attr("action").is_some_and(|action| action.starts_with("/login/")));
            tokens.push(page.field("stateToken"));
            assert!(!all(&document, "button[type=submit]").is_empty());
        }
    }
    assert_eq!(tokens.len(), 15);
    assert!(tokens.iter().enumerate().all(|(i, token)| token.len() == 43 && !tokens[..i].contains(token)));
}

#[tokio::test]
async fn no_page_is_framed_kept_or_tells_where_it_was() {
    for (name, page) in pages(&org().await).await {
        println!("{name}");
        let policy = page.header("content-security-policy").expect("a policy");
        for directive in
            ["default-src 'none'", "style-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"]
        {
            assert!(policy.contains(directive), "{policy}");
        }
        assert!(
            policy.contains("form-action ") && !policy.contains("unsafe") && !policy.contains("script-src")
        );
        assert_eq!(page.header("x-frame-options"), Some("DENY"));
        assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(page.header("cache-control"), Some("no-cache, no-store"));
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        assert_eq!(page.header("access-control-allow-origin"), None);
    }
}

#[tokio::test]
async fn the_one_sheet_knows_both_schemes_the_keyboard_and_small_screens() {
    let org = org().await;
    let sheet = Browser::new(&org).get(&format!("{}/login/assets/pages.css", org.base_url())).await;
    assert_eq!(sheet.header("content-type"), Some("text/css; charset=utf-8"));
    for part in ["prefers-color-scheme: dark", ":focus-visible", "outline: 3px solid", "max-width: 26rem"] {
        assert!(sheet.body.contains(part), "{part}");
    }
    assert!(
        !sheet.body.contains("outline: none") && !sheet.body.contains("url("),
        "nothing is loaded from elsewhere"
    );
}
