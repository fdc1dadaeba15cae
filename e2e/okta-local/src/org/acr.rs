//! Authentication context classes: what `acr_values` can ask for (okta 4.2, RFC 9470).

use crate::catalogue::{Code, Refusal};

/// What has to be proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Assurance {
    /// One factor.
    AnyFactor,
    /// One factor, the password.
    Password,
    /// A second factor too, where the person has one.
    SecondFactorIfPossible,
    /// A second factor too.
    SecondFactor,
    /// A factor that verifies the org's origin: a passkey.
    PhishingResistant,
}

const KNOWN: [(&str, Option<Assurance>); 6] = [
    ("urn:okta:loa:1fa:any", Some(Assurance::AnyFactor)),
    ("urn:okta:loa:1fa:pwd", Some(Assurance::Password)),
    ("urn:okta:loa:2fa:any", Some(Assurance::SecondFactor)),
    ("urn:okta:loa:2fa:any:ifpossible", Some(Assurance::SecondFactorIfPossible)),
    ("phr", Some(Assurance::PhishingResistant)),
    // Keys in hardware that the org knows of, which only Okta Verify has (Okta's guide "Step-up authentication").
    ("phrh", None),
];

/// The first of the classes asked for that this org can reach, with passkeys or without, and what it takes. Unknown ones are passed
/// over; where none is left there is no `acr`.
///
/// # Errors
/// All classes that are known are out of reach.
pub(crate) fn choose(acr_values: &str, passkeys: bool) -> Result<(Option<String>, Assurance), Refusal> {
    let is_reached = |assurance: &Assurance| passkeys || *assurance != Assurance::PhishingResistant;
    let asked = || acr_values.split(' ').filter_map(|acr| KNOWN.into_iter().find(|(known, _)| *known == acr));
    if let Some((acr, assurance)) =
        asked().find_map(|(acr, assurance)| Some((acr, assurance.filter(is_reached)?)))
    {
        return Ok((Some(acr.to_owned()), assurance));
    }
    match asked().next() {
        Some(_) => Err(Code::UnmetAuthenticationRequirements.into()),
        None => Ok((None, Assurance::AnyFactor)),
    }
}
