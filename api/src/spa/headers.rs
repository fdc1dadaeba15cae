//! The strict headers every answer of the SPA server carries.
//!
//! One deviation from the strictest set: `form-action` allows the page itself and the org, because
//! RP-initiated sign-out is a form that posts to the org, and Chromium applies the directive to the
//! redirects that follow as well (back to the SPA).

use actix_web::http::header::{
    CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest as _, Sha256};

use super::SpaError;
use super::script_tags::script_tags;

/// Whom the page may talk to, and how it is served.
#[derive(Clone, Debug)]
pub(crate) struct Surroundings {
    /// Scheme, host and port of the issuer.
    pub(crate) org_origin: String,
    /// Scheme, host and port of the API.
    pub(crate) api_origin: String,
    /// Whether the page may ask the org in a hidden frame.
    pub(crate) frames_org: bool,
    /// Whether shoppers reach the page by `https`. `upgrade-insecure-requests` and HSTS would break a
    /// page on loopback `http`.
    pub(crate) https: bool,
}

/// All headers but those of caching and content.
///
/// # Errors
/// Where an origin cannot stand in a header.
pub(crate) fn security_headers(html: &str, around: &Surroundings) -> Result<HeaderMap, SpaError> {
    let mut headers = HeaderMap::new();
    let csp = content_security_policy(html, around);
    let csp = HeaderValue::from_str(&csp).map_err(|_| SpaError::Header(csp))?;
    headers.insert(CONTENT_SECURITY_POLICY, csp);
    for (name, value) in [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        // `require-corp` would forbid the request by which a page tells an org that does not trust its origin from one
        // that is not there.
        (HeaderName::from_static("cross-origin-embedder-policy"), "credentialless"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if around.frames_org {
        // Else the org's page would have to have it too, which Okta's has not.
        headers.remove("cross-origin-embedder-policy");
    }
    if around.https {
        // For this host alone: what else its domain has, and whether browsers are to know it beforehand, is not ours to say.
        let two_years = HeaderValue::from_static("max-age=63072000");
        headers.insert(STRICT_TRANSPORT_SECURITY, two_years);
    }
    Ok(headers)
}

/// What no page may name a script's address by.
const NO_TYPES: &str = "trusted-types 'none'";

/// The policy of a page that registers the service worker, which has no other way to name its address: its own script takes
/// the one policy of Trusted Types that there may be, and that makes nothing else.
pub(crate) fn policy_with_worker(headers: &HeaderMap) -> Option<HeaderValue> {
    let policy = headers.get(CONTENT_SECURITY_POLICY)?.to_str().ok()?;
    HeaderValue::from_str(&policy.replace(NO_TYPES, "trusted-types grove")).ok()
}

fn content_security_policy(html: &str, around: &Surroundings) -> String {
    let Surroundings { org_origin, api_origin, frames_org, https } = around;
    let framed = if *frames_org { org_origin.as_str() } else { "'none'" };
    let hashes: String = inline_script_hashes(html).iter().map(|hash| format!(" '{hash}'")).collect();
    let mut policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{hashes}; style-src 'self'; img-src 'self'; \
         font-src 'self'; connect-src 'self' {org_origin} {api_origin}; manifest-src 'self'; \
         worker-src 'self'; frame-src {framed}; object-src 'none'; base-uri 'none'; \
         form-action 'self' {org_origin}; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; {NO_TYPES}"
    );
    if *https {
        policy.push_str("; upgrade-insecure-requests");
    }
    policy
}

/// `sha256-…` of every script that the page itself holds (CSP 3, 2.3.1), Trunk's bootstrap among them.
fn inline_script_hashes(html: &str) -> Vec<String> {
    let hash = |code: &str| format!("sha256-{}", BASE64.encode(Sha256::digest(code)));
    script_tags(html)
        .into_iter()
        .filter(super::script_tags::ScriptTag::is_inline_code)
        .map(|tag| hash(&html[tag.content]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(html: &str, https: bool) -> HeaderMap {
        let around = Surroundings {
            org_origin: "http://localhost:9000".to_owned(),
            api_origin: "http://localhost:8000".to_owned(),
            frames_org: false,
            https,
        };
        security_headers(html, &around).unwrap()
    }

    /// The browser refuses a frame without the one or with the other.
    #[test]
    fn only_where_it_is_configured_may_the_org_be_framed() {
        let around = |frames_org| Surroundings {
            org_origin: "https://login.shop.example".to_owned(),
            api_origin: "https://shop.example".to_owned(),
            frames_org,
            https: true,
        };
        for (frames_org, source, has_embedder_policy) in
            [(false, "'none'", true), (true, "https://login.shop.example", false)]
        {
            let headers = security_headers("", &around(frames_org)).unwrap();
            assert_eq!(directive(&headers, "frame-src").as_deref(), Some(source));
            assert_eq!(headers.contains_key("cross-origin-embedder-policy"), has_embedder_policy);
            assert_eq!(directive(&headers, "frame-ancestors").as_deref(), Some("'none'"));
        }
    }

    fn directive(headers: &HeaderMap, name: &str) -> Option<String> {
        let policy = headers.get(CONTENT_SECURITY_POLICY)?.to_str().ok()?;
        policy.split("; ").find_map(|directive| {
            let (found, value) = directive.split_once(' ').unwrap_or((directive, ""));
            (found == name).then(|| value.to_owned())
        })
    }

    #[test]
    fn inline_code_is_allowed_by_its_hash_and_data_needs_none() {
        // The hash is `printf 'alert(1)' | openssl dgst -sha256 -binary | base64`.
        let html = "<script type=application/json>{}</script><script>alert(1)</script>";
        assert_eq!(
            directive(&headers(html, false), "script-src").unwrap(),
            "'self' 'wasm-unsafe-eval' 'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"
        );
    }

    #[test]
    fn the_page_talks_to_itself_the_org_and_the_api_only() {
        let headers = headers("", false);
        assert_eq!(
            directive(&headers, "connect-src").unwrap(),
            "'self' http://localhost:9000 http://localhost:8000"
        );
        assert_eq!(directive(&headers, "form-action").unwrap(), "'self' http://localhost:9000");
        for (name, value) in [
            ("default-src", "'none'"),
            ("base-uri", "'none'"),
            ("object-src", "'none'"),
            ("frame-ancestors", "'none'"),
            ("trusted-types", "'none'"),
            ("require-trusted-types-for", "'script'"),
        ] {
            assert_eq!(directive(&headers, name).as_deref(), Some(value), "{name}");
        }
    }

    #[test]
    fn a_page_with_the_worker_may_make_one_policy_of_trusted_types_and_is_else_the_same() {
        let headers = headers("", true);
        let with_worker = policy_with_worker(&headers).unwrap();
        let without = headers.get(CONTENT_SECURITY_POLICY).unwrap();
        let [with_worker, without] = [&with_worker, without].map(|policy| policy.to_str().unwrap());
        assert!(with_worker.contains("; trusted-types grove;"), "{with_worker}");
        assert!(without.contains("; trusted-types 'none';"), "{without}");
        assert_eq!(with_worker.replace("grove", "'none'"), without);
    }

    #[test]
    fn only_a_page_served_by_https_insists_on_it() {
        let (plain, secure) = (headers("", false), headers("", true));
        assert_eq!(directive(&plain, "upgrade-insecure-requests"), None);
        assert!(!plain.contains_key(STRICT_TRANSPORT_SECURITY));
        assert_eq!(directive(&secure, "upgrade-insecure-requests").as_deref(), Some(""));
        assert_eq!(secure.get(STRICT_TRANSPORT_SECURITY).unwrap(), "max-age=63072000");
    }

    #[test]
    fn an_origin_that_cannot_stand_in_a_header_is_refused() {
        let around = Surroundings {
            org_origin: "a\nb".to_owned(),
            api_origin: String::new(),
            frames_org: false,
            https: false,
        };
        assert!(matches!(security_headers("", &around), Err(SpaError::Header(_))));
    }
}
