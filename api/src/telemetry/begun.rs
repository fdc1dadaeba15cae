//! What a request is called from its beginning on.

use okta_actix::TraceParent;
use tracing::Span;

use crate::request_id::RequestId;

/// A request that has begun.
#[derive(Debug)]
pub(crate) struct Begun {
    /// What the log and the client call it; in a trace, the id of its span.
    pub(crate) id: RequestId,
    /// The trace that it is part of, as it is passed on.
    pub(crate) trace: Option<TraceParent>,
    /// To be entered while it is handled.
    pub(crate) span: Span,
}

impl Begun {
    /// One of which nothing is exported.
    pub(super) fn untold(parent: Option<TraceParent>) -> Self {
        let id = RequestId::fresh();
        // The log itself needs no span; whoever listens more closely finds the id there.
        let span = tracing::debug_span!("request", id = id.as_str());
        Self { id, trace: parent.map(|parent| parent.asked_by(id.digits())), span }
    }
}
