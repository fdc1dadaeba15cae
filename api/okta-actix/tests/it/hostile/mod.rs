//! More than 150 requests that must not pass, each with its status and its challenge, over HTTP.

mod algorithms;
mod claims;
mod keys;
mod proofs;
mod shapes;
mod transport;

use std::time::{Duration, Instant};

use reqwest::header::{AUTHORIZATION, HeaderValue};
use serde_json::{Value, json};

use crate::issuer::{FakeIssuer, header, rs256, seal};
use crate::site::{Answer, Site, send};

const TIMES_SHOWN: usize = 3;
const MOST_TIMES_SHOWN: usize = 50;

/// One request and what it must hear.
struct Row {
    what: String,
    headers: Vec<Vec<u8>>,
    path: String,
    expected: Expected,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    /// 401 without an error: nothing that is spoken here was shown.
    Asked,
    /// 400 `invalid_request`.
    Malformed,
    /// 401 `invalid_token`.
    Invalid,
    /// The same, with the word that it has expired.
    Expired,
    /// 431: too large to be looked at.
    TooLong,
}

impl Row {
    fn token(what: impl Into<String>, token: &str) -> Self {
        Self::header(what, format!("Bearer {token}"), Expected::Invalid)
    }

    fn header(what: impl Into<String>, header: impl Into<Vec<u8>>, expected: Expected) -> Self {
        let (headers, path) = (vec![header.into()], "/whoami".to_owned());
        Self { what: what.into(), headers, path, expected }
    }

    /// The issuer's own signature under a header and claims with one change each.
    fn signed(
        issuer: &FakeIssuer,
        what: impl Into<String>,
        header_change: Value,
        claim_change: Value,
    ) -> Self {
        let header = changed(header(), header_change);
        let claims = changed(issuer.claims(), claim_change);
        Self::token(what, &seal(&header.to_string(), &claims.to_string(), rs256))
    }
}

/// `"<absent>"` takes a member away.
fn changed(mut object: Value, change: Value) -> Value {
    for (name, value) in change.as_object().unwrap() {
        match value.as_str() {
            Some("<absent>") => drop(object.as_object_mut().unwrap().remove(name)),
            _ => object[name] = value.clone(),
        }
    }
    object
}

fn table(issuer: &FakeIssuer) -> Vec<Row> {
    [
        algorithms::rows(issuer),
        claims::rows(issuer),
        keys::rows(issuer),
        shapes::rows(issuer),
        transport::rows(issuer),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn show(site: &Site, row: &Row) -> (Answer, Duration) {
    let mut request = site.request(&row.path);
    for header in &row.headers {
        request = request.header(AUTHORIZATION, HeaderValue::from_bytes(header).unwrap());
    }
    #[expect(clippy::disallowed_methods, reason = "this measures how long a real server takes")]
    let begin = Instant::now();
    let answer = send(request).await;
    (answer, begin.elapsed())
}

impl Expected {
    fn check(self, answer: &Answer, what: &str) {
        let challenge = answer.header("www-authenticate").unwrap_or_default();
        let (status, error) = match self {
            Self::Asked => (401, None),
            Self::TooLong => (431, None),
            Self::Malformed => (400, Some("error=\"invalid_request\"")),
            Self::Invalid => {
                (401, Some("error=\"invalid_token\", error_description=\"The access token is invalid\""))
            }
            Self::Expired => {
                (401, Some("error=\"invalid_token\", error_description=\"The access token has expired\""))
            }
        };
        assert_eq!(answer.status, status, "{what}: {answer:?}");
        match error {
            None if self == Self::TooLong => assert_eq!(challenge, "", "{what}"),
            None => assert_eq!(challenge, "Bearer realm=\"shop\"", "{what}"),
            Some(error) => {
                assert!(
                    challenge.starts_with(&format!("Bearer realm=\"shop\", {error}")),
                    "{what}: {challenge}"
                );
            }
        }
    }
}

#[actix_web::test]
async fn every_hostile_request_is_refused_with_its_status_and_challenge_and_quickly() {
    let site = Site::start();
    let rows = table(&site.issuer);
    assert!(rows.len() >= 150, "{} rows", rows.len());

    // Good tokens, each new, so that each has its signature checked.
    let mut good = Duration::MAX;
    for i in 0..20 {
        let token = site.issuer.token(json!({"jti": format!("AT.{i}")}));
        let (answer, took) = show(&site, &Row::token("good", &token)).await;
        answer.check_body("00uAlice");
        good = good.min(took);
    }
    let mut slowest = Duration::ZERO;
    for row in &rows {
        // What is disturbed by other programs is shown again; what is slow by itself stays slow.
        let mut best = Duration::MAX;
        for shown in 0..MOST_TIMES_SHOWN {
            if shown >= TIMES_SHOWN && best <= 10 * good {
                break;
            }
            let (answer, took) = show(&site, row).await;
            row.expected.check(&answer, &row.what);
            best = best.min(took);
        }
        assert!(best <= 10 * good, "{}: {best:?}, a good token takes {good:?}", row.what);
        slowest = slowest.max(best);
    }
    let ratio = slowest.as_secs_f64() / good.as_secs_f64();
    println!("{} rows; the slowest takes {ratio:.1} times as long as a good token ({good:?})", rows.len());
    let token = site.issuer.token(json!({}));
    show(&site, &Row::token("good again", &token)).await.0.check_body("00uAlice");
}
