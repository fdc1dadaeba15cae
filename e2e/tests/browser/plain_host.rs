//! The shop at another origin, from a host that adds no header of its own: what a team has that only copied the
//! files.

use std::net::TcpListener;

use actix_web::dev::ServerHandle;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};

/// Runs until it is stopped.
pub(crate) struct PlainHost {
    origin: String,
    handle: ServerHandle,
}

impl PlainHost {
    /// Serves what the shop's own server does, without its headers.
    pub(crate) fn of(shop: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let shop = web::Data::new(shop.to_owned());
        let server =
            HttpServer::new(move || App::new().app_data(shop.clone()).default_service(web::to(pass_on)))
                .workers(1)
                .disable_signals()
                .shutdown_timeout(1)
                .listen(listener)
                .unwrap()
                .run();
        let handle = server.handle();
        tokio::spawn(server);
        Self { origin, handle }
    }

    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    pub(crate) async fn stop(self) {
        self.handle.stop(false).await;
    }
}

async fn pass_on(shop: web::Data<String>, request: HttpRequest) -> HttpResponse {
    let answer = reqwest::get(format!("{}{}", shop.as_str(), request.uri())).await.unwrap();
    let kind = answer.headers()[CONTENT_TYPE.as_str()].to_str().unwrap().to_owned();
    HttpResponse::Ok().insert_header((CONTENT_TYPE, kind)).body(answer.bytes().await.unwrap())
}
