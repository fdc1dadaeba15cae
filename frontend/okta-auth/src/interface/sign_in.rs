//! What an app asks of one sign-in.

use std::rc::Rc;

use okta_types::{Challenge, Form, Origin, parse_query};

use crate::interface::config::Settings;
use crate::interface::error::SignInError;
#[cfg(any(feature = "wanted-pages", feature = "silent-renewal"))]
use crate::interface::owner::Subject;
use crate::interface::resumable_request::OwnedRequest;
use crate::protocol::address;

/// What an app asks of one sign-in: where to land afterwards and how the org shall ask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignIn {
    pub(crate) target: String,
    pub(crate) max_age: Option<u64>,
    pub(crate) acr_values: Option<String>,
    /// Whether the org's page takes the place of this one in the history.
    pub(crate) in_place: bool,
    /// Further parameters of the authorization request.
    pub(crate) parameters: Form,
    /// The first parameter that is not the app's to set.
    pub(crate) refused: Option<String>,
    /// What is to be sent after the return.
    pub(crate) kept: Option<Rc<OwnedRequest>>,
    /// Whether it ends where another tab's sign-in was to end, if one is under way.
    #[cfg(feature = "mail-links")]
    pub(crate) resumes: bool,
    /// Whose page the target is, where another tab wanted it.
    #[cfg(feature = "wanted-pages")]
    pub(crate) page_of: Option<Subject>,
    /// Whose session goes on with what it brings; not a sign-in to the person then, but a renewal.
    #[cfg(feature = "silent-renewal")]
    pub(crate) renews: Option<Subject>,
}

impl SignIn {
    /// Lands on `target` afterwards: a path of this origin with query and hash, e.g.
    /// `/checkout?coupon=SPRING#pay`. Anything else lands on `/`.
    pub fn to(target: impl Into<String>) -> Self {
        Self { target: target.into(), ..Self::default() }
    }

    /// For a sign-in that the page begins by itself, without a click: the org's page takes the place of this one in the
    /// browser's history. Otherwise the back button would lead here, and so to the org again.
    #[must_use]
    pub fn in_place(self) -> Self {
        Self { in_place: true, ..self }
    }

    /// Lands where the latest sign-in of this browser was to end that is still under way, in whichever tab, if there is
    /// one that whoever is here has begun within half an hour; else where [`Self::to`] says. For a page to which the org
    /// sends people after they have reset a password or activated an account: the mail's link opened in a tab of its own.
    #[cfg(feature = "mail-links")]
    #[must_use]
    pub fn resuming(self) -> Self {
        Self { resumes: true, ..self }
    }

    /// Fills the org's user name field.
    #[must_use]
    pub fn login_hint(self, login: impl Into<String>) -> Self {
        self.with("login_hint", &login.into())
    }

    /// `login` asks again, `none` never asks (OpenID Connect Core §3.1.2.1).
    #[must_use]
    pub fn prompt(self, prompt: impl Into<String>) -> Self {
        self.with("prompt", &prompt.into())
    }

    /// The person must have proved who they are within so many seconds. Checked on return.
    #[must_use]
    pub fn max_age(mut self, seconds: u64) -> Self {
        self.max_age = Some(seconds);
        self
    }

    /// The authentication contexts that would do, space-delimited. Checked on return.
    #[must_use]
    pub fn acr_values(mut self, values: impl Into<String>) -> Self {
        self.acr_values = Some(values.into());
        self
    }

    /// Sends the person on to this identity provider, by its id at the org, `0oa…`.
    #[must_use]
    pub fn idp(self, id: impl Into<String>) -> Self {
        self.with("idp", &id.into())
    }

    /// Adds a parameter to the authorization request, e.g. `display`. With one that stands there already or
    /// that this crate sets itself (`state`, `max_age`, …) the sign-in does not begin:
    /// [`SignInError::Parameter`].
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let name = name.into();
        let twice = || parse_query(self.parameters.as_str()).iter().any(|(own, _)| *own == name);
        if RESERVED.contains(&name.as_str()) || twice() {
            self.refused.get_or_insert(name);
            return self;
        }
        self.with(&name, &value.into())
    }

    /// The org must not answer by itself: somebody else's session may be the one that it still has.
    pub(crate) fn require_reauthentication(&mut self) {
        let others = parse_query(self.parameters.as_str()).into_iter().filter(|(name, _)| name != "prompt");
        let form = others.fold(Form::new(), |form, (name, value)| form.with(&name, &value));
        self.parameters = form.with("prompt", "login");
    }

    /// Whether [`Self::require_reauthentication`] was called.
    #[cfg(feature = "par")]
    pub(crate) fn requires_reauthentication(&self) -> bool {
        self.parameters.as_str().ends_with("prompt=login")
    }

    /// Whether it is no sign-in to the person, but a renewal.
    #[cfg(feature = "wanted-pages")]
    pub(crate) fn is_renewal(&self) -> bool {
        #[cfg(feature = "silent-renewal")]
        return self.renews.is_some();
        #[cfg(not(feature = "silent-renewal"))]
        false
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.parameters = self.parameters.with(name, value);
        self
    }

    /// Asks for what a refusal of an API asks for (RFC 9470 §3), a fresh sign-in where it does not say.
    #[must_use]
    pub fn meeting(self, challenge: &Challenge) -> Self {
        let fresh = challenge.acr_values.is_none().then_some(0);
        Self { max_age: challenge.max_age.or(fresh), acr_values: challenge.acr_values.clone(), ..self }
    }

    /// What a link of somebody else asks for (OpenID Connect Core §4). Okta's links may name no issuer. Other parameters are
    /// passed over, Okta's `type_hint` and `session_hint` too: whatever they say, the org knows best.
    pub(crate) fn initiated(query: &str, settings: &Settings) -> Result<Self, SignInError> {
        let mut request = Self::to("/").in_place();
        #[cfg(feature = "mail-links")]
        {
            request = request.resuming();
        }
        for (name, value) in parse_query(query) {
            match name.as_str() {
                "iss" if !settings.is_meant_by(&value) => return Err(SignInError::ForeignIssuer),
                "login_hint" => request = request.with(&name, &value),
                "target_link_uri" => {
                    request.target = place_of(&value, settings).ok_or(SignInError::ForeignTarget)?;
                    #[cfg(feature = "mail-links")]
                    {
                        request.resumes = false;
                    }
                }
                _ => {}
            }
        }
        Ok(request)
    }
}

/// The place of this origin that an address names, absolute or not.
fn place_of(address: &str, settings: &Settings) -> Option<String> {
    let place = match address::split(address) {
        (origin, place) if Origin::of(origin).as_ref() == Ok(&settings.page_origin) => {
            [if place.starts_with('/') { "" } else { "/" }, place].concat()
        }
        _ => address.to_owned(),
    };
    let target = settings.landing(&place);
    (target.as_str() == place).then_some(place)
}

/// A parameter sent twice is an error (RFC 6749 §3.1), and these decide about security.
const RESERVED: [&str; 13] = [
    "client_id",
    "response_type",
    "response_mode",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "max_age",
    "acr_values",
    "request",
    "request_uri",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_refused(request: &SignIn, refused: Option<&str>) {
        assert_eq!(request.refused.as_deref(), refused, "{request:?}");
    }

    #[test]
    fn what_decides_about_security_is_not_the_apps_to_set() {
        for name in RESERVED {
            check_refused(&SignIn::to("/").idp("0oa2").parameter(name, "x"), Some(name));
        }
        let request = SignIn::to("/").parameter("display", "page").prompt("login").parameter("x", "");
        check_refused(&request, None);
        assert_eq!(request.parameters.as_str(), "display=page&prompt=login&x=");
    }

    #[test]
    fn a_parameter_stands_once() {
        check_refused(&SignIn::to("/").idp("a").parameter("idp", "b").parameter("state", "c"), Some("idp"));
    }

    #[track_caller]
    fn check_meeting(acr_values: Option<&str>, max_age: Option<u64>, expected: Option<u64>) {
        let acr_values = acr_values.map(str::to_owned);
        let challenge = Challenge { acr_values: acr_values.clone(), max_age, ..Challenge::default() };
        let request = SignIn::to("/").meeting(&challenge);
        assert_eq!((request.acr_values, request.max_age), (acr_values, expected));
    }

    #[test]
    fn a_challenge_says_what_to_ask_for() {
        check_meeting(Some("phr mfa"), None, None);
        check_meeting(None, Some(300), Some(300));
        check_meeting(Some("phr"), Some(300), Some(300));
        check_meeting(None, None, Some(0));
    }
}
