//! A request that waits for a stronger or more recent sign-in (RFC 9470).

use std::fmt;

use okta_types::{Form, parse_query};

use crate::interface::owner::Subject;

/// A request of the app, stored in the tab's `sessionStorage` during a sign-in: put nothing into it that must
/// not be there for some minutes.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ResumableRequest {
    /// The app's own name for it, by which it is taken back.
    pub name: String,
    /// The HTTP method.
    pub method: String,
    /// The address as the app wrote it, absolute or a path of the page's origin.
    pub url: String,
    /// Names and values, without `Authorization`.
    pub headers: Vec<(String, String)>,
    /// The body, where there is one.
    pub body: Option<String>,
}

impl fmt::Debug for ResumableRequest {
    /// Addresses, headers and bodies may be private.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResumableRequest").field("name", &self.name).finish_non_exhaustive()
    }
}

impl ResumableRequest {
    /// Name, method, address and body, then the headers. As a form, whose reader and writer every page has.
    pub(crate) fn read(stored: &str) -> Self {
        let mut pairs = parse_query(stored).into_iter();
        let mut next = || pairs.next().unwrap_or_default();
        let ((_, name), (_, method), (_, url), (has_body, body)) = (next(), next(), next(), next());
        Self { name, method, url, headers: pairs.collect(), body: (has_body == BODY).then_some(body) }
    }

    pub(crate) fn write(&self) -> Form {
        let mut form = Form::new()
            .with("name", &self.name)
            .with("method", &self.method)
            .with("url", &self.url)
            .with(if self.body.is_some() { BODY } else { "" }, self.body.as_deref().unwrap_or_default());
        for (name, value) in &self.headers {
            form = form.with(name, value);
        }
        form
    }
}

/// A stored request, and the person who made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OwnedRequest {
    pub(crate) owner: Subject,
    pub(crate) request: ResumableRequest,
}

/// Names the body where there is one.
const BODY: &str = "body";
