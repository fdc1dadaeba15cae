//! How many requests are worked on at a time. One more is told at once to come again: a queue would make
//! all of them late.

use std::sync::Arc;

use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web;
use shared::paths;
use tokio::sync::Semaphore;

use crate::error::ApiError;

/// The places there are, for all workers together.
#[derive(Clone, Debug)]
pub(crate) struct Places(Arc<Semaphore>);

impl Places {
    /// So many at a time.
    pub(crate) fn new(places: usize) -> Self {
        Self(Arc::new(Semaphore::new(places.min(Semaphore::MAX_PERMITS))))
    }
}

/// Middleware: 503 where all places are taken. Probes are answered in any case, for a busy server lives.
pub(crate) async fn limit_load(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let places = request.app_data::<web::Data<Places>>().cloned();
    let place = match &places {
        Some(places) if !is_probe(request.path()) => match places.0.try_acquire() {
            Ok(place) => Some(place),
            Err(_) => return Ok(request.error_response(ApiError::Overloaded)),
        },
        _ => None,
    };
    let response = next.call(request).await?.map_into_boxed_body();
    drop(place);
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
    async fn without_a_place_only_probes_are_answered() {
        for (places, status) in [(0, 503), (1, 200)] {
            let app = App::new()
                .app_data(web::Data::new(Places::new(places)))
                .default_service(web::to(HttpResponse::Ok))
                .wrap(from_fn(limit_load));
            let app = test::init_service(app).await;
            for (path, expected) in [("/api/hello", status), (paths::LIVEZ, 200), (paths::READYZ, 200)] {
                let request = test::TestRequest::get().uri(path).to_request();
                let response = test::call_service(&app, request).await;
                assert_eq!(response.status(), expected, "{path} with {places}");
                assert_eq!(response.headers().contains_key("retry-after"), expected == 503);
            }
        }
    }
}
