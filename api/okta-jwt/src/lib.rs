//! Verifies Okta access tokens against the org's JSON Web Key Set
