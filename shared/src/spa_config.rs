use serde::{Deserialize, Serialize};

/// The `id` of the element of `index.html` that holds the configuration as JSON.
pub const SPA_CONFIG_ELEMENT_ID: &str = "grove-config";

/// The `id` of the element of `index.html` that the SPA fills.
pub const SPA_FRAME_ELEMENT_ID: &str = "grove";

/// The `id` of the element that holds what a prepared page shows of the catalogue, as JSON: the API's answer by the query
/// that asks for it, e.g. `{"limit=24":{"total":48,"products":[…]}}`.
pub const SPA_CATALOGUE_ELEMENT_ID: &str = "grove-catalogue";

/// What the SPA must know of its surroundings. Read at run time, so that one build serves every org.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpaConfig {
    /// E.g. `https://dev-1.okta.com/oauth2/default`.
    pub issuer: String,
    /// Other addresses of the org that its dashboard may name, e.g. `https://dev-1.okta.com` where the issuer has a
    /// custom domain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub org_addresses: Vec<String>,
    /// The app integration's client id, `0oa…`.
    pub client_id: String,
    /// The API's origin, e.g. `http://localhost:8000`: the only one the access token is sent to.
    pub api_origin: String,
    /// Whether the page may ask the org in a hidden frame, to renew a session that came without a refresh token: where the
    /// org has a custom domain on the site of the page.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub renewal_frame: bool,
    /// The orgs beside that one, each with pages of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_orgs: Vec<SpaOrg>,
}

/// An org with pages of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpaOrg {
    /// The path at and below which they are, e.g. `/birch`; all other pages are the first org's.
    pub path: String,
    /// As in [`SpaConfig`].
    pub issuer: String,
    /// As in [`SpaConfig`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub org_addresses: Vec<String>,
    /// As in [`SpaConfig`].
    pub client_id: String,
}
