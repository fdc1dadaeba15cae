//! What is to be revoked (RFC 7009 §2.1).

use crate::protocol::sensitive::Sensitive;

/// The `token_type_hint` of refresh tokens.
pub(crate) const REFRESH: &str = "refresh_token";
/// The `token_type_hint` of access tokens.
pub(crate) const ACCESS: &str = "access_token";

/// A token to revoke, with its `token_type_hint`.
pub(crate) type TokenToRevoke = (Sensitive, &'static str);
