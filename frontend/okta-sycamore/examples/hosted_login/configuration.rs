//! What the app must know, read at run time from an element of `index.html`, so that one build serves every
//! org.

use okta_sycamore::{AuthConfig, Json, read_json};
use sycamore::web::{document, window};

/// The `id` of the element.
const ELEMENT: &str = "okta-config";

/// Which pages need no sign-in.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum OpenPages {
    /// Where the person sees who is signed in.
    Home,
    /// None but the callback; chosen by `data-guarded="everything"` on the element.
    None,
}

/// The API's origin, as pages find it in their context.
#[derive(Clone, Copy)]
pub(crate) struct ApiOrigin(pub(crate) &'static str);

/// All of it.
pub(crate) struct Configuration {
    pub(crate) auth: AuthConfig,
    pub(crate) api_origin: ApiOrigin,
    pub(crate) open: OpenPages,
}

/// `None` where the element is missing or holds no JSON; what is wrong inside is told by `AuthProvider`.
pub(crate) fn read() -> Option<Configuration> {
    let element = document().get_element_by_id(ELEMENT)?;
    let json = read_json(&element.text_content()?)?;
    let text = |name| json.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
    let (origin, api_origin) = (window().location().origin().ok()?, text("api_origin"));
    let auth = AuthConfig {
        issuer: text("issuer"),
        client_id: text("client_id"),
        redirect_uri: [&origin, "/login/callback"].concat(),
        post_logout_redirect_uri: origin,
        scopes: ["openid", "profile", "email", "offline_access"].map(str::to_owned).to_vec(),
        api_origins: vec![api_origin.clone()],
        ..AuthConfig::default()
    };
    let open = match element.get_attribute("data-guarded").as_deref() {
        Some("everything") => OpenPages::None,
        _ => OpenPages::Home,
    };
    Some(Configuration { auth, api_origin: ApiOrigin(api_origin.leak()), open })
}
