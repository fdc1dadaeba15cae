//! Authentication context classes: what `acr_values` can ask for (okta 4.2, RFC 9470).

use crate::catalogue::{Code, Refusal};

/// What has to be proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Assurance {
    /// One factor, the password (`urn:okta:loa:1fa:pwd`).
    Password,
    /// A second factor too, where the person has one.
    SecondFactorIfPossible,
    /// A second factor too.
    SecondFactor,
}

const KNOWN: [(&str, Option<Assurance>); 6] = [
    ("urn:okta:loa:1fa:any", Some(Assurance::Password)),
    ("urn:okta:loa:1fa:pwd", Some(Assurance::Password)),
    ("urn:okta:loa:2fa:any", Some(Assurance::SecondFactor)),
    ("urn:okta:loa:2fa:any:ifpossible", Some(Assurance::SecondFactorIfPossible)),
    // Phishing-resistant factors, which this org does not have.
    ("phr", None),
    ("phrh", None),
];

/// The first of the classes asked for that this org can reach, and what it takes. Unknown ones are passed
/// over; where none is left there is no `acr`.
///
/// # Errors
/// All classes that are known are out of reach.
pub(crate) fn choose(acr_values: &str) -> Result<(Option<String>, Assurance), Refusal> {
    let asked = || acr_values.split(' ').filter_map(|acr| KNOWN.into_iter().find(|(known, _)| *known == acr));
    if let Some((acr, assurance)) = asked().find_map(|(acr, assurance)| Some((acr, assurance?))) {
        return Ok((Some(acr.to_owned()), assurance));
    }
    match asked().next() {
        Some(_) => Err(Code::UnmetAuthenticationRequirements.into()),
        None => Ok((None, Assurance::Password)),
    }
}
