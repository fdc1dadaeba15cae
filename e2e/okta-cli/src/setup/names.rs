//! Names by which the resources refer to each other.

pub(super) const SPA: &str = "spa";
pub(super) const SERVICE: &str = "service";
pub(super) const SERVER: &str = "server";
pub(super) const POLICY: &str = "policy";
/// Begins the names of trusted origins.
pub(super) const ORIGIN: &str = "origin ";
/// The claims by name, and the kind of token that each is for.
pub(super) const CLAIMS: [(&str, &str); 2] =
    [("groups in access tokens", "RESOURCE"), ("groups in ID tokens", "IDENTITY")];

/// What a trusted origin is called that this command makes.
pub(super) fn origin_name(label: &str, origin: &str) -> String {
    format!("{label} {origin}")
}
