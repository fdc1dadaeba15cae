//! Keys of an app that the org made for it, each with a certificate (Okta's "application key credentials"). SAML apps
//! of a live org sign with theirs; here nothing is signed with them, so their private parts are not kept.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use okta_types::{UnixTime, base64url};
use rcgen::{CertificateParams, DistinguishedName, DnType};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use time::{Date, OffsetDateTime};

/// For how many years the certificate of a new app's key is good.
pub(crate) const USUAL_YEARS: i32 = 10;

/// The keys that the org makes for an app (Okta's `credentials/keys`).
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct AppKeys {
    /// In the order in which they came. A new app's first one is made when somebody asks for it: that takes a moment.
    pub(crate) all: Vec<AppKey>,
    /// Which one is the app's own, where it is no longer the first.
    pub(crate) active: Option<String>,
}

/// A key and its certificate.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AppKey {
    /// The key's `kid`.
    pub(crate) kid: String,
    /// When it was made.
    pub(crate) created_at: UnixTime,
    /// When the certificate ends.
    pub(crate) expires_at: UnixTime,
    /// The certificate, DER in base64 with padding (RFC 7517 §4.7).
    pub(crate) certificate: String,
    /// The digest of the certificate in base64url (§4.9).
    pub(crate) thumbprint: String,
    /// The modulus in base64url.
    pub(crate) n: String,
    /// The exponent in base64url.
    pub(crate) e: String,
}

/// When a key that an app registered came and last changed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct KeyTimes {
    /// When it was registered.
    pub(crate) created_at: UnixTime,
    /// When it was last activated or deactivated.
    pub(crate) updated_at: UnixTime,
}

/// The name of the key that a new app has.
pub(crate) fn first_kid(client_id: &str) -> String {
    base64url::encode(Sha256::digest(format!("signing {client_id}")))
}

impl AppKeys {
    /// The name of the key that is the app's own.
    pub(crate) fn active_kid(&self, client_id: &str) -> String {
        self.active.clone().unwrap_or_else(|| first_kid(client_id))
    }
}

impl AppKey {
    /// An RSA key of 2048 bits with a certificate of its own making; takes a moment.
    pub(crate) fn generate(kid: String, now: UnixTime, years: i32) -> Self {
        let pair = KeyPair::generate(KeySize::Rsa2048).expect("an RSA key of 2048 bits can be made");
        let (from, to) = validity(now, years);
        let der: Pkcs8V1Der<'_> = pair.as_der().expect("a key that was made can be written");
        let signer = rcgen::KeyPair::try_from(der.as_ref()).expect("an RSA key can sign a certificate");
        let certificate = parameters(from, to).self_signed(&signer).expect("the parameters are in order");
        let public = pair.public_key();
        Self {
            kid,
            created_at: now,
            expires_at: UnixTime(to.unix_timestamp()),
            certificate: BASE64_STANDARD.encode(certificate.der()),
            thumbprint: base64url::encode(Sha256::digest(certificate.der())),
            n: base64url::encode(public.modulus().big_endian_without_leading_zero()),
            e: base64url::encode(public.exponent().big_endian_without_leading_zero()),
        }
    }
}

/// From a time to the same day and hour so many years later.
fn validity(now: UnixTime, years: i32) -> (OffsetDateTime, OffsetDateTime) {
    let from = OffsetDateTime::from_unix_timestamp(now.0).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let year = from.year() + years;
    // A 29th of February has no such day in most years.
    let day = Date::from_calendar_date(year, from.month(), from.day())
        .or_else(|_| Date::from_calendar_date(year, from.month(), 28));
    (from, day.map_or(from, |day| from.replace_date(day)))
}

fn parameters(from: OffsetDateTime, to: OffsetDateTime) -> CertificateParams {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, "okta-local");
    name.push(DnType::OrganizationalUnitName, "SSOProvider");
    let mut parameters = CertificateParams::default();
    (parameters.not_before, parameters.not_after, parameters.distinguished_name) = (from, to, name);
    parameters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_a_leap_day_ends_the_day_before() {
        let leap_day = UnixTime(1_709_164_800);
        assert_eq!(validity(leap_day, 2).1.unix_timestamp(), 1_772_236_800, "2026-02-28");
        assert_eq!(validity(leap_day, 4).1.unix_timestamp(), 1_835_395_200, "2028-02-29");
    }
}
