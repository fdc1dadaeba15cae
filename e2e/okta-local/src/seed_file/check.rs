//! What is wrong with a description: names that lead nowhere, doubles, addresses and numbers out of range.

use okta_types::Origin;

use super::apply;
use super::content::{
    AppSeed, ClaimSeed, Content, GroupsSeed, Located, OriginSeed, PolicySeed, RuleSeed, ScopeSeed, UserSeed,
};
use crate::management::ATTRIBUTES;
use crate::org::app::App;
use crate::org::app_kind::GrantType;
use crate::org::claim::ClaimValue;
use crate::org::client::MAX_LEEWAY;
use crate::org::group::EVERYONE;
use crate::org::scope::is_scope_name;
use crate::org::totp::TotpSecret;
use crate::unverified::RESERVED_CLAIMS;

/// What Okta allows, in minutes: 5 minutes to a day; 10 minutes to five years.
const ACCESS_TOKEN: std::ops::RangeInclusive<u64> = 5..=24 * 60;
const REFRESH_WINDOW: std::ops::RangeInclusive<u64> = 10..=5 * 365 * 24 * 60;

/// A mistake and its line.
type Mistake = (usize, String);

/// What was found so far, and where the next thing is.
struct Findings<'a> {
    content: &'a Content,
    line: usize,
    place: String,
    found: Vec<Mistake>,
    /// Whether names that lead nowhere are looked for.
    names: bool,
}

/// All mistakes of a description, each with its line.
pub(super) fn mistakes(content: &Content) -> Vec<Mistake> {
    check(content, true)
}

/// The mistakes that an entry has by itself.
pub(super) fn mistakes_of_entries(content: &Content) -> Vec<Mistake> {
    check(content, false)
}

fn check(content: &Content, names: bool) -> Vec<Mistake> {
    let mut findings = Findings { content, line: 0, place: String::new(), found: Vec::new(), names };
    duplicates("users", &content.users, |user| user.login.to_lowercase(), &mut findings.found);
    duplicates("groups", &content.groups, |group| group.name.clone(), &mut findings.found);
    duplicates("apps", &content.apps, |app| app.label.clone(), &mut findings.found);
    duplicates("scopes", &content.scopes, |scope| scope.name.clone(), &mut findings.found);
    duplicates(
        "claims",
        &content.claims,
        |claim| format!("{} {}", claim.token, claim.name),
        &mut findings.found,
    );
    duplicates("trusted_origins", &content.trusted_origins, |seed| seed.origin.clone(), &mut findings.found);
    findings.each(&content.users, |user| format!("users \"{}\"", user.login), Findings::user);
    findings.each(
        &content.groups,
        |group| format!("groups \"{}\"", group.name),
        |findings, group| {
            findings.unless(!group.name.trim().is_empty(), "name must not be empty");
        },
    );
    findings.each(&content.apps, |app| format!("apps \"{}\"", app.label), Findings::app);
    findings.each(&content.scopes, |scope| format!("scopes \"{}\"", scope.name), Findings::scope);
    findings.each(&content.claims, |claim| format!("claims \"{}\"", claim.name), Findings::claim);
    for (i, policy) in content.policies.iter().enumerate() {
        findings.line = policy.line;
        findings.policy(&format!("policies[{i}]"), &policy.value);
    }
    let origin = |seed: &OriginSeed| format!("trusted_origins \"{}\"", seed.origin);
    findings.each(&content.trusted_origins, origin, Findings::origin);
    findings.found
}

fn duplicates<T>(place: &str, entries: &[Located<T>], name: impl Fn(&T) -> String, found: &mut Vec<Mistake>) {
    let mut seen = Vec::new();
    for entry in entries {
        let name = name(&entry.value);
        if seen.contains(&name) {
            found.push((entry.line, format!("{place} \"{name}\": is listed twice")));
        }
        seen.push(name);
    }
}

impl Findings<'_> {
    fn each<T>(
        &mut self,
        entries: &[Located<T>],
        place: impl Fn(&T) -> String,
        check: impl Fn(&mut Self, &T),
    ) {
        for entry in entries {
            (self.line, self.place) = (entry.line, place(&entry.value));
            check(self, &entry.value);
        }
    }

    fn report(&mut self, mistake: impl std::fmt::Display) {
        self.found.push((self.line, format!("{}: {mistake}", self.place)));
    }

    fn unless(&mut self, fine: bool, mistake: impl std::fmt::Display) {
        if !fine {
            self.report(mistake);
        }
    }

    fn user(&mut self, user: &UserSeed) {
        self.unless(
            !user.login.trim().is_empty() && !user.password.is_empty(),
            "login and password must not be empty",
        );
        let statuses = "status must be active, staged, suspended or deprovisioned";
        self.unless(user.status.as_deref().is_none_or(|status| apply::status(status).is_some()), statuses);
        for factor in user.factors.iter().flatten().filter(|factor| *factor != "totp") {
            self.report(format!("there is no factor {factor}; the only one is totp"));
        }
        let secret = user.totp_secret.as_deref();
        let no_secret = "totp_secret must be base32 of at least 16 bytes";
        self.unless(secret.is_none_or(|secret| TotpSecret::from_base32(secret).is_some()), no_secret);
        for attribute in user.profile.keys().filter(|name| !ATTRIBUTES.contains(&name.as_str())) {
            self.report(format!(
                "the profile has no attribute {attribute}; the attributes are: {}",
                ATTRIBUTES.join(", ")
            ));
        }
    }

    fn app(&mut self, app: &AppSeed) {
        let is_service = app.kind == "service";
        self.unless(is_service || app.kind == "browser", "type must be browser or service");
        if let Some(uri) = App::from(app).unusable_uri() {
            self.report(format!("{uri} must be an absolute http or https URL without a fragment"));
        }
        let has_target = !app.on_dashboard || app.initiate_login_uri.is_some();
        self.unless(has_target, "on_dashboard needs an initiate_login_uri for the tile to lead to");
        self.unless(!is_service || !app.sign_up, "nobody signs up for a service");
        let grace = app.refresh_grace_seconds.is_none_or(|grace| grace <= MAX_LEEWAY.as_secs());
        self.unless(grace, "refresh_grace_seconds must be from 0 to 60");
        self.unless(is_service || app.client_secret.is_none(), "only a service may have a client_secret");
        let secret = app.client_secret.as_deref().is_none_or(|secret| (14..=100).contains(&secret.len()));
        self.unless(secret, "client_secret must have 14 to 100 characters");
        let nobody =
            |login: &&String| !apply::logins(self.content).any(|known| known.eq_ignore_ascii_case(login));
        let nobodies: Vec<_> = app.users.iter().filter(nobody).cloned().collect();
        for login in nobodies.iter().filter(|_| self.names) {
            self.found.push((self.line, format!("{}: there is no user with the login {login}", self.place)));
        }
        self.groups(&app.groups);
    }

    fn scope(&mut self, scope: &ScopeSeed) {
        let fine = is_scope_name(&scope.name) && !apply::is_system_scope(&scope.name);
        self.unless(fine, "name is not a valid scope name, or belongs to OpenID Connect");
    }

    fn claim(&mut self, claim: &ClaimSeed) {
        self.unless(["access", "id"].contains(&claim.token.as_str()), "token must be access or id");
        let reserved = RESERVED_CLAIMS.contains(&claim.name.as_str());
        self.unless(!reserved, "name is reserved: the org sets this claim itself");
        match (&claim.expression, &claim.groups) {
            (Some(_), Some(_)) | (None, None) => self.report("give either expression or groups"),
            _ => {
                let usable = apply::claim_value(claim).as_ref().is_some_and(ClaimValue::is_usable);
                let what = match &claim.groups {
                    Some(GroupsSeed::Regex(_)) => "the regular expression is invalid",
                    Some(_) => "groups must not be empty",
                    None => {
                        "the expression is invalid: it may hold quoted texts, user.ATTRIBUTE and app.clientId, joined by +"
                    }
                };
                self.unless(usable, what);
            }
        }
        self.scopes(&claim.scopes);
    }

    fn policy(&mut self, place: &str, policy: &PolicySeed) {
        self.place = place.to_owned();
        let content = self.content;
        let unknown = |label: &&String| {
            !content.apps.is_empty() && !content.apps.iter().any(|app| app.value.label == **label)
        };
        for label in policy.apps.iter().filter(unknown).filter(|_| self.names) {
            self.found.push((self.line, format!("{place}: there is no app {label}")));
        }
        for (i, rule) in policy.rules.iter().enumerate() {
            self.place = format!("{place}.rules[{i}]");
            self.rule(rule);
        }
    }

    fn rule(&mut self, rule: &RuleSeed) {
        for grant in rule.grant_types.iter().filter(|grant| GrantType::parse(grant).is_none()) {
            self.report(format!("there is no grant type {grant}"));
        }
        self.scopes(&rule.scopes);
        let access = rule.access_token_minutes.is_none_or(|minutes| ACCESS_TOKEN.contains(&minutes));
        self.unless(access, "access_token_minutes must be from 5 to 1440");
        let window = rule.refresh_window_minutes.is_none_or(|minutes| REFRESH_WINDOW.contains(&minutes));
        self.unless(window, "refresh_window_minutes must be from 10 to 2628000");
        self.groups(&rule.groups);
    }

    fn origin(&mut self, seed: &OriginSeed) {
        let origin = Origin::of(&seed.origin).ok().map(|origin| origin.to_string());
        let fine = origin.as_deref() == Some(seed.origin.as_str());
        self.unless(fine, "an origin has a scheme, a host and a port, and nothing else");
        self.unless(seed.cors || seed.redirect, "cors or redirect must be true");
    }

    fn scopes(&mut self, scopes: &[String]) {
        for scope in scopes.iter().filter(|scope| self.names && !apply::has_scope(self.content, scope)) {
            self.found.push((self.line, format!("{}: there is no scope {scope}", self.place)));
        }
    }

    fn groups(&mut self, names: &[String]) {
        let known = apply::group_names(self.content);
        for name in names.iter().filter(|name| self.names && *name != EVERYONE && !known.contains(*name)) {
            self.found.push((self.line, format!("{}: there is no group {name}", self.place)));
        }
    }
}
