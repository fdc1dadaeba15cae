//! Well-signed claims that must not pass: of another kind, for somebody else, out of time, of a wrong type.

use serde_json::{Value, json};

use super::{Expected, Row, changed};
use crate::issuer::{FakeIssuer, NOW, header, rs256, seal};

pub(super) fn rows(issuer: &FakeIssuer) -> Vec<Row> {
    [
        kinds(issuer),
        foreign(issuer),
        out_of_time(issuer),
        of_the_wrong_type(issuer),
        missing(issuer),
        spelled(issuer),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn row(issuer: &FakeIssuer, claims: Value) -> Row {
    Row::signed(issuer, claims.to_string(), json!({}), claims)
}

fn kinds(issuer: &FakeIssuer) -> Vec<Row> {
    let id_token = json!({
        "sub": "00uAlice", "ver": 1, "iss": issuer.url(), "aud": "0oaShop", "iat": NOW.0 - 600, "exp": NOW.0 + 3000,
        "jti": "ID.x", "amr": ["pwd"], "idp": "00o1", "nonce": "n", "auth_time": NOW.0 - 620, "at_hash": "h",
    });
    let bare = changed(
        id_token.clone(),
        json!({"nonce": "<absent>", "at_hash": "<absent>", "jti": "x", "cid": "0oaShop"}),
    );
    let logout = changed(
        issuer.claims(),
        json!({"events": {"http://schemas.openid.net/event/backchannel-logout": {}}, "sid": "x"}),
    );
    let whole = |what: &str, claims: Value| {
        Row::token(what, &seal(&header().to_string(), &claims.to_string(), rs256))
    };
    let marked = [
        json!({"nonce": "n"}),
        json!({"nonce": null}),
        json!({"at_hash": "h"}),
        json!({"c_hash": "h"}),
        json!({"jti": "ID.x"}),
        json!({"aud": "0oaShop"}),
        json!({"aud": ["api://default", "0oaShop"]}),
        json!({"events": {}}),
        json!({"cnf": {"jkt": "x"}}),
        json!({"cnf": {"x5t#S256": "x"}}),
        json!({"cnf": null}),
    ];
    let mut rows = vec![
        whole("an ID token", id_token),
        whole("one with its marks taken off", bare),
        whole("a logout token", logout),
    ];
    rows.extend(marked.into_iter().map(|claims| row(issuer, claims)));
    rows
}

fn foreign(issuer: &FakeIssuer) -> Vec<Row> {
    let url = issuer.url();
    let alike = [
        format!("{url}/"),
        format!("{url}?x"),
        format!("{url}#x"),
        format!(" {url}"),
        format!("{url}\0"),
        url.to_uppercase(),
        url.replace("127.0.0.1", "localhost"),
        url.replace("127.0.0.1", "127.0.0.1."),
        url.replace("127.0.0.1", "127.1"),
        url.replace("http:", "https:"),
        url.replace("/default", "/defaul\u{442}"),
        url.replace("default", "%64efault"),
        format!("{url}@evil.test"),
        format!("https://evil.test/{url}"),
        url.trim_end_matches("/oauth2/default").to_owned(),
        "https://evil.test/oauth2/default".to_owned(),
    ];
    let mut rows: Vec<_> = alike.into_iter().map(|iss| row(issuer, json!({"iss": iss}))).collect();
    for aud in [
        json!("api://other"),
        json!("API://default"),
        json!("api://default/"),
        json!("api://defaul"),
        json!([]),
    ] {
        rows.push(row(issuer, json!({"aud": aud})));
    }
    for cid in ["0oaOther", "0oashop", "0oaShop "] {
        rows.push(row(issuer, json!({"cid": cid})));
    }
    rows
}

fn out_of_time(issuer: &FakeIssuer) -> Vec<Row> {
    let mut rows: Vec<_> = [
        json!({"nbf": NOW.0 + 121}),
        json!({"nbf": i64::MAX}),
        json!({"iat": NOW.0 + 121}),
        json!({"iat": NOW.0 + 3000}),
        json!({"iat": 0}),
        json!({"exp": 0}),
        json!({"exp": (NOW.0 + 3000) * 1000}),
        json!({"exp": i64::MAX}),
        json!({"exp": 1_000_000_000_000_i64}),
        json!({"exp": NOW.0 - 600}),
    ]
    .into_iter()
    .map(|claims| row(issuer, claims))
    .collect();
    for exp in [NOW.0 - 120, NOW.0 - 599] {
        rows.push(Row { expected: Expected::Expired, ..row(issuer, json!({"exp": exp})) });
    }
    rows
}

fn of_the_wrong_type(issuer: &FakeIssuer) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut wrong = |name: &str, values: &[Value]| {
        rows.extend(values.iter().map(|value| row(issuer, json!({name: value}))));
    };
    for time in ["exp", "iat", "nbf", "auth_time"] {
        let values = [
            json!("1800003000"),
            json!(1e300),
            json!(1e19),
            json!(-0.5),
            json!(-1),
            json!(i64::MIN),
            json!(u64::MAX),
            json!([NOW.0]),
            json!(true),
            json!(null),
            json!({}),
        ];
        wrong(time, &values);
    }
    wrong(
        "aud",
        &[
            json!({}),
            json!(5),
            json!([5]),
            json!([["api://default"]]),
            json!(["api://default", null]),
            json!(null),
        ],
    );
    wrong("iss", &[json!([issuer.url()]), json!({}), json!(""), json!(5), json!(null)]);
    for name in ["sub", "uid", "cid", "jti", "acr"] {
        wrong(
            name,
            &[
                json!(""),
                json!(" "),
                json!("a\0b"),
                json!("a\nb"),
                json!(5),
                json!(["x"]),
                json!({}),
                json!(null),
            ],
        );
    }
    wrong("scp", &[json!("openid profile"), json!([1]), json!({}), json!([["openid"]]), json!(null)]);
    wrong("ver", &[json!("1"), json!(-1), json!(1.5), json!(u64::MAX)]);
    rows
}

fn missing(issuer: &FakeIssuer) -> Vec<Row> {
    ["ver", "jti", "iss", "aud", "iat", "exp", "cid", "sub"]
        .into_iter()
        .map(|name| row(issuer, json!({name: "<absent>"})))
        .collect()
}

/// What serde_json's values cannot hold.
fn spelled(issuer: &FakeIssuer) -> Vec<Row> {
    let good = issuer.claims().to_string();
    [
        r#""exp":1e400,"#,
        r#""exp":9223372036854775808,"#,
        r#""exp":99999999999999999999999999,"#,
        r#""x":NaN,"#,
        r#""x":Infinity,"#,
        r#""x":+1,"#,
        r#""x":01,"#,
        r#""sub":"bob@example.com","#,
        r#""s\u0075b":"bob@example.com","#,
        r#""plan":{"a":1,"a":2},"#,
        r#""x":"\ud800","#,
        r#"/**/"#,
    ]
    .into_iter()
    .map(|member| {
        let payload = good.replacen('{', &format!("{{{member}"), 1);
        Row::token(member, &seal(&header().to_string(), &payload, rs256))
    })
    .collect()
}
