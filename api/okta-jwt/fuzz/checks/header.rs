//! Any bytes as `Authorization` headers (one a line) and, after a NUL, as the query: nothing may panic, and
//! every refusal must be one of RFC 6750's, never a 500.

use actix_web::http::header::{AUTHORIZATION, HeaderValue};
use actix_web::test::TestRequest;
use actix_web::{FromRequest as _, ResponseError as _, dev::Payload, web};
use futures_util::FutureExt as _;
use okta_actix::{Bearer, BearerConfig, OptionalBearer};
use okta_jwt::{Issuer, UnixTime, Verifier};

/// The key of RFC 7515, appendix A.2.
const KEYS: &str = concat!(
    r#"{"keys":[{"kty":"RSA","kid":"k1","e":"AQAB","n":""#,
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yR",
    "T-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXB",
    "dQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9ia",
    "GNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
    r#""}]}"#
);

thread_local! {
    static CONFIG: web::Data<BearerConfig> = web::Data::new(config());
}

fn config() -> BearerConfig {
    let verifier =
        Verifier::builder(Issuer::parse("https://dev-1.okta.com/oauth2/default").expect("an issuer"))
            .audience("api://default")
            .any_client()
            .fixed_keys(KEYS)
            .build()
            .expect("a verifier");
    BearerConfig::new(verifier).clock(|| UnixTime(1_800_000_000))
}

pub(crate) fn check(data: &[u8]) {
    let mut parts = data.splitn(2, |byte| *byte == 0);
    let headers = parts.next().unwrap_or_default();
    let query = parts.next().map(String::from_utf8_lossy).unwrap_or_default();
    let Ok(uri) = format!("/?{query}").parse::<actix_web::http::Uri>() else { return };
    let mut request = TestRequest::default().app_data(CONFIG.with(Clone::clone)).uri(&uri.to_string());
    for line in headers.split(|byte| *byte == b'\n') {
        let Ok(value) = HeaderValue::from_bytes(line) else { return };
        request = request.append_header((AUTHORIZATION, value));
    }
    let request = request.to_http_request();
    let bearer = Bearer::from_request(&request, &mut Payload::None).now_or_never();
    let refused = bearer.expect("fixed keys wait for nobody").expect_err("nobody signed this");
    assert!(matches!(refused.status_code().as_u16(), 400 | 401 | 431), "{refused}");
    let _ = refused.error_response();
    let optional = OptionalBearer::from_request(&request, &mut Payload::None).now_or_never();
    assert!(optional.expect("fixed keys wait for nobody").map_or(true, |bearer| bearer.0.is_none()));
}
