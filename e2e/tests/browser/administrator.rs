//! What an administrator's script would do, over the management API.

use okta_local::RunningOrg;
use reqwest::{Method, RequestBuilder};

/// A request for this path below `/api/v1`, with the org's API token.
pub(crate) fn request(org: &RunningOrg, method: Method, path: &str) -> RequestBuilder {
    let url = format!("{}/api/v1{path}", org.base_url());
    okta_cli::http::loopback()
        .request(method, url)
        .header("authorization", format!("SSWS {}", org.api_token().expose()))
}
