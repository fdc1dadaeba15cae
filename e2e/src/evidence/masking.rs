//! Secrets taken out of what is kept, wherever they stand: in addresses, headers, forms, JSON and markup.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

const MASK: &str = "[masked]";

/// Names whose values are nobody's business.
const SECRET: &str = "code|code_verifier|access_token|refresh_token|id_token|id_token_hint|token|client_secret|\
                      stateToken|sessionToken|password|passcode|credentials\\.passcode|sid|idx";

/// In the order in which they are applied: the first group stays, what follows goes.
static PATTERNS: LazyLock<[Regex; 5]> = LazyLock::new(|| {
    [
        // A JWT, and the head of one.
        r"()eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)*".to_owned(),
        r"(?i)(\b(?:bearer|ssws|basic|dpop)\s+)[A-Za-z0-9._~+/=-]{8,}".to_owned(),
        format!(r#"((?:[?&;\s"']|^)(?:{SECRET})=)[^&\s"'<>;]+"#),
        format!(r#"("(?:{SECRET})"\s*:\s*")[^"]+"#),
        format!(r#"(name="(?:{SECRET})"[^>]*?value=")[^"]+"#),
    ]
    .map(|pattern| Regex::new(&pattern).expect("the patterns are well formed"))
});

/// The text without its secrets.
pub(crate) fn mask(text: &str) -> String {
    let masked = PATTERNS.iter().fold(Cow::Borrowed(text), |text, pattern| {
        Cow::Owned(pattern.replace_all(&text, format!("${{1}}{MASK}")).into_owned())
    });
    masked.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, masked: &str) {
        assert_eq!(mask(text), masked);
    }

    #[test]
    fn secrets_go_and_their_names_stay() {
        check("http://a/cb?code=abc&state=s", "http://a/cb?code=[masked]&state=s");
        check("Authorization: Bearer eyJhbGciOi.eyJpc3Mi.c2ln", "Authorization: Bearer [masked]");
        check("authorization: SSWS 00abcdefgh", "authorization: SSWS [masked]");
        check("{\"refresh_token\": \"v1.abc\"}", "{\"refresh_token\": \"[masked]\"}");
        check("<input name=\"stateToken\" value=\"t1\">", "<input name=\"stateToken\" value=\"[masked]\">");
        check("id_token_hint=eyJhbGciOiJSUzI1NiJ9.e30.x", "id_token_hint=[masked]");
        check("sid=102abc; path=/", "sid=[masked]; path=/");
    }

    #[test]
    fn what_is_no_secret_stays() {
        for text in [
            "error=access_denied&error_description=no+code",
            "barcode=12",
            "GET /api/products?page=2",
            "{\"code\":}",
        ] {
            check(text, text);
        }
    }
}
