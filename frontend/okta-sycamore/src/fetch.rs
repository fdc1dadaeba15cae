//! Requests of the app, with the access token where it may go.

use std::fmt;

use okta_auth::{FetchError, Json, ResumableRequest};
use reqwasm::http::{Headers, Method};
#[cfg(feature = "serde")]
use serde::{Serialize, de::DeserializeOwned};

/// A request of the app. A relative address (`/api/x`) is one of the page's own origin.
#[derive(Debug)]
pub struct ApiRequest {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Result<Option<String>, FetchError>,
    /// The name under which it is stored for a step-up.
    resumed_as: Option<String>,
}

impl ApiRequest {
    /// A `GET` request to an absolute address or a path of the page's origin.
    pub fn get(url: impl Into<String>) -> Self {
        Self { method: Method::GET, url: url.into(), headers: Vec::new(), body: Ok(None), resumed_as: None }
    }

    /// A `DELETE` request without a body.
    pub fn delete(url: impl Into<String>) -> Self {
        Self { method: Method::DELETE, ..Self::get(url) }
    }

    /// `POST` with a JSON body.
    pub fn post(url: impl Into<String>, body: &Json) -> Self {
        Self { method: Method::POST, body: Ok(Some(body.to_text())), ..Self::get(url) }.with_json()
    }

    /// `POST` with a JSON body that serde writes.
    #[cfg(feature = "serde")]
    pub fn post_json(url: impl Into<String>, body: &impl Serialize) -> Self {
        Self { method: Method::POST, ..Self::get(url) }.json(body)
    }

    /// `PUT` with a JSON body.
    pub fn put(url: impl Into<String>, body: &Json) -> Self {
        Self { method: Method::PUT, ..Self::post(url, body) }
    }

    /// `PUT` with a JSON body that serde writes.
    #[cfg(feature = "serde")]
    pub fn put_json(url: impl Into<String>, body: &impl Serialize) -> Self {
        Self { method: Method::PUT, ..Self::get(url) }.json(body)
    }

    /// Adds a header. `Authorization` and `DPoP` are not the app's to set and are dropped; one that cannot stand in a
    /// request makes [`Auth::fetch`](crate::Auth::fetch) fail.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        if !is_header(&name, &value) {
            self.body = Err(FetchError::Body("a header cannot be sent"));
        } else if !RESERVED.iter().any(|reserved| name.eq_ignore_ascii_case(reserved)) {
            self.headers.push((name, value));
        }
        self
    }

    /// Stores the request, should the API ask for a stronger or more recent sign-in: the page leaves, and where
    /// it returns to, `Auth::take_resumed` gives the request back under this name. Meanwhile it is in the tab's
    /// `sessionStorage`. Give a `POST` an `Idempotency-Key` or the like: whoever sends it again
    /// cannot know what became of it.
    #[must_use]
    pub fn resume_as(mut self, name: impl Into<String>) -> Self {
        self.resumed_as = Some(name.into());
        self
    }

    pub(crate) fn to_resumable(&self) -> Result<Option<ResumableRequest>, FetchError> {
        let Some(name) = self.resumed_as.clone() else { return Ok(None) };
        Ok(Some(ResumableRequest {
            name,
            method: self.method.to_string(),
            url: self.url.clone(),
            headers: self.headers.clone(),
            body: self.body.clone()?,
        }))
    }

    /// What is sent again is not kept again: one step-up for one request.
    pub(crate) fn from_resumable(kept: ResumableRequest) -> Self {
        let method = match kept.method.as_str() {
            "POST" => Method::POST,
            "PUT" => Method::PUT,
            "DELETE" => Method::DELETE,
            _ => Method::GET,
        };
        Self { method, url: kept.url, headers: kept.headers, body: Ok(kept.body), resumed_as: None }
    }

    #[cfg(feature = "serde")]
    fn json(mut self, body: &impl Serialize) -> Self {
        self.body = serde_json::to_string(body).map(Some).map_err(|_| FetchError::Body(NOT_JSON));
        self.with_json()
    }

    fn with_json(self) -> Self {
        self.header("Content-Type", "application/json")
    }
}

/// Without serde's words for it: they would be several kilobytes for a developer's eyes only.
#[cfg(feature = "serde")]
const NOT_JSON: &str = "it is not JSON of the expected shape";

/// Headers that only this crate sets.
#[cfg(feature = "dpop")]
const RESERVED: [&str; 2] = ["authorization", "dpop"];
#[cfg(not(feature = "dpop"))]
const RESERVED: [&str; 1] = ["authorization"];

/// RFC 9110 §5.1 and §5.5; browsers throw for anything else.
fn is_header(name: &str, value: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
        && value.bytes().all(|b| b == b'\t' || (b' '..=b'~').contains(&b))
}

/// An answer, read to its end.
pub struct ApiResponse {
    pub(crate) status: u16,
    /// None on the host.
    pub(crate) headers: Option<Headers>,
    pub(crate) body: String,
}

impl ApiResponse {
    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Whether the status is 200 to 299.
    pub fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A header by its name in any case. Of another origin only those it exposes are seen.
    pub fn header(&self, name: &str) -> Option<String> {
        self.headers.as_ref()?.get(name)
    }

    /// The body.
    pub fn text(&self) -> &str {
        &self.body
    }

    /// The body as JSON, by the browser's own reader; `None` where it is none.
    pub fn read_json(&self) -> Option<Json> {
        crate::read_json(&self.body)
    }

    /// The body as JSON, by a reader that serde derived: each adds kilobytes to the download.
    ///
    /// # Errors
    /// [`FetchError::Body`] where it is not of that shape.
    #[cfg(feature = "serde")]
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, FetchError> {
        serde_json::from_slice(self.body.as_bytes()).map_err(|_| FetchError::Body(NOT_JSON))
    }
}

impl fmt::Debug for ApiResponse {
    /// Headers and body may be private.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiResponse").field("status", &self.status).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_app_cannot_set_the_authorization() {
        let request =
            ApiRequest::get("/api").header("authorization", "Bearer x").header("Accept", "text/plain");
        assert_eq!(request.headers, [("Accept".to_owned(), "text/plain".to_owned())]);
    }

    #[test]
    #[cfg(feature = "dpop")]
    fn the_app_cannot_set_a_proof() {
        assert_eq!(ApiRequest::get("/api").header("dpop", "x").headers, []);
    }

    #[test]
    fn a_header_that_browsers_throw_for_is_an_error() {
        for (name, value) in [("", "x"), ("a b", "x"), ("X-A", "a\r\nX-B: c"), ("X-A", "ü")] {
            assert!(ApiRequest::get("/api").header(name, value).body.is_err(), "{name:?}: {value:?}");
        }
    }

    #[test]
    fn an_answer_is_read_as_json() {
        let response = ApiResponse { status: 200, headers: None, body: "[1,2]".into() };
        let list = Json::List(vec![Json::Number(1.0), Json::Number(2.0)]);
        assert_eq!(response.read_json(), Some(list));
        #[cfg(feature = "serde")]
        {
            assert_eq!(response.json::<Vec<u8>>(), Ok(vec![1, 2]));
            assert!(response.json::<String>().is_err());
        }
    }

    #[test]
    fn a_kept_request_is_given_back_as_it_was_and_not_kept_again() {
        let body = Json::from("two saplings");
        for request in
            [ApiRequest::post("/api", &body), ApiRequest::put("/api", &body), ApiRequest::delete("/api")]
        {
            let request = request.header("Idempotency-Key", "1").resume_as("order");
            let kept = request.to_resumable().unwrap().unwrap();
            assert_eq!(kept.name, "order");
            let again = ApiRequest::from_resumable(kept);
            assert_eq!(again.method.to_string(), request.method.to_string());
            assert_eq!(
                (&again.url, &again.headers, &again.body),
                (&request.url, &request.headers, &request.body)
            );
            assert_eq!(again.to_resumable(), Ok(None));
        }
        assert_eq!(ApiRequest::get("/api").to_resumable(), Ok(None));
    }
}
