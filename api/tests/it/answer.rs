//! An answer of the API. What must hold for all of them is checked when one is read, so that every test
//! checks it.

use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;
use shared::Problem;

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) async fn read(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let answer = Self { status, headers, body: response.text().await.unwrap() };
        answer.check_headers();
        if status >= 400 {
            answer.check_problem();
        }
        answer
    }

    /// A header's value; panics where it stands twice.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        let value = values.next().map(|value| value.to_str().unwrap());
        assert!(values.next().is_none(), "{name} stands twice: {self:?}");
        value
    }

    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    #[track_caller]
    pub(crate) fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The code of an error answer.
    #[track_caller]
    pub(crate) fn code(&self) -> String {
        self.json::<Problem>().code
    }

    /// The detail of an error answer, empty where there is none.
    #[track_caller]
    pub(crate) fn detail(&self) -> String {
        self.json::<Problem>().detail.unwrap_or_default()
    }

    fn check_headers(&self) {
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
        ] {
            assert_eq!(self.header(name), Some(value), "{self:?}");
        }
        assert_eq!(self.header("x-request-id").map(str::len), Some(16), "{self:?}");
        assert!(self.header("cache-control").is_some(), "{self:?}");
    }

    fn check_problem(&self) {
        assert_ne!(self.status, 500, "{self:?}");
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let problem: Problem = self.json();
        assert_eq!(problem.status, self.status, "{self:?}");
        assert!(self.status != 401 || self.headers.contains_key("www-authenticate"), "{self:?}");
        assert_eq!(self.status == 405, self.headers.contains_key("allow"), "{self:?}");
        assert!(self.status != 503 || self.headers.contains_key("retry-after"), "{self:?}");
    }
}
