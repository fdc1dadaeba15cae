//! A virtual authenticator (Web Authentication Level 3, §11): a device that keeps passkeys, touched and unlocked by nobody.

use fantoccini::wd::WebDriverCompatibleCommand;
use reqwest::Method;
use serde_json::{Value, json};
use url::{ParseError, Url};

use super::{Kind, Tab, skip};

/// `POST /session/{id}/webauthn/authenticator`.
#[derive(Debug)]
struct AddAuthenticator(Value);

impl WebDriverCompatibleCommand for AddAuthenticator {
    fn endpoint(&self, base_url: &Url, session_id: Option<&str>) -> Result<Url, ParseError> {
        base_url.join(&format!("session/{}/webauthn/authenticator", session_id.unwrap_or_default()))
    }

    fn method_and_body(&self, _request_url: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.0.to_string()))
    }
}

/// `POST /session/{id}/webauthn/authenticator/{id}/uv`.
#[derive(Debug)]
struct SetUserVerified(String, bool);

impl WebDriverCompatibleCommand for SetUserVerified {
    fn endpoint(&self, base_url: &Url, session_id: Option<&str>) -> Result<Url, ParseError> {
        let session = session_id.unwrap_or_default();
        base_url.join(&format!("session/{session}/webauthn/authenticator/{}/uv", self.0))
    }

    fn method_and_body(&self, _request_url: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({ "isUserVerified": self.1 }).to_string()))
    }
}

impl Tab {
    /// Gives this tab a device that keeps passkeys and recognizes its owner; returns its name. Another browser than
    /// Chromium skips the test.
    pub async fn add_authenticator(&self) -> String {
        if self.kind() != Kind::Chromium {
            skip("needs a virtual authenticator, which Chromium's driver has");
        }
        let device = json!({
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
            "isUserConsenting": true, "isUserVerified": true,
        });
        let name = self.client().issue_cmd(AddAuthenticator(device)).await.unwrap();
        name.as_str().unwrap().to_owned()
    }

    /// From now on the device of that name does not recognize whoever holds it.
    pub async fn give_away_authenticator(&self, name: String) {
        self.client().issue_cmd(SetUserVerified(name, false)).await.unwrap();
    }
}
