//! Addresses in their normal form, for any address (RFC 3986 §6.2.2, §6.2.3).

use okta_types::{HttpUrl, Htu};
use proptest::prelude::*;

fn normal(text: &str) -> String {
    Htu::of_proof(text).unwrap_or_else(|error| panic!("{text}: {error}")).to_string()
}

/// A segment of unreserved characters that is no dot segment.
fn segment() -> impl Strategy<Value = String> {
    "[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,8}"
}

fn path() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(segment(), 0..5)
}

fn url(path: &[String]) -> String {
    format!("https://api.example.com/{}", path.join("/"))
}

proptest! {
    #[test]
    fn plain_addresses_are_their_own_normal_form_and_differ_where_they_differ(one in path(), other in path()) {
        prop_assert_eq!(normal(&url(&one)), url(&one));
        prop_assert_eq!(normal(&url(&one)) == normal(&url(&other)), one == other);
    }

    #[test]
    fn escaping_what_needs_no_escape_changes_nothing(path in path(), chosen in any::<u64>(), lower in any::<bool>()) {
        let plain = url(&path);
        let origin = "https://api.example.com/".len();
        let escape = |(i, c): (usize, char)| match (i >= origin && c != '/' && chosen >> (i % 64) & 1 == 1, lower) {
            (false, _) => c.to_string(),
            (true, true) => format!("%{:02x}", u32::from(c)),
            (true, false) => format!("%{:02X}", u32::from(c)),
        };
        let escaped: String = plain.char_indices().map(escape).collect();
        prop_assert_eq!(normal(&escaped), plain);
    }

    #[test]
    fn dot_segments_change_nothing(path in path(), at in 0usize..5, detour in segment(), escaped in any::<bool>()) {
        let at = at.min(path.len());
        let dots = if escaped { "%2e%2E" } else { ".." };
        let with = |inserted: &[&str]| {
            let (before, after) = path.split_at(at);
            let inserted = inserted.iter().map(|segment| (*segment).to_owned());
            before.iter().cloned().chain(inserted).chain(after.iter().cloned()).collect::<Vec<_>>()
        };
        let slash = if at == path.len() && !path.is_empty() { "/" } else { "" };
        for detour in [with(&["."]), with(&[&detour, dots])] {
            prop_assert_eq!(normal(&url(&detour)), url(&path) + slash);
        }
    }

    #[test]
    fn case_of_scheme_and_host_and_the_default_port_change_nothing(path in path(), chosen in any::<u32>()) {
        let plain = url(&path);
        let shout = |(i, c): (usize, char)| if chosen >> i & 1 == 1 { c.to_ascii_uppercase() } else { c };
        let origin: String = "https://api.example.com".char_indices().map(shout).collect();
        let rest = &plain["https://api.example.com".len()..];
        prop_assert_eq!(normal(&format!("{origin}:443{rest}")), plain.clone());
        prop_assert_eq!(normal(&format!("{origin}{rest}")), plain);
    }

    #[test]
    fn a_normal_form_is_its_own_and_holds_no_dot_segment_query_or_fragment(text in "(?s).{0,40}", below in any::<bool>()) {
        let text = if below { format!("http://a/{text}") } else { text };
        if let Ok(htu) = Htu::of_proof(&text) {
            prop_assert_eq!(normal(htu.as_str()), htu.as_str());
            prop_assert!(!htu.as_str().contains(['?', '#', ' ', '\\']));
            prop_assert!(htu.as_str().split('/').all(|segment| segment != "." && segment != ".."));
        }
    }

    #[test]
    fn query_and_fragment_of_a_request_do_not_count(path in path(), rest in "[?#][ -~&&[^\\\\ ]]{0,10}") {
        let request = HttpUrl::parse(&(url(&path) + &rest)).unwrap();
        prop_assert_eq!(Htu::of_request(&request).unwrap().to_string(), url(&path));
        prop_assert!(Htu::of_proof(&(url(&path) + &rest)).is_err());
    }
}
