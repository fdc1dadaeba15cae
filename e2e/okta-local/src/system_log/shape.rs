//! Events as Okta's System Log API shows them. Of places this org knows nothing: what it does not know is null.

use serde_json::{Map, Value, json};

use super::event::{LogEvent, Outcome, Target};
use super::words::{display_message, legacy_event_type};
use crate::org::state::Directory;
use crate::org::tenant::ADMINISTRATOR;
use crate::random;
use crate::request_context::RequestContext;
use crate::timestamp::iso;

impl Target {
    fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "type": self.kind,
            "alternateId": self.name,
            "displayName": self.display.as_ref().unwrap_or(&self.name),
            "detailEntry": self.detail,
        })
    }
}

impl LogEvent {
    /// As Okta's API shows it; people and apps have the names that they have now.
    pub(crate) fn to_json(&self, directory: &Directory) -> Value {
        let (result, reason) = match &self.outcome {
            Outcome::Success => ("SUCCESS", None),
            Outcome::Allowed => ("ALLOW", Some("Sign-on policy evaluation resulted in ALLOW")),
            Outcome::Failure(reason) => ("FAILURE", Some(reason.as_str())),
            Outcome::Challenge(reason) => ("CHALLENGE", Some(reason.as_str())),
        };
        let failed = result == "FAILURE";
        let unknown = RequestContext::default();
        let request = self.request.as_ref().unwrap_or(&unknown);
        let is_admins = self.actor.as_deref() == Some(ADMINISTRATOR);
        let detail = if is_admins {
            json!({"requestApiTokenId": random::seeded_id("00T", 0, ADMINISTRATOR)})
        } else {
            json!({})
        };
        let id = if request.id.is_empty() { &self.uuid } else { &request.id };
        json!({
            "uuid": self.uuid,
            "published": iso(self.published),
            "eventType": self.event_type,
            "legacyEventType": legacy_event_type(self.event_type, failed),
            "version": "0",
            "severity": if failed { "WARN" } else { "INFO" },
            "displayMessage": display_message(self.event_type),
            "outcome": {"result": result, "reason": reason},
            "actor": self.actor(directory),
            "client": self.client(request),
            "device": null,
            "authenticationContext": {
                "authenticationProvider": null,
                "credentialProvider": null,
                "credentialType": null,
                "issuer": null,
                "interface": null,
                "authenticationStep": 0,
                "externalSessionId": "unknown",
                "rootSessionId": "unknown",
            },
            "securityContext": {"asNumber": null, "asOrg": null, "isp": null, "domain": null, "isProxy": false},
            "request": {"ipChain": [{
                "ip": request.ip, "geographicalContext": null, "version": request.ip_version(), "source": null,
            }]},
            "target": self.targets(directory),
            "transaction": {"type": "WEB", "id": id, "detail": detail},
            "debugContext": {"debugData": self.debug_data(request)},
        })
    }

    /// At token endpoints the app acts, elsewhere the person.
    fn actor(&self, directory: &Directory) -> Value {
        let acts_for_itself =
            self.client_id.is_some() && (self.is_about_tokens() || self.actor == self.client_id);
        if acts_for_itself {
            let id = self.client_id.as_deref().unwrap_or_default();
            let label = directory
                .clients
                .iter()
                .find(|client| client.id == id)
                .map(|client| client.app.label.as_str());
            return entity("PublicClientApp", id, id, label.unwrap_or(id));
        }
        match self.actor.as_deref() {
            Some(ADMINISTRATOR) => {
                let id = random::seeded_id("00u", 0, ADMINISTRATOR);
                entity("User", &id, ADMINISTRATOR, "API Token")
            }
            Some(login) => person(directory, "User", login),
            None => entity("User", "unknown", "unknown", "unknown"),
        }
    }

    fn is_about_tokens(&self) -> bool {
        self.event_type.starts_with("app.oauth2.") && self.event_type.contains(".token.")
            || matches!(self.event_type, "app.oauth2.as.token.grant" | "app.oauth2.token.grant")
    }

    /// What was told of, after what goes without saying.
    fn targets(&self, directory: &Directory) -> Vec<Value> {
        let login =
            self.actor.as_deref().filter(|login| *login != ADMINISTRATOR && self.actor != self.client_id);
        let own = |kind| login.map(|login| person(directory, kind, login));
        let implied: Vec<_> = match self.event_type {
            "user.authentication.sso" => {
                self.app(directory).into_iter().chain(own("AppUser")).chain(own("User")).collect()
            }
            "app.oauth2.as.authorize"
            | "app.oauth2.as.authorize.code"
            | "app.oauth2.authorize"
            | "app.oauth2.authorize.code" => self.app(directory).into_iter().collect(),
            "user.account.lock" | "user.account.update_password" | "user.authentication.auth_via_mfa" => {
                own("User").into_iter().collect()
            }
            _ if self.is_about_tokens() => own("User").into_iter().collect(),
            _ => Vec::new(),
        };
        implied.into_iter().chain(self.targets.iter().map(Target::to_json)).collect()
    }

    fn app(&self, directory: &Directory) -> Option<Value> {
        let id = self.client_id.as_deref()?;
        let client = directory.clients.iter().find(|client| client.id == id)?;
        let mut app = entity("AppInstance", id, &client.app.label, "OpenID Connect Client");
        app["detailEntry"] = json!({"signOnModeType": "OPENID_CONNECT"});
        Some(app)
    }

    fn client(&self, request: &RequestContext) -> Value {
        let (os, browser, device) = request.browser();
        json!({
            "userAgent": {"rawUserAgent": request.user_agent, "os": os, "browser": browser},
            "zone": "null",
            "device": device,
            "id": self.client_id,
            "ipAddress": request.ip,
            "geographicalContext": null,
        })
    }

    fn debug_data(&self, request: &RequestContext) -> Value {
        let mut data = Map::new();
        if !request.id.is_empty() {
            data.insert("requestId".to_owned(), json!(request.id));
            data.insert("requestUri".to_owned(), json!(request.path));
            // Without the query: it may hold codes and tokens.
            data.insert("url".to_owned(), json!(format!("{}?", request.path)));
        }
        data.extend(self.debug.iter().map(|(name, value)| ((*name).to_owned(), json!(value))));
        Value::Object(data)
    }
}

fn person(directory: &Directory, kind: &str, login: &str) -> Value {
    match directory.user_by_login(login) {
        Some(user) => entity(kind, &user.id, &user.login, &user.name()),
        None => entity(kind, "unknown", login, "unknown"),
    }
}

fn entity(kind: &str, id: &str, alternate: &str, name: &str) -> Value {
    json!({"id": id, "type": kind, "alternateId": alternate, "displayName": name, "detailEntry": null})
}
