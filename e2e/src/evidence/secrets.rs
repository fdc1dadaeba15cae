//! Secrets that were said over HTTP, and the logs that must not have them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use okta_local::{Exchange, RunningOrg};
use regex::Regex;

use super::mask;

/// Names whose values open something, in addresses, forms, JSON, cookies and fields of pages.
const NAMES: &str = "code|code_verifier|access_token|refresh_token|id_token|id_token_hint|token|client_secret|\
                     client_assertion|request_uri|stateToken|sessionToken|recoveryToken|activationToken|password|\
                     presentPassword|newPassword|confirmPassword|oldPassword|passCode|passcode|\
                     credentials\\.passcode|answer|credential|sid|idx";

/// The org's own tokens have 43 characters, its ids 20.
const TOKEN_LENGTH: usize = 40;

/// Each with the name or the scheme in the first group, and the secret in the second.
static SAID: LazyLock<[Regex; 4]> = LazyLock::new(|| {
    [
        format!(r#"(?:[?&;\s#]|^)({NAMES})=([^&\s"'<>;]+)"#),
        format!(r#""({NAMES})"\s*:\s*"([^"]+)""#),
        format!(r#"name="({NAMES})"[^>]*?value="([^"]+)""#),
        r"(?im)^authorization: (bearer|dpop|ssws|basic) (\S+)".to_owned(),
    ]
    .map(|pattern| Regex::new(&pattern).expect("the patterns are well formed"))
});

/// Tokens, proofs and assertions, whoever made them.
static JWT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}").expect("the pattern is well formed")
});

/// The kind of each secret.
#[derive(Default)]
pub struct Secrets(BTreeMap<String, String>);

impl Secrets {
    /// Whatever went between this org and its clients, and what it sent by mail.
    pub fn of(org: &RunningOrg) -> Self {
        let mut secrets = Self::default();
        for Exchange { request, answer, .. } in org.exchanges() {
            secrets.learn(&request);
            secrets.learn(&answer);
        }
        for mail in org.mails() {
            secrets.add("code of a mail", mail.code.as_deref().unwrap_or_default());
            let link = mail.link.unwrap_or_default();
            // What opens something is longer than the ids beside it.
            let parts = link.split(['/', '?', '&', '=']).filter(|part| part.len() >= TOKEN_LENGTH);
            parts.for_each(|part| secrets.add("link of a mail", part));
        }
        for account in org.accounts() {
            secrets.add("password", &account.password);
        }
        secrets.add("API token", org.api_token().expose());
        for client in org.service_clients() {
            secrets.add("client secret", client.client_secret.expose());
        }
        secrets
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn learn(&mut self, text: &str) {
        for found in SAID.iter().flat_map(|pattern| pattern.captures_iter(text)) {
            let (name, secret) = (&found[1], &found[2]);
            self.add(name, secret);
            let decoded = url::form_urlencoded::parse(format!("a={secret}").as_bytes())
                .next()
                .map(|pair| pair.1.into_owned());
            self.add(name, &decoded.unwrap_or_default());
        }
    }

    /// What is short is no secret, or a word that stands anywhere, but for codes.
    fn add(&mut self, kind: &str, secret: &str) {
        if is_code(secret) || secret.len() >= 8 {
            self.0.entry(secret.to_owned()).or_insert_with(|| kind.to_owned());
        }
    }

    /// The lines of a log that hold one, each with its kind, and without it.
    pub fn leaks(&self, log: &str) -> Vec<String> {
        let mut leaks = Vec::new();
        for (secret, kind) in &self.0 {
            if !stands_in(log, secret) {
                continue;
            }
            let lines = log.lines().filter(|line| stands_in(line, secret));
            leaks.extend(lines.map(|line| told(kind, &line.replace(secret, "[…]"))));
        }
        leaks.extend(log.lines().filter(|line| JWT.is_match(line)).map(|line| told("JWT", line)));
        leaks
    }
}

/// Codes for people have six digits.
fn is_code(secret: &str) -> bool {
    secret.len() == 6 && secret.bytes().all(|b| b.is_ascii_digit())
}

fn told(kind: &str, line: &str) -> String {
    format!("{kind}: {}", mask(line))
}

/// Six digits are a part of many numbers: they must stand alone.
fn stands_in(text: &str, secret: &str) -> bool {
    let belongs = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-' || c == '_';
    text.match_indices(secret).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + secret.len()..]);
        !is_code(secret) || !(before.ends_with(belongs) || after.starts_with(belongs))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The form of a token, and nobody's.
    const TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJub2JvZHkifQ.c2lnbmF0dXJl";

    fn learned(text: &str) -> Secrets {
        let mut secrets = Secrets::default();
        secrets.learn(text);
        secrets
    }

    #[track_caller]
    fn check(said: &str, secret: &str, kind: &str) {
        let leaks = learned(said).leaks(&format!("nothing here\nWARN {secret} was refused\nnor here"));
        assert!(leaks.iter().any(|leak| leak.starts_with(&format!("{kind}: WARN"))), "{said}: {leaks:?}");
        assert!(leaks.iter().all(|leak| !leak.contains(secret)), "{leaks:?}");
    }

    #[test]
    fn whatever_was_said_is_found_in_a_log_and_told_without_it() {
        check("GET /callback?code=abc-123_xyz&state=s", "abc-123_xyz", "code");
        check("POST /token\n\ngrant_type=password&password=Grove-2026%21", "Grove-2026!", "password");
        check("200 OK\n\n{\"refresh_token\": \"r3fr3sh-token\"}", "r3fr3sh-token", "refresh_token");
        check(
            "<input name=\"stateToken\" type=\"hidden\" value=\"state-token-1\">",
            "state-token-1",
            "stateToken",
        );
        check("200 OK\nset-cookie: sid=102session; path=/\n", "102session", "sid");
        check("GET /\ncookie: idx=of-a-person; sid=102session\n", "of-a-person", "idx");
        check("GET /\nauthorization: SSWS 00management-token\n", "00management-token", "SSWS");
        check("POST /\n\ncredentials.passcode=314159", "314159", "credentials.passcode");
        check(
            "HTTP 302\nlocation: http://a/cb#access_token=opaque-token&x=y\n",
            "opaque-token",
            "access_token",
        );
        check("nothing", TOKEN, "JWT");
    }

    #[test]
    fn a_number_that_holds_the_digits_of_a_code_is_no_leak() {
        let secrets = learned("POST /\n\npasscode=314159");
        for line in ["10:00:00.314159Z", "x3141592", "id=ab-314159", "1.314159"] {
            assert_eq!(secrets.leaks(line), [""; 0], "{line}");
        }
        assert_eq!(secrets.leaks("code=314159").len(), 1);
    }

    #[test]
    fn what_is_no_secret_is_not_learned() {
        for said in [
            "error=access_denied",
            "code_challenge=abcdefghijk",
            "{\"errorCode\":\"E0000004\"}",
            "token=short",
        ] {
            assert!(learned(said).is_empty(), "{said}");
        }
    }
}
