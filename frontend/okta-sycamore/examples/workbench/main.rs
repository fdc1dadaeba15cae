//! A bench for what apps use of `okta-sycamore` and the pages of Okta's samples do not: guards for groups and for
//! strength, the idle warning and sign-out, signing out of this app alone, and requests to any address. The browser
//! tests work on it.

use std::time::Duration;

use okta_sycamore::{
    ApiRequest, AuthConfig, AuthProvider, AuthStatus, CallbackFailure, Idle, Json, RequireAcr, RequireGroup,
    SecureRouter, SignIn, SilentRenewal, read_json, use_auth,
};
use sycamore::futures::spawn_local_scoped;
use sycamore::prelude::*;
use sycamore::web::{document, window};
use sycamore_router::Route;

/// Shorter than people would like, long enough for tests that move the clock.
const IDLE: Idle = Idle { after: Duration::from_secs(600), warn_before: Duration::from_secs(60) };

fn main() {
    sycamore::render(|| {
        let config = configuration();
        view! { AuthProvider(config=config) { SecureRouter(open=|_: &Bench| true, view=bench, error=failed) } }
    });
}

/// The only page, whatever the path.
#[derive(Clone, Copy, Default, PartialEq)]
struct Bench;

impl Route for Bench {
    fn match_route(&self, _segments: &[&str]) -> Self {
        Self
    }

    fn match_path(&self, _path: &str) -> Self {
        Self
    }
}

/// As `hosted_login` has it, and with an idle time.
fn configuration() -> AuthConfig {
    let element = document().get_element_by_id("okta-config");
    let json = element.and_then(|element| read_json(&element.text_content()?)).unwrap_or_default();
    let renewal =
        window().local_storage().ok().flatten().and_then(|storage| storage.get_item("renewal").ok()?);
    let text = |name| json.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
    let origin = window().location().origin().unwrap_or_default();
    AuthConfig {
        issuer: text("issuer"),
        client_id: text("client_id"),
        redirect_uri: [&origin, "/login/callback"].concat(),
        post_logout_redirect_uri: origin,
        scopes: scopes(renewal.is_some()),
        api_origins: vec![text("api_origin")],
        silent_renewal: match renewal.as_deref() {
            Some("frame") => SilentRenewal::Frame,
            Some("page") => SilentRenewal::Page,
            _ => SilentRenewal::Detect,
        },
        idle: Some(IDLE),
        ..AuthConfig::default()
    }
}

/// Where the tests choose how sessions are renewed there is no refresh token.
fn scopes(silent: bool) -> Vec<String> {
    let scopes = ["openid", "profile", "email", "offline_access"];
    scopes.iter().take(if silent { 3 } else { 4 }).copied().map(str::to_owned).collect()
}

fn bench(_page: ReadSignal<Bench>) -> View {
    let auth = use_auth();
    let status = auth.status();
    view! {
        (match status.get_clone() {
            AuthStatus::Unknown => View::new(),
            AuthStatus::Anonymous => signed_out(),
            AuthStatus::SignedIn(person) => signed_in(person.display_name().unwrap_or_default().to_owned()),
        })
        (match auth.notice().get_clone() {
            None => View::new(),
            Some(notice) => view! { p(id="notice", role="status") { (notice.message()) } },
        })
    }
}

fn failed(failure: CallbackFailure) -> View {
    view! { p(id="callback-error") { (failure.message()) } }
}

fn signed_out() -> View {
    let auth = use_auth();
    view! { button(id="login-button", on:click=move |_| auth.sign_in(SignIn::to("/"))) { "Sign in" } }
}

fn signed_in(name: String) -> View {
    let auth = use_auth();
    // Many orgs name the groups there only.
    auth.load_user_info();
    let (place, strength) = wanted_strength();
    let stronger = {
        let strength = strength.clone();
        move |_| auth.sign_in(SignIn::to(place.clone()).acr_values(strength.clone()))
    };
    let staff = || view! { p(id="staff") { "For those who keep the shop." } };
    let others = || view! { p(id="not-staff") { "Not for you." } };
    let strong = || view! { p(id="strong") { "You have shown a second factor." } };
    let weak = move || {
        let stronger = stronger.clone();
        view! { button(id="stronger-button", on:click=stronger) { "Show a second factor" } }
    };
    view! {
        p(id="welcome") { (name) }
        button(id="logout-button", on:click=move |_| auth.sign_out()) { "Sign out" }
        button(id="logout-here-button", on:click=move |_| auth.sign_out_local()) { "Sign out of this app" }
        button(id="stay-button", on:click=move |_| auth.report_activity()) { "I am here" }
        RequireGroup(group="shop-staff".to_owned(), view=staff, otherwise=others)
        RequireAcr(values=strength, view=strong, otherwise=weak)
        (requests())
    }
}

/// Where a stronger sign-in ends, and how strong it is to be: the query may say so.
fn wanted_strength() -> (String, String) {
    let query = window().location().search().unwrap_or_default();
    match query.strip_prefix("?acr=") {
        Some(acr) => (["/?acr=", acr].concat(), acr.to_owned()),
        None => ("/".to_owned(), "urn:okta:loa:2fa:any".to_owned()),
    }
}

/// Asks whatever address is written there, as an app asks its API; that in the query as soon as the page is there.
fn requests() -> View {
    let auth = use_auth();
    let query = window().location().search().unwrap_or_default();
    let wanted = query.strip_prefix("?ask=").unwrap_or_default().to_owned();
    let asks_at_once = !wanted.is_empty();
    let (address, answer) = (create_signal(wanted), create_signal(String::new()));
    let ask = move || {
        answer.set(String::new());
        spawn_local_scoped(async move {
            let asked = address.get_clone_untracked();
            let came = match auth.fetch(ApiRequest::get(asked.clone())).await {
                Ok(came) => came.status().to_string(),
                Err(error) => error.to_string(),
            };
            answer.set([asked, ": ".to_owned(), came].concat());
        });
    };
    if asks_at_once {
        ask();
    }
    view! {
        input(id="address", aria-label="Address", bind:value=address)
        form { textarea(id="note", aria-label="Note") }
        button(id="ask-button", on:click=move |_| ask()) { "Ask" }
        p(id="answer", role="status") { (answer) }
    }
}
