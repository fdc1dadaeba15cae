//! Reads the token off a request (RFC 6750 §2.1, RFC 9449 §7.1), and off its `Authorization` header only.
//!
//! A token in a form body (§2.2) is never looked at. One in the query (§2.3, which RFC 9700 §4.3.2 forbids)
//! is refused even beside a good header: it has leaked into every log on the way. Whether a token is any
//! good is not decided here.

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;
use okta_types::{AuthScheme, parse_query};

use crate::rejection::MalformedRequest;

/// What the request shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Credentials<'a> {
    /// Nothing.
    Absent,
    /// Something, but of a scheme that is not spoken here.
    OtherScheme,
    /// What stands in the token's place, be it nothing. Whether it is a `b64token` is asked when it is refused:
    /// what passes for a token is one.
    Bearer(&'a [u8]),
    /// The same of the scheme that comes with a proof.
    DPoP(&'a [u8]),
}

/// Reads them strictly.
pub(crate) fn read(request: &HttpRequest) -> Result<Credentials<'_>, MalformedRequest> {
    if parse_query(request.query_string()).iter().any(|(name, _)| name == "access_token") {
        return Err(MalformedRequest::TokenInQuery);
    }
    let mut headers = request.headers().get_all(AUTHORIZATION);
    match (headers.next(), headers.next()) {
        (None, _) => Ok(Credentials::Absent),
        (Some(value), None) => parse(value.as_bytes()),
        (Some(_), Some(_)) => Err(MalformedRequest::SeveralHeaders),
    }
}

/// `credentials = scheme SP b64token`, exactly one SP.
fn parse(value: &[u8]) -> Result<Credentials<'_>, MalformedRequest> {
    let end = value.iter().position(|byte| *byte == b' ').unwrap_or(value.len());
    let (scheme, token) = (&value[..end], value.get(end + 1..).unwrap_or_default());
    let scheme = std::str::from_utf8(scheme).map_err(|_| MalformedRequest::Syntax)?;
    match AuthScheme::parse(scheme) {
        Some(AuthScheme::Bearer) => Ok(Credentials::Bearer(token)),
        Some(AuthScheme::DPoP) => Ok(Credentials::DPoP(token)),
        None if is_scheme(scheme) => Ok(Credentials::OtherScheme),
        _ => Err(MalformedRequest::Syntax),
    }
}

/// Whether it is the token that is wrong, where one was refused for its form, and not the header line: a
/// `b64token`, or JSON.
pub(crate) fn is_meant_for_token(token: &[u8]) -> bool {
    is_b64token(token) || (std::str::from_utf8(token).is_ok() && holds_json(token))
}

/// `1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="` (RFC 6750 §2.1).
fn is_b64token(bytes: &[u8]) -> bool {
    let padding = bytes.iter().rev().take_while(|byte| **byte == b'=').count();
    let body = &bytes[..bytes.len() - padding];
    !body.is_empty() && body.iter().all(|b| b.is_ascii_alphanumeric() || b"-._~+/".contains(b))
}

/// Whether there is JSON where base64url should be. Such a text was meant for a token: it is a bad one, and not a header
/// line that cannot be read.
fn holds_json(token: &[u8]) -> bool {
    token.split(|byte| *byte == b'.').any(|part| part.first() == Some(&b'{'))
}

/// `auth-scheme = token` (RFC 9110 §5.6.2).
fn is_scheme(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn json_in_any_part_of_a_token_is_seen() {
        for token in ["{}.e30.YQ", "e30.{\"a\": 1}.YQ", "{\"payload\":\"e30\"}"] {
            assert!(holds_json(token.as_bytes()), "{token}");
        }
        for other in ["", "..", "e30.e30.YQ", "\"a\"", "a{}.b", "token={}"] {
            assert!(!holds_json(other.as_bytes()), "{other}");
        }
    }

    /// As the extractors read it in the end.
    fn read_whole(request: &HttpRequest) -> Result<Credentials<'_>, MalformedRequest> {
        match read(request)? {
            Credentials::Bearer(token) if !is_b64token(token) => Err(MalformedRequest::Syntax),
            credentials => Ok(credentials),
        }
    }

    #[track_caller]
    fn check(uri: &str, headers: &[&[u8]], expected: Result<Credentials<'_>, MalformedRequest>) {
        let mut request = TestRequest::with_uri(uri);
        for value in headers {
            let value = actix_web::http::header::HeaderValue::from_bytes(value).unwrap();
            request = request.append_header((AUTHORIZATION, value));
        }
        assert!(read_whole(&request.to_http_request()) == expected, "{uri} {headers:?}");
    }

    #[test]
    fn the_scheme_ignores_case_and_the_token_does_not() {
        for header in [&b"Bearer aB.c-_~+/=="[..], b"bearer aB.c-_~+/==", b"BEARER aB.c-_~+/=="] {
            check("/", &[header], Ok(Credentials::Bearer(b"aB.c-_~+/==")));
        }
    }

    #[test]
    fn what_is_not_ours_is_told_from_nothing_at_all() {
        check("/", &[], Ok(Credentials::Absent));
        for header in [&b"Basic YTpi"[..], b"Basic \xff", b"Bearerx a", b"DPoPx a.b.c", b"Negotiate"] {
            check("/", &[header], Ok(Credentials::OtherScheme));
        }
    }

    #[test]
    fn a_token_with_a_proof_has_a_scheme_of_its_own() {
        for header in [&b"DPoP a.b.c"[..], b"dpop a.b.c", b"DPOP a.b.c"] {
            check("/", &[header], Ok(Credentials::DPoP(b"a.b.c")));
        }
        check("/", &[b"DPoP a", b"Bearer a"], Err(MalformedRequest::SeveralHeaders));
    }

    #[test]
    fn a_malformed_header_is_refused() {
        let malformed: [&[u8]; 13] = [
            b"",
            b"Bearer",
            b"Bearer ",
            b"Bearer  a",
            b"Bearer a b",
            b"Bearer a,Bearer b",
            b"Bearer \"a\"",
            b"Bearer a=b",
            b"Bearer ==",
            b"Bearer\ta",
            b"Bearer: a",
            b"Bearer \xc3\xa4",
            b"Bearer \xff",
        ];
        for header in malformed {
            check("/", &[header], Err(MalformedRequest::Syntax));
        }
    }

    #[test]
    fn there_is_one_header_at_most() {
        check("/", &[b"Bearer a", b"Bearer a"], Err(MalformedRequest::SeveralHeaders));
        check("/", &[b"Basic YTpi", b"Bearer a"], Err(MalformedRequest::SeveralHeaders));
    }

    #[test]
    fn a_token_in_the_query_is_refused() {
        for uri in ["/?access_token=a", "/?x=1&access%5Ftoken=a", "/?access_token"] {
            check(uri, &[], Err(MalformedRequest::TokenInQuery));
            check(uri, &[b"Bearer a"], Err(MalformedRequest::TokenInQuery));
        }
        check("/access_token?token=access_token", &[], Ok(Credentials::Absent));
    }
}
