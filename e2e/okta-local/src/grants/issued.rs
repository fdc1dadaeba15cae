//! What is remembered of each code and token that was issued.

use okta_types::UnixTime;
use serde::{Deserialize, Serialize};

use super::family::{Family, FamilyId};

/// An authorization code, by the fingerprint of its text.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct IssuedCode {
    pub(super) family: FamilyId,
    pub(super) redirect_uri: String,
    /// `None` if a client with credentials of its own did not use PKCE.
    pub(super) challenge: Option<String>,
    pub(super) expires_at: UnixTime,
    pub(super) redeemed: bool,
}

/// A refresh token, by the fingerprint of its text.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct IssuedRefresh {
    pub(super) family: FamilyId,
    pub(super) idle_ends_at: UnixTime,
    pub(super) first_used_at: Option<UnixTime>,
}

impl IssuedRefresh {
    /// Whether no other token took its place.
    pub(super) fn is_unused(&self) -> bool {
        self.first_used_at.is_none()
    }

    pub(super) fn ends_at(&self, family: &Family) -> UnixTime {
        family.refresh_ends_at.map_or(self.idle_ends_at, |end| end.min(self.idle_ends_at))
    }

    /// Whether it has not expired.
    pub(super) fn is_in_time(&self, family: &Family, now: UnixTime) -> bool {
        now < self.ends_at(family)
    }
}

/// An access token, by its `jti`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct AccessRecord {
    pub(super) family: Option<FamilyId>,
    pub(super) revoked: bool,
    pub(super) expires_at: UnixTime,
}
