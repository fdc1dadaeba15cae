//! What kinds of clients there are, what they may ask for, and how they show who they are.

use serde::{Deserialize, Serialize};

/// What kind of program an app is (Okta's `application_type`), if it is an OAuth client at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ApplicationType {
    /// `browser`: a public client.
    Browser,
    /// `web`: a confidential client that people sign in to.
    Web,
    /// `native`: a public client on somebody's device (RFC 8252).
    Native,
    /// `service`: a confidential client without people.
    Service,
    /// No client: see [`Integration`](crate::org::integration::Integration).
    None,
}

impl ApplicationType {
    /// Those that an app can be made of.
    const CLIENTS: [Self; 4] = [Self::Browser, Self::Web, Self::Native, Self::Service];

    /// The value on the wire.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Web => "web",
            Self::Native => "native",
            Self::Service => "service",
            Self::None => "",
        }
    }

    /// Reads the value on the wire.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::CLIENTS.into_iter().find(|kind| kind.as_str() == text)
    }

    /// What an app of that kind may ask the token endpoint for that the org or a seed makes.
    pub(crate) fn grant_types(self) -> Vec<GrantType> {
        match self {
            Self::Browser | Self::Web | Self::Native => {
                vec![GrantType::AuthorizationCode, GrantType::RefreshToken]
            }
            Self::Service => vec![GrantType::ClientCredentials],
            Self::None => Vec::new(),
        }
    }

    /// Whether people sign in to such an app.
    pub(crate) const fn has_people(self) -> bool {
        matches!(self, Self::Browser | Self::Web | Self::Native)
    }

    /// Whether others can read what is kept in such an app, so that it has to use PKCE by default.
    pub(crate) const fn is_public(self) -> bool {
        matches!(self, Self::Browser | Self::Native)
    }

    /// How such an app may show who it is.
    pub(crate) const fn auth_methods(self) -> &'static [AuthMethod] {
        match self {
            Self::Browser | Self::Native => &AuthMethod::ALL,
            Self::Web | Self::Service => AuthMethod::ALL.split_first().expect("there are methods").1,
            Self::None => &[AuthMethod::None],
        }
    }
}

/// Grants of Okta's that this org does not serve; an app or a rule may name them all the same.
pub(crate) const OTHER_GRANTS: [&str; 12] = [
    "implicit",
    "interaction_code",
    "password",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "urn:ietf:params:oauth:grant-type:saml2-bearer",
    "urn:ietf:params:oauth:grant-type:token-exchange",
    "urn:openid:params:grant-type:ciba",
    "urn:okta:params:oauth:grant-type:otp",
    "urn:okta:params:oauth:grant-type:oob",
    "http://auth0.com/oauth/grant-type/mfa-otp",
    "http://auth0.com/oauth/grant-type/mfa-oob",
];

/// Grants that are somebody's, so that a rule for them has to say whose, and that no service has.
pub(crate) const PEOPLES_GRANTS: [&str; 3] = ["authorization_code", "implicit", "password"];

/// The grants this org knows (RFC 6749 §1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum GrantType {
    /// `authorization_code`.
    AuthorizationCode,
    /// `refresh_token`.
    RefreshToken,
    /// `client_credentials`.
    ClientCredentials,
}

impl GrantType {
    /// The value on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
        }
    }

    /// Reads the value on the wire.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let all = [Self::AuthorizationCode, Self::RefreshToken, Self::ClientCredentials];
        all.into_iter().find(|grant| grant.as_str() == text)
    }
}

/// How a client shows who it is at the token endpoint (Okta's `token_endpoint_auth_method`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AuthMethod {
    /// `none`: a public client.
    None,
    /// `client_secret_basic`: the secret is sent by HTTP Basic.
    ClientSecretBasic,
    /// `client_secret_post`: the secret is sent in the form.
    ClientSecretPost,
    /// By an assertion that the secret signed (RFC 7523 §2.2).
    ClientSecretJwt,
    /// By an assertion that a registered key signed.
    PrivateKeyJwt,
}

impl AuthMethod {
    /// All of them; the one of public clients comes first.
    const ALL: [Self; 5] = [
        Self::None,
        Self::ClientSecretBasic,
        Self::ClientSecretPost,
        Self::ClientSecretJwt,
        Self::PrivateKeyJwt,
    ];

    /// Reads the value on the wire.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == text)
    }

    /// Whether it needs a client secret.
    pub(crate) const fn has_secret(self) -> bool {
        matches!(self, Self::ClientSecretBasic | Self::ClientSecretPost | Self::ClientSecretJwt)
    }

    /// The value on the wire.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::ClientSecretJwt => "client_secret_jwt",
            Self::PrivateKeyJwt => "private_key_jwt",
        }
    }

    /// What an app of that kind uses where nobody says.
    pub(crate) const fn usual(kind: ApplicationType) -> Self {
        match kind {
            ApplicationType::Browser | ApplicationType::Native | ApplicationType::None => Self::None,
            ApplicationType::Web | ApplicationType::Service => Self::ClientSecretBasic,
        }
    }
}
