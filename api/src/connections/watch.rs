//! Where a request begins, where it is handled, and where its answer is made.

use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest};

use super::connection::Connection;
use super::phase::Phase;
use super::pieces::in_pieces;

/// Middleware: from the head of a request to its answer, which is sent in pieces.
pub(crate) async fn follow(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let connection = request.conn_data::<Arc<Connection>>().cloned();
    enter(connection.as_ref(), Phase::Body);
    let response = next.call(request).await;
    enter(connection.as_ref(), Phase::Answer);
    Ok(response?.map_into_boxed_body().map_body(|_, body| in_pieces(body)))
}

/// All that the client sends has arrived: from here on it is the server that lets wait.
pub(crate) fn handling(request: &HttpRequest) {
    enter(request.conn_data(), Phase::Handling);
}

/// Tests of single handlers have no connection.
fn enter(connection: Option<&Arc<Connection>>, phase: Phase) {
    if let Some(connection) = connection {
        connection.enter(phase);
    }
}
