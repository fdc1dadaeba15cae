//! `WWW-Authenticate` challenges: written by the API, read by the browser (RFC 9110 §11.6.1).

use std::fmt;

use crate::decimal::read_decimal;
use crate::scheme::AuthScheme;

/// The error codes of RFC 6750 §3.1, RFC 9470 §3 and RFC 9449 §7.1, §9.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BearerError {
    /// 400: malformed, or a token sent in two ways.
    InvalidRequest,
    /// 401: expired, revoked, malformed or otherwise bad.
    InvalidToken,
    /// 403: a scope is missing.
    InsufficientScope,
    /// 401: the person must sign in anew or with another factor (RFC 9470).
    InsufficientUserAuthentication,
    /// 401: the proof is missing or bad, and the token is not to blame (RFC 9449 §7.1).
    InvalidDpopProof,
    /// 401: the proof must hold the nonce of the header `DPoP-Nonce` (RFC 9449 §9).
    UseDpopNonce,
}

impl BearerError {
    /// The code on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
            Self::InsufficientUserAuthentication => "insufficient_user_authentication",
            Self::InvalidDpopProof => "invalid_dpop_proof",
            Self::UseDpopNonce => "use_dpop_nonce",
        }
    }

    /// Reads a code; Okta's own APIs call that of RFC 9470 `insufficient_authentication_context`.
    pub fn parse(code: &str) -> Option<Self> {
        Some(match code {
            "invalid_request" => Self::InvalidRequest,
            "invalid_token" => Self::InvalidToken,
            "insufficient_scope" => Self::InsufficientScope,
            "insufficient_user_authentication" | "insufficient_authentication_context" => {
                Self::InsufficientUserAuthentication
            }
            "invalid_dpop_proof" => Self::InvalidDpopProof,
            "use_dpop_nonce" => Self::UseDpopNonce,
            _ => return None,
        })
    }

    /// The HTTP status that goes with it.
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidRequest => 400,
            Self::InvalidToken
            | Self::InsufficientUserAuthentication
            | Self::InvalidDpopProof
            | Self::UseDpopNonce => 401,
            Self::InsufficientScope => 403,
        }
    }
}

/// One challenge. A request without credentials gets one without `error` (RFC 6750 §3.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Challenge {
    /// The scheme asked for.
    pub scheme: AuthScheme,
    /// The protection space.
    pub realm: Option<String>,
    /// What was wrong.
    pub error: Option<BearerError>,
    /// A sentence from a fixed set.
    pub error_description: Option<String>,
    /// Scopes that would do, space-delimited.
    pub scope: Option<String>,
    /// Authentication contexts that would do, space-delimited (RFC 9470 §3).
    pub acr_values: Option<String>,
    /// Seconds since the last sign-in that would do (RFC 9470 §3).
    pub max_age: Option<u64>,
    /// What proofs may be signed with, space-delimited (RFC 9449 §7.1); of scheme DPoP only.
    pub algs: Option<String>,
}

impl Challenge {
    /// Finds the Bearer challenge in a header value; other schemes are passed over.
    pub fn parse(header: &str) -> Option<Self> {
        Self::find(header, AuthScheme::Bearer)
    }

    /// Finds the challenge of a scheme in a header value, or in several with commas between them.
    pub fn find(header: &str, wanted: AuthScheme) -> Option<Self> {
        let mut found = None;
        for item in split_outside_quotes(header) {
            let (scheme, parameter) = match item.split_once(' ') {
                Some((scheme, rest)) if !scheme.contains('=') => (Some(scheme), rest.trim_ascii()),
                _ if !item.contains('=') => (Some(item), ""),
                _ => (None, item),
            };
            match (scheme.map(AuthScheme::parse), &mut found) {
                (Some(_), Some(_)) => break,
                (Some(scheme), None) if scheme == Some(wanted) => {
                    found = Some(Self { scheme: wanted, ..Self::default() });
                }
                (_, None) => continue,
                (None, Some(_)) => {}
            }
            if let (Some(challenge), Some((name, value))) = (&mut found, parameter.split_once('=')) {
                challenge.set(name.trim_ascii(), unquote(value.trim_ascii()));
            }
        }
        found
    }

    fn set(&mut self, name: &str, value: String) {
        match name.to_ascii_lowercase().as_str() {
            "realm" => self.realm = Some(value),
            "error" => self.error = BearerError::parse(&value),
            "error_description" => self.error_description = Some(value),
            "scope" => self.scope = Some(value),
            "acr_values" => self.acr_values = Some(value),
            "max_age" => self.max_age = read_decimal(&value),
            "algs" => self.algs = Some(value),
            _ => {}
        }
    }
}

impl fmt::Display for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = self.error.map(|e| e.as_str().to_owned());
        let max_age = self.max_age.map(|seconds| seconds.to_string());
        let parameters = [
            ("realm", &self.realm),
            ("algs", &self.algs),
            ("error", &error),
            ("error_description", &self.error_description),
            ("scope", &self.scope),
            ("acr_values", &self.acr_values),
            ("max_age", &max_age),
        ];
        write!(f, "{}", self.scheme)?;
        let mut separator = " ";
        for (name, value) in parameters {
            if let Some(value) = value {
                write!(f, "{separator}{name}=\"{}\"", escape(value))?;
                separator = ", ";
            }
        }
        Ok(())
    }
}

/// A quoted-string holds printable ASCII; anything else becomes `?` (RFC 6750 §3 allows no more).
fn escape(value: &str) -> String {
    value
        .chars()
        .map(|c| match c {
            '"' | '\\' => '\'',
            ' '..='~' => c,
            _ => '?',
        })
        .collect()
}

fn unquote(value: &str) -> String {
    match value.strip_prefix('"').and_then(|v| v.strip_suffix('"')) {
        Some(inner) => {
            let mut escaped = false;
            let plain = |c: &char| {
                escaped = *c == '\\' && !escaped;
                !escaped
            };
            inner.chars().filter(plain).collect()
        }
        None => value.to_owned(),
    }
}

fn split_outside_quotes(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (i, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ',' if !quoted => {
                parts.push(text.get(start..i).unwrap_or_default().trim_ascii());
                start = i + 1;
            }
            _ => {}
        }
    }
    parts.push(text.get(start..).unwrap_or_default().trim_ascii());
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let challenge = Challenge {
            realm: Some("grove".into()),
            error: Some(BearerError::InsufficientUserAuthentication),
            error_description: Some("Sign in again, please".into()),
            acr_values: Some("urn:okta:loa:2fa:any".into()),
            max_age: Some(900),
            ..Challenge::default()
        };
        let text = challenge.to_string();
        assert_eq!(
            text,
            "Bearer realm=\"grove\", error=\"insufficient_user_authentication\", \
             error_description=\"Sign in again, please\", acr_values=\"urn:okta:loa:2fa:any\", max_age=\"900\""
        );
        assert_eq!(Challenge::parse(&text), Some(challenge));
    }

    #[test]
    fn every_error_has_its_code_and_its_status() {
        for (error, code, status) in [
            (BearerError::InvalidRequest, "invalid_request", 400),
            (BearerError::InvalidToken, "invalid_token", 401),
            (BearerError::InsufficientScope, "insufficient_scope", 403),
            (BearerError::InsufficientUserAuthentication, "insufficient_user_authentication", 401),
            (BearerError::InvalidDpopProof, "invalid_dpop_proof", 401),
            (BearerError::UseDpopNonce, "use_dpop_nonce", 401),
        ] {
            assert_eq!((error.as_str(), error.status()), (code, status));
            assert_eq!(BearerError::parse(code), Some(error));
        }
        assert_eq!(BearerError::parse("Invalid_token"), None);
    }

    #[test]
    fn quotes_and_what_is_escaped_in_them_are_read() {
        let header = r#"Bearer realm="a\\", scope="b c", error_description="say \"x, y\", or \\""#;
        let challenge = Challenge::parse(header).unwrap();
        assert_eq!(challenge.realm.as_deref(), Some(r"a\"));
        assert_eq!(challenge.scope.as_deref(), Some("b c"));
        assert_eq!(challenge.error_description.as_deref(), Some(r#"say "x, y", or \"#));
        // Outside quotes it is a character like others.
        let challenge = Challenge::parse(r#"Bearer x=\"a, scope=b", realm=c"#).unwrap();
        assert_eq!((challenge.scope, challenge.realm.as_deref()), (None, Some("c")));
    }

    #[test]
    fn oktas_own_challenge_is_understood() {
        let challenge = Challenge::parse(
            "Bearer realm=\"IdpMyAccountAPI\", error=\"insufficient_authentication_context\", \
             error_description=\"More, please\", max_age=900, acr_values=\"urn:okta:loa:2fa:any:ifpossible\"",
        )
        .unwrap();
        assert_eq!(challenge.error, Some(BearerError::InsufficientUserAuthentication));
        assert_eq!(challenge.max_age, Some(900));
    }

    #[test]
    fn other_schemes_are_passed_over() {
        let header = "Basic realm=\"x, Bearer error=no\", bearer error=\"invalid_token\", Digest realm=\"y\"";
        let challenge = Challenge::parse(header).unwrap();
        assert_eq!((challenge.error, challenge.realm), (Some(BearerError::InvalidToken), None));
        assert_eq!(Challenge::parse("Bearer"), Some(Challenge::default()));
        assert_eq!(Challenge::parse("Basic"), None);
    }

    #[test]
    fn of_two_schemes_that_are_spoken_each_is_found() {
        let dpop = Challenge {
            scheme: AuthScheme::DPoP,
            algs: Some("RS256 ES256".into()),
            error: Some(BearerError::UseDpopNonce),
            ..Challenge::default()
        };
        assert_eq!(dpop.to_string(), "DPoP algs=\"RS256 ES256\", error=\"use_dpop_nonce\"");
        for header in
            [format!("Bearer, {dpop}"), format!("{dpop}, Bearer"), format!("Basic, {dpop},bearer,Digest")]
        {
            assert_eq!(Challenge::find(&header, AuthScheme::DPoP).as_ref(), Some(&dpop), "{header}");
            assert_eq!(Challenge::parse(&header), Some(Challenge::default()), "{header}");
        }
        assert_eq!(Challenge::find("Bearer error=\"invalid_token\"", AuthScheme::DPoP), None);
    }

    #[test]
    fn a_description_cannot_break_out_of_its_quotes() {
        let challenge = Challenge {
            error_description: Some("a\", scope=\"x\r\nSet-Cookie: y".into()),
            ..Challenge::default()
        };
        assert_eq!(challenge.to_string(), "Bearer error_description=\"a', scope='x??Set-Cookie: y\"");
    }
}
