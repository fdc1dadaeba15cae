//! People.

use std::collections::BTreeMap;
use std::fmt;

use okta_types::UnixTime;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::org::admin_role::RoleAssignment;
use crate::org::factor::Factor;
use crate::org::imported_hash::ImportedHash;
use crate::org::password::PasswordHash;
use crate::org::password_policy::HISTORY;
use crate::org::totp::TotpSecret;

/// Whether a person may sign in (a part of Okta's user statuses).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum UserStatus {
    /// Not yet: nobody activated them.
    Staged,
    /// Not yet: they have no password.
    Provisioned,
    /// They may sign in.
    Active,
    /// Not before they choose another password.
    PasswordExpired,
    /// Not before they choose another password: an administrator took the former one away.
    Recovery,
    /// They may not sign in until the suspension ends.
    Suspended,
    /// They were deactivated and may not sign in any more.
    Deprovisioned,
}

impl UserStatus {
    /// The value on the wire.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Staged => "STAGED",
            Self::Provisioned => "PROVISIONED",
            Self::Active => "ACTIVE",
            Self::PasswordExpired => "PASSWORD_EXPIRED",
            Self::Recovery => "RECOVERY",
            Self::Suspended => "SUSPENDED",
            Self::Deprovisioned => "DEPROVISIONED",
        }
    }
}

/// A question whose answer lets somebody choose another password.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RecoveryQuestion {
    /// In the person's words.
    pub(crate) question: String,
    /// Of the answer in lower case.
    pub(crate) answer: PasswordHash,
}

/// A person of the org.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct User {
    /// `00u…`.
    pub(crate) id: String,
    /// What they type on the sign-in page, an address; compared without regard to case.
    pub(crate) login: String,
    /// Verified, in this org.
    pub(crate) email: String,
    /// `firstName` of the profile.
    pub(crate) given_name: String,
    /// `lastName` of the profile.
    pub(crate) family_name: String,
    /// Other attributes of Okta's default profile, by their names there, e.g. `mobilePhone`.
    pub(crate) profile: BTreeMap<String, Value>,
    /// The hash of the password.
    pub(crate) password: PasswordHash,
    /// The hash of the password that another system made; used until the first sign-in.
    #[serde(default)]
    pub(crate) imported: Option<ImportedHash>,
    /// The hashes of the ones before it, newest first, which the org's policy does not take again.
    #[serde(default)]
    pub(crate) former_passwords: Vec<PasswordHash>,
    /// For who forgot the password.
    #[serde(default)]
    pub(crate) recovery: Option<RecoveryQuestion>,
    /// Of their authenticator app, if they have one.
    pub(crate) totp: Option<TotpSecret>,
    /// Factors beside the authenticator app.
    #[serde(default)]
    pub(crate) factors: Vec<Factor>,
    /// Whether they were asked once whether they want a passkey.
    #[serde(default)]
    pub(crate) passkey_offered: bool,
    /// Roles of administrators; kept, and without effect here.
    #[serde(default)]
    pub(crate) roles: Vec<RoleAssignment>,
    /// Whether another identity provider answers for them, from a session of its own: who is asked again is not.
    #[serde(default)]
    pub(crate) federated: bool,
    /// Whether they may sign in.
    pub(crate) status: UserStatus,
    /// When they were made.
    pub(crate) created_at: UnixTime,
    /// When the profile last changed.
    pub(crate) updated_at: UnixTime,
    /// When they were first activated.
    pub(crate) activated_at: Option<UnixTime>,
    /// When their status last changed.
    pub(crate) status_changed_at: Option<UnixTime>,
    /// When the password was last set; never: they have none that anybody knows.
    pub(crate) password_changed_at: Option<UnixTime>,
    /// When they last signed in.
    #[serde(default)]
    pub(crate) last_login: Option<UnixTime>,
}

impl User {
    /// An active person with a password, made now. The login is the e-mail address too.
    pub(crate) fn active(
        id: String,
        login: &str,
        name: (&str, &str),
        password: PasswordHash,
        totp: Option<TotpSecret>,
        now: UnixTime,
    ) -> Self {
        Self {
            id,
            login: login.to_owned(),
            email: login.to_owned(),
            given_name: name.0.to_owned(),
            family_name: name.1.to_owned(),
            profile: BTreeMap::new(),
            password,
            imported: None,
            former_passwords: Vec::new(),
            recovery: None,
            totp,
            factors: Vec::new(),
            passkey_offered: false,
            roles: Vec::new(),
            status: UserStatus::Active,
            created_at: now,
            updated_at: now,
            activated_at: Some(now),
            status_changed_at: Some(now),
            password_changed_at: Some(now),
            last_login: None,
            federated: false,
        }
    }

    /// First and last name.
    pub(crate) fn name(&self) -> String {
        // One of them may be optional.
        format!("{} {}", self.given_name, self.family_name).trim().to_owned()
    }

    /// Changes the status, and notes when.
    pub(crate) fn set_status(&mut self, status: UserStatus, now: UnixTime) {
        if matches!(status, UserStatus::Active | UserStatus::Provisioned) {
            self.activated_at.get_or_insert(now);
        }
        self.status = status;
        self.status_changed_at = Some(now);
        self.updated_at = now;
    }

    /// Sets the password. Who waited for one is active from now on.
    pub(crate) fn set_password(&mut self, hash: PasswordHash, now: UnixTime) {
        let had_one = self.imported.is_none() && self.password_changed_at.is_some();
        let former = std::mem::replace(&mut self.password, hash);
        if had_one {
            self.former_passwords.insert(0, former);
            self.former_passwords.truncate(HISTORY - 1);
        }
        (self.imported, self.password_changed_at) = (None, Some(now));
        if matches!(self.status, UserStatus::Provisioned | UserStatus::PasswordExpired | UserStatus::Recovery)
        {
            self.set_status(UserStatus::Active, now);
        }
    }

    /// What compares a text with the password; takes as long whether it is the right one or not.
    pub(crate) fn password_check(&self) -> impl FnOnce(&str) -> bool + Send + use<> {
        let (hash, imported) = (self.password.clone(), self.imported.clone());
        move |password| imported.map_or_else(|| hash.matches(password), |hash| hash.matches(password))
    }

    /// What tells whether a text is the password or one of those before it.
    pub(crate) fn history_check(&self) -> impl FnOnce(&str) -> bool + Send + use<> {
        let (present, former) = (self.password_check(), self.former_passwords.clone());
        move |password| present(password) | former.iter().any(|hash| hash.matches(password))
    }

    /// An attribute by its name in Okta's profile.
    pub(crate) fn attribute(&self, name: &str) -> Option<Value> {
        match name {
            "login" => Some(json!(self.login)),
            "email" => Some(json!(self.email)),
            "firstName" => Some(json!(self.given_name)),
            "lastName" => Some(json!(self.family_name)),
            "id" => Some(json!(self.id)),
            other => self.profile.get(other).cloned(),
        }
    }

    /// A text of the profile.
    fn text(&self, name: &str) -> Option<&str> {
        self.profile.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// The claims of the profile beside name and login (OpenID Connect Core §5.1), by the scope that asks
    /// for them.
    pub(crate) fn profile_claims(&self, scope: &str) -> Map<String, Value> {
        const PROFILE: [(&str, &str); 5] = [
            ("nickname", "nickName"),
            ("middle_name", "middleName"),
            ("profile", "profileUrl"),
            ("locale", "locale"),
            ("zoneinfo", "timezone"),
        ];
        const ADDRESS: [(&str, &str); 5] = [
            ("street_address", "streetAddress"),
            ("locality", "city"),
            ("region", "state"),
            ("postal_code", "zipCode"),
            ("country", "countryCode"),
        ];
        let chosen = |names: &[(&str, &str)]| -> Map<String, Value> {
            let claim =
                |(claim, attribute): &(&str, &str)| Some(((*claim).to_owned(), json!(self.text(attribute)?)));
            names.iter().filter_map(claim).collect()
        };
        match scope {
            "profile" => chosen(&PROFILE),
            "address" => match chosen(&ADDRESS) {
                address if address.is_empty() => Map::new(),
                address => Map::from_iter([("address".to_owned(), Value::Object(address))]),
            },
            "phone" => {
                let phone = self.text("primaryPhone").or_else(|| self.text("mobilePhone"));
                phone.map(|phone| ("phone_number".to_owned(), json!(phone))).into_iter().collect()
            }
            _ => Map::new(),
        }
    }
}

/// An account of the seed, for people who want to sign in.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Account {
    /// What to type as the user name.
    pub login: String,
    /// What to type as the password; these accounts exist on this machine only.
    pub password: String,
    /// First and last name.
    pub name: String,
    /// What is special about them, in a few words.
    pub note: String,
    /// For an authenticator app, in base32: it makes the codes of the second factor.
    pub totp_secret: String,
    /// The same as an `otpauth:` address, which is what a QR code for such an app holds.
    pub totp_uri: String,
}

impl Account {
    /// The QR code to scan with an authenticator app, in block characters for a terminal.
    pub fn totp_qr_code(&self) -> String {
        QrCode::new(&self.totp_uri)
            .map(|code| {
                code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build()
            })
            .unwrap_or_default()
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("login", &self.login).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_written_down_by_a_former_version_is_read() {
        let hash = crate::org::password::PasswordHashing::LoweredForTests.hash("Grove-2026!");
        let user = User::active("00u1".into(), "a@b.example", ("A", "B"), hash, None, UnixTime(0));
        let mut kept = serde_json::to_value(user).expect("it is written");
        for name in ["imported", "former_passwords", "recovery", "last_login"] {
            assert_ne!(kept.as_object_mut().expect("an object").remove(name), None, "{name}");
        }
        let user: User = serde_json::from_value(kept).expect("it is read");
        assert!(user.password_check()("Grove-2026!") && user.recovery.is_none());
    }
}
