//! Starts a sign-in: the app integration's initiate-login URI (OpenID Connect Core §4). The org sends people here from its
//! dashboard, and after they have reset a password or activated an account.

use std::iter;

use okta_sycamore::{Auth, AuthStatus, SignIn, use_auth};
use okta_types::Issuer;
use sycamore::prelude::*;
use sycamore::web::{is_not_ssr, window};

use super::heading;
use crate::base::{whole, within};
use crate::live::{live_effect, start};
use crate::markup::markup;
use crate::navigation::{Address, Navigation, titled};
use crate::shop::{Shop, shop};

/// What an address of this page asks for.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    /// None: where people of this browser were on their way to, or else the home page.
    target: Option<String>,
    login_hint: Option<String>,
    /// Whether the org itself asked, by naming itself.
    by_org: bool,
    /// Whether they have set a password or confirmed an account at the org, or so the address says.
    after_mail: bool,
}

impl Wanted {
    /// What is told in the meantime; it stays where the sign-in cannot begin.
    fn words(&self) -> &'static str {
        if self.after_mail {
            "After signing in you are back on the page where you were, if that was in this browser, or else in the shop."
        } else {
            "One moment, please."
        }
    }
}

/// The address names an issuer that is neither ours nor the org that ours belongs to: somebody else's sign-in, or an attempt to mix two up.
#[derive(Debug, PartialEq, Eq)]
struct ForeignIssuer(String);

/// Ours are the issuer and the other addresses of its org. `target_link_uri` is taken within our own origin only; elsewhere it would make this page an open redirect.
fn wanted<'a>(
    address: &Address,
    mut ours: impl Iterator<Item = &'a str>,
    origin: &str,
) -> Result<Wanted, ForeignIssuer> {
    let named = address.param("iss");
    let mut is_ours =
        |named: &str| ours.any(|own| Issuer::parse(own).is_ok_and(|own| own.is_meant_by(named)));
    if let Some(other) = named.as_ref().filter(|named| !is_ours(named.trim_end_matches('/'))) {
        return Err(ForeignIssuer(other.clone()));
    }
    let target = address.param("target_link_uri").map(|target| {
        let target = Address::parse(within(target.strip_prefix(origin).unwrap_or(&target)));
        if target.is_of_sign_in() { "/".to_owned() } else { target.to_string() }
    });
    let (login_hint, after_mail) = (address.param("login_hint"), address.param("type_hint").is_some());
    Ok(Wanted { target, login_hint, by_org: named.is_some(), after_mail })
}

pub(super) fn page() -> View {
    titled("Sign in", "");
    let Shop { issuer, org_addresses, navigation, .. } = shop();
    let ours = iter::once(issuer).chain(org_addresses.iter().map(String::as_str));
    let origin = if is_not_ssr!() { window().location().origin().unwrap_or_default() } else { String::new() };
    match navigation.address().with_untracked(|address| wanted(address, ours, &origin)) {
        Ok(wanted) => on_the_way(navigation, wanted),
        Err(foreign) => refusal(&foreign, issuer),
    }
}

fn on_the_way(navigation: Navigation, wanted: Wanted) -> View {
    let (auth, scope) = (use_auth(), use_current_scope());
    let status = auth.status();
    let words = wanted.words();
    let mut wanted = Some(wanted);
    live_effect(move || {
        let signed_in = match status.get_clone() {
            AuthStatus::Unknown => return,
            AuthStatus::Anonymous => false,
            AuthStatus::SignedIn(_) => true,
        };
        // Once: what happens to the session later is no reason to leave this page again.
        if let Some(wanted) = wanted.take() {
            // Not within the effect: it goes with this page, and must not be at work then.
            start(scope, async move { begin(auth, navigation, wanted, signed_in) });
        }
    });
    let heading = heading("Taking you to the sign-in page");
    markup! {
        div(class="panel", data-testid="login-page") {
            (heading)
            p(class="panel-text") { (words) }
            a(class="panel-link", href="/") { "Back to the shop" }
        }
    }
}

/// The org's own wish is always passed on; everybody else only needs a sign-in where there is none.
fn begin(auth: Auth, navigation: Navigation, wanted: Wanted, signed_in: bool) {
    let target = wanted.target.as_deref().unwrap_or("/");
    if signed_in && !wanted.by_org {
        return navigation.go_instead(&Address::parse(target));
    }
    let request = SignIn::to(whole(target.to_owned())).in_place();
    let request = if wanted.target.is_none() { request.resuming() } else { request };
    // Who signs in, and what the org said of them, does not stay in the address, wherever this ends.
    let bare = navigation.address().with_untracked(|address| Address::parse(address.path()));
    navigation.go_instead(&bare);
    auth.sign_in(match wanted.login_hint {
        Some(hint) => request.login_hint(hint),
        None => request,
    });
}

fn refusal(foreign: &ForeignIssuer, issuer: &str) -> View {
    let heading = heading("This sign-in is not for Grove");
    let text =
        ["The link asks to sign in with ", &foreign.0, ", but this shop trusts ", issuer, " only."].concat();
    markup! {
        div(class="panel panel-failure", role="alert", data-testid="login-refused") {
            (heading)
            p(class="panel-text") { (text) }
            p(class="panel-text") { "Nothing was started. You can sign in with the button above." }
            a(class="button", href="/") { "Back to the shop" }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::stage;

    const ISSUER: &str = "http://localhost:9000/oauth2/default";

    fn read(query: &str) -> Result<Wanted, ForeignIssuer> {
        let ours = [ISSUER, "https://dev-1.okta.com"];
        wanted(&Address::parse(&format!("/login?{query}")), ours.into_iter(), "http://localhost:8080")
    }

    #[track_caller]
    fn leads(target_link_uri: &str, target: &str) {
        let wanted = read(&format!("target_link_uri={target_link_uri}")).unwrap();
        assert_eq!(wanted.target.as_deref(), Some(target));
    }

    #[test]
    fn a_target_is_of_our_own_origin_or_the_home_page() {
        leads("http%3A%2F%2Flocalhost%3A8080%2Fcheckout%3Fcoupon%3DA%23pay", "/checkout?coupon=A#pay");
        leads("%2Forders", "/orders");
        leads("https%3A%2F%2Fevil.test%2F", "/");
        leads("%2F%2Fevil.test", "/");
        leads("http%3A%2F%2Flocalhost%3A8080.evil.test%2F", "/");
        leads("http%3A%2F%2Flocalhost%3A8080%40evil.test%2F", "/");
        leads("%2Flogin", "/");
        leads("%2Flog%2569n%2Fcallback", "/");
        leads("%2Flogin-help", "/login-help");
        leads("http%3A%2F%2Flocalhost%3A8080%2Forders%3Fnote%3D5%5C6", r"/orders?note=5\6");
        leads("http%3A%2F%2Flocalhost%3A8080%2F%5Cevil.test", "/");
    }

    #[test]
    fn without_a_target_the_hints_of_the_org_change_nothing() {
        let nothing = Wanted { target: None, login_hint: None, by_org: false, after_mail: false };
        assert_eq!(read("").unwrap(), nothing);
        let hints = "type_hint=PASSWORD_RECOVERY&session_hint=AUTHENTICATED&login_hint=alice%40example.com";
        let wanted = read(&format!("iss=http%3A%2F%2Flocalhost%3A9000&{hints}")).unwrap();
        let login_hint = Some("alice@example.com".to_owned());
        assert_eq!(wanted, Wanted { target: None, login_hint, by_org: true, after_mail: true });
    }

    #[test]
    fn whoever_comes_from_a_mail_is_told_where_it_goes_on() {
        let words = |query: &str| read(query).unwrap().words();
        for hint in ["PASSWORD_RECOVERY", "ACTIVATION"] {
            assert!(words(&format!("type_hint={hint}")).contains("back on the page where you were"));
        }
        assert_eq!(words("login_hint=alice%40example.com"), "One moment, please.");
    }

    #[test]
    fn only_our_own_issuer_may_start_a_sign_in() {
        assert!(read("iss=http%3A%2F%2Flocalhost%3A9000%2Foauth2%2Fdefault").unwrap().by_org);
        assert!(read("iss=http%3A%2F%2Flocalhost%3A9000").unwrap().by_org, "Okta's dashboard names the org");
        assert!(read("iss=https%3A%2F%2Fdev-1.okta.com%2F").unwrap().by_org, "another address of the org");
        assert!(!read("login_hint=alice%40example.com").unwrap().by_org);
        for foreign in [
            "https://evil.test",
            "https://dev-2.okta.com",
            "http://localhost:9001",
            "http://localhost:9000/oauth2/default2",
        ] {
            assert_eq!(read(&format!("iss={foreign}")), Err(ForeignIssuer(foreign.to_owned())));
        }
    }

    #[test]
    fn a_foreign_issuer_is_explained() {
        let html = sycamore::render_to_string(|| {
            stage(vec![]);
            refusal(&ForeignIssuer("https://evil.test".to_owned()), ISSUER)
        });
        assert!(html.contains("https://evil.test") && html.contains(ISSUER), "{html}");
    }
}
