//! What an app asks of one sign-in.

use okta_types::Form;

/// What an app asks of one sign-in: where to land afterwards and how the org shall ask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignIn {
    pub(crate) target: String,
    pub(crate) login_hint: Option<String>,
    pub(crate) prompt: Option<String>,
    pub(crate) max_age: Option<u64>,
    pub(crate) acr_values: Option<String>,
    pub(crate) extra: Vec<(String, String)>,
}

impl SignIn {
    /// Lands on `target` afterwards: a path of this origin with query and hash, e.g.
    /// `/checkout?coupon=SPRING#pay`. Anything else lands on `/`.
    pub fn to(target: impl Into<String>) -> Self {
        Self { target: target.into(), ..Self::default() }
    }

    /// Fills the org's user name field.
    #[must_use]
    pub fn login_hint(mut self, login: impl Into<String>) -> Self {
        self.login_hint = Some(login.into());
        self
    }

    /// `login` asks again, `none` never asks (OpenID Connect Core §3.1.2.1).
    #[must_use]
    pub fn prompt(mut self, prompt: impl Into<String>) -> Self {
        self.prompt = Some(prompt.into());
        self
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

    /// Adds a parameter to the authorization request, e.g. `idp`. Those of the protocol that this crate
    /// sets itself (`state`, `redirect_uri`, …) cannot be replaced.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let name = name.into();
        if !OWN_PARAMETERS.contains(&name.as_str()) {
            self.extra.push((name, value.into()));
        }
        self
    }

    /// Appends what the app asked for.
    pub(crate) fn append_to(&self, mut form: Form) -> Form {
        form = form
            .with_some("login_hint", self.login_hint.as_deref())
            .with_some("prompt", self.prompt.as_deref())
            .with_some("max_age", self.max_age.map(|s| s.to_string()).as_deref())
            .with_some("acr_values", self.acr_values.as_deref());
        for (name, value) in &self.extra {
            form = form.with(name, value);
        }
        form
    }
}

/// A parameter sent twice is an error (RFC 6749 §3.1), and these decide about security.
const OWN_PARAMETERS: [&str; 15] = [
    "client_id",
    "response_type",
    "response_mode",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "login_hint",
    "prompt",
    "max_age",
    "acr_values",
    "request",
    "request_uri",
];
