//! The `settings.oauthClient` of an app's body, and what may stand in it.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::refusal::Refusal;
use crate::org::app::App;
use crate::org::app_kind::{ApplicationType, GrantType, OTHER_GRANTS, PEOPLES_GRANTS};
use crate::org::client::{DEFAULT_LEEWAY, MAX_LEEWAY};

const IMPLICIT: &str = "implicit";

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Settings {
    pub(super) implicit_assignment: bool,
    pub(super) oauth_client: ClientSettings,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ClientSettings {
    application_type: String,
    grant_types: Vec<String>,
    response_types: Vec<String>,
    redirect_uris: Vec<String>,
    post_logout_redirect_uris: Vec<String>,
    initiate_login_uri: Option<String>,
    consent_method: Option<String>,
    dpop_bound_access_tokens: bool,
    refresh_token: Option<RefreshSettings>,
    wildcard_redirect: Option<String>,
    issuer_mode: Option<String>,
    idp_initiated_login: Option<InitiatedLogin>,
    pub(super) jwks: Option<Value>,
    pub(super) jwks_uri: Option<String>,
}

#[derive(Deserialize)]
struct RefreshSettings {
    rotation_type: Option<String>,
    leeway: Option<u64>,
}

#[derive(Deserialize)]
struct InitiatedLogin {
    mode: Option<String>,
}

impl ClientSettings {
    pub(super) fn kind(&self) -> Result<ApplicationType, Refusal> {
        ApplicationType::parse(&self.application_type).ok_or_else(|| {
            let given = &self.application_type;
            let cause = format!("application_type: '{given}' is not one of [browser, native, service, web].");
            Refusal::invalid("application_type", cause)
        })
    }

    /// Of the grants that such an app may have, those that this org serves.
    pub(super) fn grants(&self, kind: ApplicationType) -> Result<Vec<GrantType>, Refusal> {
        let usual = kind.grant_types()[0];
        let refused = |cause: String| Refusal::invalid("grant_types", format!("grant_types: {cause}"));
        if let Some(other) = self.grant_types.iter().find(|grant| !may_have(kind, grant)) {
            return Err(refused(format!("'{other}' is not allowed for this application_type.")));
        }
        if !self.grant_types.is_empty() && self.grant_types.iter().all(|grant| grant == "refresh_token") {
            return Err(refused(format!("'{}' must be included.", usual.as_str())));
        }
        let served = self.grant_types.iter().filter_map(|grant| GrantType::parse(grant)).collect();
        Ok(if self.grant_types.is_empty() { vec![usual] } else { served })
    }

    /// Okta has three; those with tokens go with the implicit grant, and with services.
    pub(super) fn check_response_types(&self, kind: ApplicationType) -> Result<(), Refusal> {
        let allowed = |given: &str| match given {
            "code" => kind.has_people(),
            "token" => !kind.has_people() || self.has_grant(IMPLICIT),
            "id_token" => self.has_grant(IMPLICIT),
            _ => false,
        };
        match self.response_types.iter().find(|given| !allowed(given)) {
            None => Ok(()),
            Some(other) => {
                let cause = format!("response_types: '{other}' is not allowed with these grants.");
                Err(Refusal::invalid("response_types", cause))
            }
        }
    }

    /// Tokens of the implicit grant come without a token request, so there is no proof to bind them by.
    pub(super) fn check_dpop(&self) -> Result<(), Refusal> {
        if !(self.dpop_bound_access_tokens && self.has_grant(IMPLICIT)) {
            return Ok(());
        }
        let cause = "dpop_bound_access_tokens: It is not allowed with the grant 'implicit'.";
        Err(Refusal::invalid("dpop_bound_access_tokens", cause))
    }

    /// Members that are one of a few words and are kept as they are.
    pub(super) fn check_words(&self) -> Result<(), Refusal> {
        let login = self.idp_initiated_login.as_ref().and_then(|login| login.mode.as_deref());
        let said: [(_, _, &[&str]); 3] = [
            ("issuerMode", self.issuer_mode.as_deref(), &["CUSTOM_URL", "DYNAMIC", "ORG_URL"]),
            ("mode", login, &["DISABLED", "OKTA", "SPEC"]),
            ("wildcardRedirect", self.wildcard_redirect.as_deref(), &["DISABLED", "SUBDOMAIN"]),
        ];
        let wrong = said.iter().find(|(_, given, known)| given.is_some_and(|given| !known.contains(&given)));
        wrong.map_or(Ok(()), |(field, ..)| Err(unknown(field)))
    }

    /// Whether refresh tokens rotate; single-page apps' do by default.
    pub(super) fn rotates(&self, kind: ApplicationType) -> Result<bool, Refusal> {
        match self.refresh_token.as_ref().and_then(|refresh| refresh.rotation_type.as_deref()) {
            Some("ROTATE") => Ok(true),
            None => Ok(kind == ApplicationType::Browser),
            Some("STATIC") => Ok(false),
            Some(_) => Err(unknown("rotationType")),
        }
    }

    pub(super) fn leeway(&self) -> Result<Duration, Refusal> {
        let given = self.refresh_token.as_ref().and_then(|refresh| refresh.leeway);
        match given.map_or(DEFAULT_LEEWAY, Duration::from_secs) {
            leeway if leeway > MAX_LEEWAY => {
                Err(Refusal::invalid("leeway", "leeway: It must be from 0 to 60."))
            }
            leeway => Ok(leeway),
        }
    }

    /// An app of that kind and label with these addresses.
    pub(super) fn app(&self, kind: ApplicationType, label: String) -> Result<App, Refusal> {
        let app = App {
            redirect_uris: self.redirect_uris.clone(),
            post_logout_redirect_uris: self.post_logout_redirect_uris.clone(),
            initiate_login_uri: self.initiate_login_uri.clone().filter(|uri| !uri.is_empty()),
            consent_required: self.asks_consent()?,
            dpop_bound: self.dpop_bound_access_tokens,
            ..App::of(kind, label)
        };
        self.check_addresses(&app)?;
        let needs_address = self.grant_types.is_empty() && kind.has_people()
            || self.has_grant("authorization_code")
            || self.has_grant(IMPLICIT);
        if needs_address && self.redirect_uris.is_empty() {
            let cause = "redirect_uris: 'redirect_uris' is required for the grant 'authorization_code'.";
            return Err(Refusal::invalid("redirect_uris", cause));
        }
        Ok(app)
    }

    /// A wildcard stands for a subdomain where the app says so.
    fn check_addresses(&self, app: &App) -> Result<(), Refusal> {
        let allows_wildcard = self.wildcard_redirect.as_deref() == Some("SUBDOMAIN");
        let mut app = app.clone();
        if allows_wildcard {
            app.redirect_uris.retain(|uri| !uri.contains("://*.") || uri.contains('#'));
        }
        match app.unusable_uri() {
            Some(uri) => Err(self.unusable(uri)),
            None => Ok(()),
        }
    }

    fn unusable(&self, uri: &str) -> Refusal {
        let is_in = |uris: &[String]| uris.iter().any(|other| other == uri);
        let field = if is_in(&self.redirect_uris) {
            "redirect_uris"
        } else if is_in(&self.post_logout_redirect_uris) {
            "post_logout_redirect_uris"
        } else {
            "initiate_login_uri"
        };
        let cause = match uri.contains('#') {
            true => format!("{field}: ''{field}'' must not contain a fragment identifier."),
            false => {
                format!("{field}: '{uri}' is not an absolute address that this application_type may have.")
            }
        };
        Refusal::invalid(field, cause)
    }

    fn asks_consent(&self) -> Result<bool, Refusal> {
        match self.consent_method.as_deref() {
            None | Some("TRUSTED") => Ok(false),
            Some("REQUIRED") => Ok(true),
            Some(other) => {
                let cause = format!("consent_method: '{other}' is not one of [REQUIRED, TRUSTED].");
                Err(Refusal::invalid("consent_method", cause))
            }
        }
    }

    fn has_grant(&self, grant: &str) -> bool {
        self.grant_types.iter().any(|given| given == grant)
    }
}

/// The refusal of a word that a field does not have.
fn unknown(field: &'static str) -> Refusal {
    Refusal::invalid(field, format!("{field}: The field has an invalid value"))
}

/// Okta knows more grants than this org serves; an app may have them all the same.
fn may_have(kind: ApplicationType, grant: &str) -> bool {
    let of_clients = grant == GrantType::ClientCredentials.as_str();
    let of_people = PEOPLES_GRANTS.contains(&grant) || grant == GrantType::RefreshToken.as_str();
    match kind {
        ApplicationType::Service => of_clients || OTHER_GRANTS.contains(&grant) && !of_people,
        ApplicationType::Web if of_clients => true,
        _ => of_people || OTHER_GRANTS.contains(&grant),
    }
}
