//! Requests that need nobody: no token, no cookie, no waiting for the sign-in state.

use sycamore::web::window;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestInit, Response};

use super::Failure;

/// How long a shopper looks at skeletons before being told, in milliseconds.
const TIMEOUT: u32 = 15_000;

/// Fetches `url`; status and body.
pub(super) async fn get(url: &str) -> Result<(u16, String), Failure> {
    let options = RequestInit::new();
    options.set_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT)));
    let answer = JsFuture::from(window().fetch_with_str_and_init(url, &options)).await;
    let response: Response = answer.ok().and_then(|a| a.dyn_into().ok()).ok_or(Failure::Unreachable)?;
    let body = response.text().map_err(|_| Failure::Unreachable)?;
    let body = JsFuture::from(body).await.ok().and_then(|text| text.as_string());
    Ok((response.status(), body.ok_or(Failure::Unreachable)?))
}
