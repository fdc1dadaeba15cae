//! Texts that are no compact JWS, or whose parts are not what they should be.

use okta_types::base64url;
use serde_json::json;

use super::{Expected, Row};
use crate::issuer::{FakeIssuer, header, rs256, seal};

pub(super) fn rows(issuer: &FakeIssuer) -> Vec<Row> {
    [parts(issuer), documents(issuer)].into_iter().flatten().collect()
}

fn parts(issuer: &FakeIssuer) -> Vec<Row> {
    let good = issuer.token(json!({}));
    let (head, signature) = good.rsplit_once('.').unwrap();
    let (header, payload) = head.split_once('.').unwrap();
    let too_long = [
        ("too long by its signature", format!("{good}{}", "A".repeat(64 * 1024))),
        ("too long by its header", format!("{}{good}", "A".repeat(64 * 1024))),
        ("too long and nothing else", "A".repeat(65 * 1024)),
    ];
    let rows = [
        ("a word", "garbage".to_owned()),
        ("a dot", ".".to_owned()),
        ("two dots", "..".to_owned()),
        ("three dots", "...".to_owned()),
        ("many dots", ".".repeat(8000)),
        ("two parts", head.to_owned()),
        ("four parts", format!("{good}.YQ")),
        ("five parts, as an encrypted one", "YQ.YQ.YQ.YQ.YQ".to_owned()),
        ("a leading dot", format!(".{good}")),
        ("a trailing dot", format!("{good}.")),
        ("no header", format!(".{payload}.{signature}")),
        ("no payload", format!("{header}..{signature}")),
        ("no signature", format!("{head}.")),
        ("long and just within by its header", format!("{}.{payload}.{signature}", "A".repeat(60_000))),
        ("long and just within by its payload", format!("{header}.{}.{signature}", "A".repeat(60_000))),
        ("long and just within by its signature", format!("{head}.{}", "A".repeat(60_000))),
        ("raw JSON for a header", format!("{}.{payload}.{signature}", super::header())),
        ("raw JSON with spaces", format!("{{\"alg\": \"none\", \"typ\": \"JWT\"}}.{payload}.")),
        ("raw JSON for a payload", format!("{header}.{}.{signature}", issuer.claims())),
        ("raw JSON for all of it", format!("{}.{}.", super::header(), issuer.claims())),
        (
            "the JSON serialization",
            json!({"payload": payload, "protected": header, "signature": signature}).to_string(),
        ),
        ("padding", format!("{good}==")),
        ("standard base64", format!("{head}.+/+/")),
        ("a tilde, as selective disclosure", format!("{good}~")),
        ("stray bits", format!("{head}.YR")),
        ("a stray character", format!("{head}.{signature}A")),
        ("the token twice", format!("{good}.{good}")),
        ("itself as its payload", seal(&super::header().to_string(), &good, rs256)),
    ];
    let too_long =
        too_long.map(|(what, token)| Row { expected: Expected::TooLong, ..Row::token(what, &token) });
    rows.into_iter().map(|(what, token)| Row::token(what, &token)).chain(too_long).collect()
}

fn documents(issuer: &FakeIssuer) -> Vec<Row> {
    let (good_header, good_payload) = (header().to_string(), issuer.claims().to_string());
    let of_header = |what: &str, text: String| Row::token(what, &seal(&text, &good_payload, rs256));
    let of_payload = |what: &str, text: String| Row::token(what, &seal(&good_header, &text, rs256));
    let insert = |text: &str, member: &str| text.replacen('{', &format!("{{{member}"), 1);
    let deep = format!("\"x\":{}{},", "[".repeat(500), "]".repeat(500));
    vec![
        of_header("an empty header", String::new()),
        of_header("a header that is null", "null".to_owned()),
        of_header("a header that is a list", "[]".to_owned()),
        of_header("a header that is a text", "\"RS256\"".to_owned()),
        of_header("a header with a tail", format!("{good_header}x")),
        of_header("two headers", format!("{good_header}{good_header}")),
        of_header("alg twice", insert(&good_header, r#""alg":"RS256","#)),
        of_header("alg twice, first none", insert(&good_header, r#""alg":"none","#)),
        of_header("kid twice", insert(&good_header, r#""kid":"k1","#)),
        of_header("an unknown member twice", insert(&good_header, r#""x":1,"x":1,"#)),
        of_header("a byte order mark", format!("\u{feff}{good_header}")),
        of_header("a deep header", insert(&good_header, &deep)),
        of_payload("an empty payload", String::new()),
        of_payload("a payload that is null", "null".to_owned()),
        of_payload("a payload that is a list", format!("[{good_payload}]")),
        of_payload("a payload that is a number", "1".to_owned()),
        of_payload("two payloads", format!("{good_payload}{{}}")),
        of_payload("a byte order mark before the payload", format!("\u{feff}{good_payload}")),
        of_payload("a trailing comma", good_payload.replace('}', ",}")),
        of_payload("single quotes", good_payload.replace('"', "'")),
        of_payload("a deep payload", insert(&good_payload, &deep)),
        of_payload("a payload cut short", good_payload[..good_payload.len() - 1].to_owned()),
        of_payload("a payload encoded twice", base64url::encode(&good_payload)),
        Row::token("bad UTF-8", &{
            let message =
                format!("{}.{}", base64url::encode(&good_header), base64url::encode(b"{\"sub\":\"\xff\"}"));
            format!("{message}.{}", base64url::encode(rs256(&message)))
        }),
    ]
}
