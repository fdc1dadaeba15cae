//! What an org is told that posts an ID token to the Initiate login URI (an app's `idp_initiated_login.mode` `OKTA`).
//!
//! Nobody asked for such a token: it answers no `state` and no `nonce` of ours, so it cannot be told from one that
//! somebody slips in. Its body is not even read.

use actix_web::http::Method;
use shared::paths;

/// The page, for people and for whoever runs the org. It needs no style sheet, whose name changes with every build, and
/// no quote or dollar sign that a server's configuration would have to escape stands in it.
pub const POSTED: &str = include_str!("posted.html");

/// Whether a request brings one.
pub(super) fn is_posted(method: &Method, path: &str) -> bool {
    *method == Method::POST && path.trim_end_matches('/') == paths::LOGIN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_can_hold_the_page_in_quotes() {
        assert!(!POSTED.contains(['\'', '$', '`', '{', '}', '\\']));
    }
}
