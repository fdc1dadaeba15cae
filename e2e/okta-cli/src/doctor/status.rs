//! What an administrator's look adds to a check from outside that did not hold: the thing is there, and switched off,
//! or it is of another kind.

use serde_json::Value;

use super::administrator::{self, Look};
use super::configuration::Configuration;
use super::line::{Findings, Outcome};
use super::seen::{Seen, text};

/// Names the status, and the screen where it is changed.
pub(super) fn explain(findings: &mut Findings, look: Option<&Look>, configuration: &Configuration) {
    let Some(Ok(seen)) = look else { return };
    findings.explain("reachable", server(seen));
    findings.explain("client-id", app(&seen.app));
    findings.explain("trusted-origin", origin(seen, &configuration.spa_origin));
    findings.explain(
        "service-token",
        app(&seen.service).or_else(|| administrator::service_policy(seen, configuration)),
    );
}

fn server(seen: &Seen) -> Option<Outcome> {
    is_off(&seen.server).then(|| {
        Outcome::failed(
            format!("the authorization server {} is inactive", text(&seen.server["name"])),
            "activate it under Security › API › Authorization Servers, or run cargo okta setup",
        )
    })
}

fn app(app: &Value) -> Option<Outcome> {
    let label = text(&app["label"]);
    if is_off(app) {
        return Some(Outcome::failed(
            format!("the app {label} is inactive"),
            format!(
                "activate it under Applications › Applications › {label}, in the menu below its name; or run cargo okta \
                 setup"
            ),
        ));
    }
    let is_another = app["signOnMode"].is_string() && app["signOnMode"] != "OPENID_CONNECT";
    is_another.then(|| {
        Outcome::failed(
            format!("{label} is not an OpenID Connect app ({})", text(&app["signOnMode"])),
            "use the client id of a Single-Page Application, or run cargo okta setup",
        )
    })
}

fn origin(seen: &Seen, origin: &str) -> Option<Outcome> {
    let same =
        |entry: &&Value| entry["origin"].as_str().map(|text| text.trim_end_matches('/')) == Some(origin);
    let entry = seen.origins.iter().find(same)?;
    let name = text(&entry["name"]);
    let screen = "Security › API › Trusted Origins";
    if is_off(entry) {
        return Some(Outcome::warned(
            format!("the trusted origin {origin} is inactive; signing out may fail"),
            format!("activate {name} under {screen}, or run cargo okta setup"),
        ));
    }
    let scopes = entry["scopes"].as_array().cloned().unwrap_or_default();
    let lacks_cors = !scopes.iter().any(|scope| scope["type"] == "CORS");
    lacks_cors.then(|| {
        Outcome::warned(
            format!("the trusted origin {origin} is not for CORS"),
            format!("tick CORS and Redirect for {name} under {screen}, or run cargo okta setup"),
        )
    })
}

fn is_off(item: &Value) -> bool {
    item["status"] == "INACTIVE"
}
