//! How many requests are worked on at a time. One more is refused at once, to be sent again later: a queue would
//! make all of them late.

use std::sync::Arc;

use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web;
use shared::paths;
use tokio::sync::Semaphore;

use crate::error::ApiError;

/// The permits of all workers together.
#[derive(Clone, Debug)]
pub(crate) struct ConcurrencyLimit(Arc<Semaphore>);

impl ConcurrencyLimit {
    /// Allows this many requests at a time.
    pub(crate) fn new(requests: usize) -> Self {
        Self(Arc::new(Semaphore::new(requests.min(Semaphore::MAX_PERMITS))))
    }
}

/// Middleware: 503 where no permit is left. Probes are answered in any case, for a busy server lives.
pub(crate) async fn limit_concurrency(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let limit = request.app_data::<web::Data<ConcurrencyLimit>>().cloned();
    let permit = match &limit {
        Some(limit) if !is_probe(request.path()) => match limit.0.try_acquire() {
            Ok(permit) => Some(permit),
            Err(_) => return Ok(request.error_response(ApiError::Overloaded)),
        },
        _ => None,
    };
    let response = next.call(request).await?.map_into_boxed_body();
    drop(permit);
    Ok(response)
}

fn is_probe(path: &str) -> bool {
    path == paths::LIVEZ || path == paths::READYZ
}

#[cfg(test)]
mod tests {
    use actix_web::middleware::from_fn;
    use actix_web::{App, HttpResponse, test};

    use super::*;

    #[actix_web::test]
    async fn without_a_permit_only_probes_are_answered() {
        for (permits, status) in [(0, 503), (1, 200)] {
            let app = App::new()
                .app_data(web::Data::new(ConcurrencyLimit::new(permits)))
                .default_service(web::to(HttpResponse::Ok))
                .wrap(from_fn(limit_concurrency));
            let app = test::init_service(app).await;
            for (path, expected) in [("/api/hello", status), (paths::LIVEZ, 200), (paths::READYZ, 200)] {
                let request = test::TestRequest::get().uri(path).to_request();
                let response = test::call_service(&app, request).await;
                assert_eq!(response.status(), expected, "{path} with {permits}");
                assert_eq!(response.headers().contains_key("retry-after"), expected == 503);
            }
        }
    }
}
