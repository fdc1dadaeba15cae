//! A client of Okta's management API, as far as setting up and checking an integration needs it.
//!
//! Answers are kept as JSON: what Grove does not know of a resource must survive an update, which in this API
//! replaces the whole.

mod error;
mod org_url;
mod token;

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, LINK};
use reqwest::{Method, Response, StatusCode};
use serde_json::Value;

pub(crate) use error::{ManagementError, Refusal};
pub(crate) use org_url::{OrgUrl, OrgUrlError};
pub(crate) use token::{ApiToken, ApiTokenError};

/// Longest time that one answer may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Longest wait for a rate limit to pass; Okta's buckets are of one minute.
const LONGEST_WAIT: Duration = Duration::from_secs(70);
/// How often one request waits for a rate limit.
const WAITS: u32 = 3;
/// Most pages of one list; an org with more apps of one name is not one to guess in.
const PAGES: u32 = 50;

/// Told when a request waits for a rate limit.
pub(crate) type OnWait = fn(Duration);

/// One org, spoken to with an API token.
#[derive(Debug)]
pub(crate) struct Management {
    base: OrgUrl,
    http: reqwest::Client,
    on_wait: OnWait,
}

impl Management {
    /// Makes no request yet.
    ///
    /// # Errors
    /// Where TLS cannot be set up.
    pub(crate) fn new(base: OrgUrl, token: &ApiToken, on_wait: OnWait) -> Result<Self, ManagementError> {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, token.header());
        headers.insert(reqwest::header::ACCEPT, HeaderValue::from_static("application/json"));
        let http = crate::http::for_origin_of(&base.to_string())
            .default_headers(headers)
            .timeout(TIMEOUT)
            .build()
            .map_err(ManagementError::Client)?;
        Ok(Self { base, http, on_wait })
    }

    /// The org this speaks to.
    pub(crate) fn org(&self) -> &OrgUrl {
        &self.base
    }

    /// One resource; `None` where there is none (`E0000007`).
    ///
    /// # Errors
    /// Where the org does not answer, or refuses.
    pub(crate) async fn get(&self, path: &str) -> Result<Option<Value>, ManagementError> {
        let response = self.send(Method::GET, path, None).await?;
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        self.body(Method::GET, path, response).await.map(Some)
    }

    /// All pages of a list, by the `Link` headers (RFC 8288).
    ///
    /// # Errors
    /// As [`Self::get`]; a `next` that leads out of the org is one.
    pub(crate) async fn list(&self, path: &str) -> Result<Vec<Value>, ManagementError> {
        let (mut items, mut next) = (Vec::new(), Some(path.to_owned()));
        for _ in 0..PAGES {
            let Some(page) = next else { return Ok(items) };
            let response = self.send(Method::GET, &page, None).await?;
            next = self.next_page(response.headers())?;
            match self.body(Method::GET, &page, response).await? {
                Value::Array(mut found) => items.append(&mut found),
                _ => return Err(ManagementError::Unexpected { path: page, what: "a list was expected" }),
            }
        }
        Err(ManagementError::Unexpected { path: path.to_owned(), what: "the list does not end" })
    }

    /// The first page of a list, and whether there are more.
    ///
    /// # Errors
    /// As [`Self::list`].
    pub(crate) async fn first_page(&self, path: &str) -> Result<(Vec<Value>, bool), ManagementError> {
        let response = self.send(Method::GET, path, None).await?;
        let more = self.next_page(response.headers())?.is_some();
        match self.body(Method::GET, path, response).await? {
            Value::Array(items) => Ok((items, more)),
            _ => Err(ManagementError::Unexpected { path: path.to_owned(), what: "a list was expected" }),
        }
    }

    /// Creates or acts.
    ///
    /// # Errors
    /// Where the org does not answer, or refuses.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Value, ManagementError> {
        let response = self.send(Method::POST, path, Some(body)).await?;
        self.body(Method::POST, path, response).await
    }

    /// Replaces.
    ///
    /// # Errors
    /// Where the org does not answer, or refuses.
    pub(crate) async fn put(&self, path: &str, body: &Value) -> Result<Value, ManagementError> {
        let response = self.send(Method::PUT, path, Some(body)).await?;
        self.body(Method::PUT, path, response).await
    }

    /// Removes; what is gone already is no error.
    ///
    /// # Errors
    /// Where the org does not answer, or refuses.
    pub(crate) async fn delete(&self, path: &str) -> Result<(), ManagementError> {
        let response = self.send(Method::DELETE, path, None).await?;
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(());
        }
        self.body(Method::DELETE, path, response).await.map(drop)
    }

    /// Sends, and waits where the org says that it is asked too often.
    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Response, ManagementError> {
        for _ in 0..WAITS {
            let response = self.send_once(&method, path, body).await?;
            if response.status() != StatusCode::TOO_MANY_REQUESTS {
                return Ok(response);
            }
            let wait = wait_of(response.headers()).min(LONGEST_WAIT);
            (self.on_wait)(wait);
            tokio::time::sleep(wait).await;
        }
        self.send_once(&method, path, body).await
    }

    async fn send_once(
        &self,
        method: &Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Response, ManagementError> {
        let mut request = self.http.request(method.clone(), self.base.join(path));
        if let Some(body) = body {
            request = request.json(body);
        }
        let failed = |cause| ManagementError::Unreachable { org: self.base.to_string(), cause };
        request.send().await.map_err(failed)
    }

    async fn body(&self, method: Method, path: &str, response: Response) -> Result<Value, ManagementError> {
        let status = response.status();
        let failed = |cause| ManagementError::Unreachable { org: self.base.to_string(), cause };
        let bytes = response.bytes().await.map_err(failed)?;
        if !status.is_success() {
            let refusal = Box::new(Refusal::read(status.as_u16(), &bytes));
            return Err(ManagementError::Refused { call: format!("{method} {path}"), refusal });
        }
        if bytes.is_empty() {
            return Ok(Value::Null);
        }
        let what = "the answer is not JSON";
        serde_json::from_slice(&bytes)
            .map_err(|_| ManagementError::Unexpected { path: path.to_owned(), what })
    }

    /// The path of the next page, which must be of this org: the token goes along.
    fn next_page(&self, headers: &HeaderMap) -> Result<Option<String>, ManagementError> {
        let links = headers.get_all(LINK).iter().filter_map(|link| link.to_str().ok());
        let next = links.flat_map(|link| link.split(", <")).find(|link| link.contains("rel=\"next\""));
        let Some(url) = next.and_then(|link| link.trim_start_matches('<').split('>').next()) else {
            return Ok(None);
        };
        match self.base.path_of(url) {
            Some(path) => Ok(Some(path)),
            None => Err(ManagementError::ForeignLink(url.to_owned())),
        }
    }
}

/// How long Okta asks to wait: `X-Rate-Limit-Reset` (UTC epoch seconds) against the answer's own `Date`, so that
/// this machine's clock does not matter.
fn wait_of(headers: &HeaderMap) -> Duration {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let reset = text("x-rate-limit-reset").and_then(|reset| reset.parse::<i64>().ok());
    let date = text("date").and_then(|date| {
        time::OffsetDateTime::parse(date, &time::format_description::well_known::Rfc2822).ok()
    });
    let seconds = match (reset, date) {
        (Some(reset), Some(date)) => reset - date.unix_timestamp(),
        _ => 10,
    };
    Duration::from_secs(u64::try_from(seconds.max(1)).unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(rows: &[(&'static str, &str)]) -> HeaderMap {
        rows.iter()
            .map(|(name, value)| ((*name).parse().unwrap(), HeaderValue::from_str(value).unwrap()))
            .collect()
    }

    #[test]
    fn a_wait_is_counted_by_the_orgs_own_clock() {
        let date = "Sun, 22 Nov 2026 10:00:00 GMT";
        let reset = (1_795_341_600_i64 + 42).to_string();
        assert_eq!(wait_of(&headers(&[("date", date), ("x-rate-limit-reset", &reset)])).as_secs(), 42);
        assert_eq!(wait_of(&headers(&[("date", date), ("x-rate-limit-reset", "1")])).as_secs(), 1);
        assert_eq!(wait_of(&headers(&[])).as_secs(), 10);
    }

    #[test]
    fn the_next_page_is_of_the_same_org() {
        let org = OrgUrl::parse("https://dev-1.okta.com").unwrap();
        let token = ApiToken::parse("00abc").unwrap();
        let management = Management::new(org, &token, |_| {}).unwrap();
        let next = |link: &str| management.next_page(&headers(&[("link", link)]));
        let both = "<https://dev-1.okta.com/api/v1/apps>; rel=\"self\", <https://dev-1.okta.com/api/v1/apps?after=9>; rel=\"next\"";
        assert_eq!(next(both).unwrap().as_deref(), Some("/api/v1/apps?after=9"));
        assert_eq!(next("<https://dev-1.okta.com/api/v1/apps>; rel=\"self\"").unwrap(), None);
        assert!(matches!(
            next("<https://dev-1.okta.com.evil.test/api/v1/apps>; rel=\"next\""),
            Err(ManagementError::ForeignLink(_))
        ));
    }
}
