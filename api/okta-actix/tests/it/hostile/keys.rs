//! Headers that name a key badly, bring one along, or ask for an extension.

use serde_json::{Value, json};

use super::{Row, changed};
use crate::issuer::{FakeIssuer, header, seal, strangers, strangers_jwk};

pub(super) fn rows(issuer: &FakeIssuer) -> Vec<Row> {
    [names(issuer), brought(issuer), extensions(issuer)].into_iter().flatten().collect()
}

fn names(issuer: &FakeIssuer) -> Vec<Row> {
    let long = "k".repeat(4000);
    [
        json!("<absent>"),
        json!(null),
        json!(1),
        json!(["k1"]),
        json!({"k1": 1}),
        json!(true),
        json!(""),
        json!("unknown"),
        json!("K1"),
        json!("k1 "),
        json!("k1\0"),
        json!("\u{ff4b}1"),
        json!("k\u{200b}1"),
        json!("../../etc/passwd"),
        json!("/dev/null"),
        json!("' OR 1=1 --"),
        json!("$(id)"),
        json!("http://127.0.0.1/keys"),
        json!(long),
    ]
    .into_iter()
    .map(|kid| Row::signed(issuer, format!("kid {kid:.40}"), json!({"kid": kid}), json!({})))
    .collect()
}

/// A key of the token's own, beside the issuer's name and beside its own.
fn brought(issuer: &FakeIssuer) -> Vec<Row> {
    let payload = issuer.claims().to_string();
    let row = |(member, value): (&str, Value)| {
        ["k1", "stranger"].map(|kid| {
            let header = changed(header(), json!({"kid": kid, member: value})).to_string();
            Row::token(format!("{member} under {kid}"), &seal(&header, &payload, strangers))
        })
    };
    [
        ("jwk", strangers_jwk()),
        ("jku", json!("http://127.0.0.1:9/keys")),
        ("x5u", json!("http://127.0.0.1:9/certificate")),
        ("x5c", json!(["MIIB"])),
    ]
    .into_iter()
    .flat_map(row)
    .collect()
}

fn extensions(issuer: &FakeIssuer) -> Vec<Row> {
    let mut headers = vec![
        json!({"crit": ["exp"]}),
        json!({"crit": ["b64"], "b64": false}),
        json!({"crit": []}),
        json!({"crit": null}),
        json!({"crit": "exp"}),
        json!({"b64": false}),
        json!({"b64": true}),
        json!({"cty": "JWT"}),
        json!({"cty": ""}),
    ];
    for typ in [
        "JWT",
        "jwt",
        "id+jwt",
        "dpop+jwt",
        "logout+jwt",
        "secevent+jwt",
        "application/jwt",
        "at+jwt ",
        " at+jwt",
        "at jwt",
        "application/application/at+jwt",
        "JOSE",
        "",
    ] {
        headers.push(json!({"typ": typ}));
    }
    headers.extend([json!({"typ": null}), json!({"typ": ["at+jwt"]}), json!({"typ": 1})]);
    headers.into_iter().map(|change| Row::signed(issuer, change.to_string(), change, json!({}))).collect()
}
