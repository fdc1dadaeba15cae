use std::fmt;

/// What proofs may be signed with: the six algorithms of Okta's `dpop_signing_alg_values_supported`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProofAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3).
    Rs256,
    /// The same with SHA-384.
    Rs384,
    /// The same with SHA-512.
    Rs512,
    /// ECDSA with P-256 and SHA-256 (RFC 7518 §3.4).
    Es256,
    /// ECDSA with P-384 and SHA-384.
    Es384,
    /// ECDSA with P-521 and SHA-512.
    Es512,
}

impl ProofAlgorithm {
    /// All of them, in the order in which Okta's metadata lists them.
    pub const ALL: [Self; 6] = [Self::Rs256, Self::Rs384, Self::Rs512, Self::Es256, Self::Es384, Self::Es512];

    /// Reads the name to the letter; `None` for every other algorithm, symmetric ones and `none` among them.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == name)
    }

    /// The name in a header (RFC 7518 §3.1).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
        }
    }
}

impl fmt::Display for ProofAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_names_are_known_to_the_letter() {
        let names = ProofAlgorithm::ALL.map(|algorithm| algorithm.to_string());
        assert_eq!(names, ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"]);
        for algorithm in ProofAlgorithm::ALL {
            assert_eq!(ProofAlgorithm::parse(algorithm.as_str()), Some(algorithm));
        }
        for other in ["none", "None", "", "HS256", "PS256", "EdDSA", "ES256K", "es256", "ES256 "] {
            assert_eq!(ProofAlgorithm::parse(other), None, "{other:?}");
        }
    }
}
