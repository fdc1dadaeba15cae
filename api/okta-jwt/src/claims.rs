//! From a payload whose signature holds to claims with types, more strictly than serde would. Whether they will do is
//! the policy's business.

use std::sync::atomic::{AtomicBool, Ordering};

use okta_types::{AccessClaims, Audience, Confirmation, Scopes, UnixTime};
use serde_json::{Map, Value};

use crate::error::Refusal;
use crate::form::Form;

/// Every claim of [`AccessClaims`] is checked and goes to its field, and the rest is kept. More strictly than
/// serde would: `null` is not absence (a `uid` of `null` would quietly change whom the token speaks of), and a
/// name is not the empty string. (It is also faster than serde is around the rest, by several microseconds.)
pub(crate) fn read(payload: Map<String, Value>, form: Form) -> Result<AccessClaims, Refusal> {
    let mut claims = Claims(payload);
    let FormClaims { ver, cid, uid, scp } = claims.of_form(form)?;
    Ok(AccessClaims {
        ver,
        jti: claims.required("jti", name)?,
        iss: claims.required("iss", name)?,
        aud: claims.required("aud", audience)?,
        iat: claims.required("iat", not_before)?,
        exp: claims.required("exp", at_latest)?,
        cnf: claims.confirmation()?,
        nbf: claims.optional("nbf", not_before)?,
        acr: claims.optional("acr", name)?,
        cid,
        uid,
        scp,
        auth_time: claims.optional("auth_time", at_latest)?,
        sub: claims.required("sub", name)?,
        groups: claims.if_it_is("groups", list),
        other: claims.0,
    })
}

/// What each form has names of its own for.
struct FormClaims {
    ver: Option<u32>,
    cid: String,
    uid: Option<String>,
    scp: Vec<String>,
}

/// The claims that have not been taken yet.
pub(crate) struct Claims(pub(crate) Map<String, Value>);

impl Claims {
    pub(crate) fn optional<T>(
        &mut self,
        name: &'static str,
        read: fn(Value) -> Option<T>,
    ) -> Result<Option<T>, Refusal> {
        match self.0.remove(name) {
            Some(value) => read(value).map(Some).ok_or(Refusal::ClaimType(name)),
            None => Ok(None),
        }
    }

    /// Claims by the other form's names mean nothing, and are kept with the rest: a `uid` that is not Okta's must not say
    /// whom the token speaks of.
    fn of_form(&mut self, form: Form) -> Result<FormClaims, Refusal> {
        Ok(match form {
            Form::Okta => FormClaims {
                ver: Some(self.required("ver", |ver| u32::try_from(ver.as_u64()?).ok())?),
                cid: self.required("cid", name)?,
                uid: self.optional("uid", name)?,
                scp: self.optional("scp", list)?.unwrap_or_default(),
            },
            Form::Rfc9068 => FormClaims {
                ver: None,
                cid: self.required("client_id", name)?,
                uid: None,
                scp: self.optional("scope", scopes)?.unwrap_or_default(),
            },
        })
    }

    /// A binding that is not understood is one that nobody can show to hold.
    fn confirmation(&mut self) -> Result<Option<Confirmation>, Refusal> {
        let Some(value) = self.0.remove("cnf") else { return Ok(None) };
        // What serde derives would take a list of the values as well.
        let object = Some(value).filter(Value::is_object).ok_or(Refusal::Bound)?;
        serde_json::from_value(object).map(Some).map_err(|_| Refusal::Bound)
    }

    /// For what no rule here depends on: of another type it is nothing, and that is logged once.
    fn if_it_is<T>(&mut self, name: &'static str, read: fn(Value) -> Option<T>) -> Option<T> {
        static TOLD: AtomicBool = AtomicBool::new(false);
        let claim = self.optional(name, read);
        if claim.is_err() && !TOLD.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                claim = name,
                "a claim of access tokens is not a list of strings and counts as absent: mend it at the authorization server"
            );
        }
        claim.ok().flatten()
    }

    pub(crate) fn required<T>(
        &mut self,
        name: &'static str,
        read: fn(Value) -> Option<T>,
    ) -> Result<T, Refusal> {
        self.optional(name, read)?.ok_or(Refusal::ClaimMissing(name))
    }
}

/// No issuer puts a control character into a name; a database may refuse one, and a log break at it.
pub(crate) fn is_name(text: &str) -> bool {
    !text.trim().is_empty() && !text.contains(char::is_control)
}

pub(crate) fn name(value: Value) -> Option<String> {
    text(value).filter(|text| is_name(text))
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

pub(crate) fn audience(value: Value) -> Option<Audience> {
    match value {
        Value::Array(_) => list(value).map(Audience::Many),
        one => name(one).map(Audience::One),
    }
}

/// A `NumericDate` (RFC 7519 §2) after which something ends or ages: a fraction of a second is not granted.
pub(crate) fn at_latest(value: Value) -> Option<UnixTime> {
    whole(&value).or_else(|| UnixTime::floor(value.as_f64()?))
}

/// A `NumericDate` from which on something holds: it must have come in full.
pub(crate) fn not_before(value: Value) -> Option<UnixTime> {
    whole(&value).or_else(|| UnixTime::ceil(value.as_f64()?))
}

fn whole(value: &Value) -> Option<UnixTime> {
    value.as_i64().filter(|seconds| *seconds >= 0).map(UnixTime)
}

/// RFC 9068 §2.2.3: as in an authorization request.
fn scopes(value: Value) -> Option<Vec<String>> {
    text(value).map(|text| Scopes::parse(&text).iter().map(str::to_owned).collect())
}

fn list(value: Value) -> Option<Vec<String>> {
    match value {
        Value::Array(items) => items.into_iter().map(text).collect(),
        _ => None,
    }
}
