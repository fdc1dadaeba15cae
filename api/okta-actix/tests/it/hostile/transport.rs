//! Good tokens, shown wrongly: the header's syntax, its number, and the other places of RFC 6750 §2.

use serde_json::json;

use super::{Expected, Row};
use crate::issuer::FakeIssuer;

pub(super) fn rows(issuer: &FakeIssuer) -> Vec<Row> {
    let good = issuer.token(json!({}));
    [malformed(&good), of_another_scheme(&good), elsewhere(&good)].into_iter().flatten().collect()
}

fn malformed(good: &str) -> Vec<Row> {
    let (head, _) = good.rsplit_once('.').unwrap();
    [
        String::new(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        "Bearer ==".to_owned(),
        format!("Bearer  {good}"),
        format!("Bearer\t{good}"),
        format!("Bearer: {good}"),
        format!("Bearer={good}"),
        format!("Bearer {good} {good}"),
        format!("Bearer {good},"),
        format!("Bearer {good}, Basic YTpi"),
        format!("Bearer \"{good}\""),
        format!("Bearer <{good}>"),
        format!("Bearer token={good}"),
        format!("Bearer {head}=.x"),
        format!("Bearer {}", good.replace('.', "%2E")),
        format!("Bearer {good}\u{e9}"),
        format!("Bearer {good}\u{a0}"),
        format!("B\u{e9}arer {good}"),
        json!({"token": good}).to_string(),
    ]
    .into_iter()
    .map(|header| Row::header(format!("{header:.60}"), header, Expected::Malformed))
    .chain([Row::header(
        "bytes that are no text",
        [b"Bearer ".as_slice(), &[0xff, 0xfe]].concat(),
        Expected::Malformed,
    )])
    .collect()
}

fn of_another_scheme(good: &str) -> Vec<Row> {
    ["Basic", "DPoP", "Digest", "Negotiate", "Token", "JWT", "Bearerx", "X-Bearer", "Okta"]
        .into_iter()
        .map(|scheme| Row::header(scheme, format!("{scheme} {good}"), Expected::Asked))
        .chain([Row::header("the token alone", good, Expected::Asked)])
        .collect()
}

fn elsewhere(good: &str) -> Vec<Row> {
    let bearer = format!("Bearer {good}").into_bytes();
    let headers = |what: &str, headers: Vec<Vec<u8>>| Row {
        what: what.to_owned(),
        headers,
        path: "/whoami".to_owned(),
        expected: Expected::Malformed,
    };
    let query = |query: &str, headers: Vec<Vec<u8>>| Row {
        what: format!("{query:.40}"),
        headers,
        path: format!("/whoami?{query}"),
        expected: Expected::Malformed,
    };
    vec![
        headers("two headers that agree", vec![bearer.clone(), bearer.clone()]),
        headers("two headers, one Basic", vec![b"Basic YTpi".to_vec(), bearer.clone()]),
        headers("two headers, one empty", vec![Vec::new(), bearer.clone()]),
        query(&format!("access_token={good}"), vec![]),
        query(&format!("access_token={good}"), vec![bearer.clone()]),
        query(&format!("a=b&access%5Ftoken={good}"), vec![]),
        query("access_token=", vec![bearer.clone()]),
        query("access_token", vec![bearer]),
    ]
}
