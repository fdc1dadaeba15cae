//! Who did what that somebody may have to answer for: lines of the log with the target `audit`, so that whoever runs the
//! shop can keep them elsewhere and for longer (`RUST_LOG=audit=info` writes nothing else).
//!
//! People are named by the id that the org gave them; of tokens there is the reason of their refusal and nothing more.

use okta_actix::{Reason, Rejection, Subject};
use shared::{OrderStatus, ProductId};

/// Staff shipped or cancelled an order.
pub(crate) fn order_moved(by: &Subject, order: &str, to: OrderStatus) {
    let action = match to {
        OrderStatus::Shipped => "order_shipped",
        OrderStatus::Cancelled => "order_cancelled",
        OrderStatus::Placed => return,
    };
    tracing::info!(target: "audit", action, subject = by.id(), order, "staff moved an order on");
}

/// Staff took a delivery in.
pub(crate) fn restocked(by: &Subject, product: &ProductId, pieces: u32) {
    let (subject, product) = (by.id(), product.as_str());
    tracing::info!(target: "audit", action = "restocked", subject, product, pieces, "staff took a delivery in");
}

/// A token was not enough. Not for who showed none, who was asked for a nonce, and where the issuer was away.
pub(crate) fn refused(rejection: &Rejection, subject: Option<&str>, method: &str, route: Option<&str>) {
    let action = match rejection.reason() {
        Reason::Missing | Reason::Unavailable { .. } | Reason::NotConfigured => return,
        Reason::InvalidProof(refusal) if refusal.asks_for_nonce() => return,
        Reason::InsufficientAuthentication(_) => "step_up_demanded",
        Reason::InsufficientScope(_) | Reason::NotInGroup(_) => "access_denied",
        _ => "token_refused",
    };
    let reason = rejection.reason().name();
    tracing::info!(target: "audit", action, reason, subject, method, route, "a token was not enough");
}
