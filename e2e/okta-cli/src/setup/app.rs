//! Apps of an org by their label: which one is meant, and what else bears it.

use serde_json::Value;

use super::found::Found;
use super::marks::is_marked;

/// Which of the apps is the OpenID Connect app of this label and application type. An app of another kind is never
/// taken for it: a bookmark or a SAML app with the label belongs to somebody.
pub(super) fn choose(apps: Vec<Value>, label: &str, application_type: &str) -> Found {
    let called: Vec<_> = apps.into_iter().filter(|app| app["label"] == label).collect();
    let (mut meant, others): (Vec<_>, Vec<_>) =
        called.into_iter().partition(|app| is_of_type(app, application_type));
    if meant.len() > 1 {
        let text = format!("{} apps are called {label:?}", meant.len());
        meant.retain(is_marked);
        if meant.len() != 1 {
            return Found::Other(text);
        }
    }
    match (meant.pop(), others.first()) {
        (Some(app), _) => Found::One(app),
        (None, Some(other)) => Found::Other(describe(other)),
        (None, None) => Found::Nothing,
    }
}

/// Whether it is a single-page app.
pub(super) fn is_browser(app: &Value) -> bool {
    is_of_type(app, "browser")
}

fn is_of_type(app: &Value, application_type: &str) -> bool {
    app["signOnMode"] == "OPENID_CONNECT"
        && app["settings"]["oauthClient"]["application_type"] == application_type
}

fn describe(app: &Value) -> String {
    let (id, label) = (app["id"].as_str().unwrap_or_default(), &app["label"]);
    let kind = match app["signOnMode"].as_str().unwrap_or_default() {
        "BOOKMARK" => "a bookmark".to_owned(),
        "SAML_2_0" | "SAML_1_1" => "a SAML app".to_owned(),
        "WS_FEDERATION" => "a WS-Federation app".to_owned(),
        "AUTO_LOGIN" | "BASIC_AUTH" | "BROWSER_PLUGIN" | "SECURE_PASSWORD_STORE" => {
            "a password-based app (SWA)".to_owned()
        }
        "OPENID_CONNECT" => format!(
            "an OpenID Connect app of the type {}",
            app["settings"]["oauthClient"]["application_type"].as_str().unwrap_or("?")
        ),
        other => format!("an app of the kind {other}"),
    };
    format!("{label} ({id}) is {kind}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn app(id: &str, sign_on_mode: &str, application_type: &str) -> Value {
        json!({
            "id": id, "label": "Grove", "signOnMode": sign_on_mode,
            "settings": {"oauthClient": {"application_type": application_type}},
        })
    }

    #[track_caller]
    fn check(apps: &[Value], expected: Result<&str, &str>) {
        let found = match choose(apps.to_vec(), "Grove", "browser") {
            Found::One(app) => Ok(app["id"].as_str().unwrap().to_owned()),
            Found::Other(what) => Err(what),
            Found::Nothing => Err(String::new()),
        };
        assert_eq!(found, expected.map(str::to_owned).map_err(str::to_owned));
    }

    #[test]
    fn only_an_app_of_the_same_kind_is_meant() {
        let spa = app("0oa1", "OPENID_CONNECT", "browser");
        let bookmark = app("0oa2", "BOOKMARK", "");
        check(&[], Err(""));
        check(&[json!({"id": "0oa9", "label": "Grove B"})], Err(""));
        check(&[bookmark.clone(), spa], Ok("0oa1"));
        check(&[bookmark], Err("\"Grove\" (0oa2) is a bookmark"));
        check(&[app("0oa3", "SAML_2_0", "")], Err("\"Grove\" (0oa3) is a SAML app"));
        check(
            &[app("0oa4", "OPENID_CONNECT", "web")],
            Err("\"Grove\" (0oa4) is an OpenID Connect app of the type web"),
        );
    }

    #[test]
    fn of_two_with_the_label_the_one_is_meant_that_this_command_made() {
        let spa = |id| app(id, "OPENID_CONNECT", "browser");
        check(&[spa("0oa1"), spa("0oa2")], Err("2 apps are called \"Grove\""));
        let mut made = spa("0oa3");
        made["profile"] = crate::setup::marks::marked();
        check(&[spa("0oa1"), made, spa("0oa2")], Ok("0oa3"));
    }
}
