//! Actix as it comes, with the crate jsonwebtoken and without: the same routes twice.

use std::env;
use std::future::ready;
use std::time::SystemTime;

use actix_web::{App, FromRequest, HttpRequest, HttpResponse, HttpServer, web};
use shared::{Cart, Message, Messages, NewOrder, Product, ProductPage, paths};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::guard::{Anybody, Bearer, Guard, Holder};
use crate::server::DATABASE;
use crate::shop::{Person, Shop};
use crate::workload::{OPEN_CART, OPEN_MESSAGES, OPEN_ORDERS};

/// Whom a handler is for, shown by one thing or another.
pub(crate) trait Shown: FromRequest + 'static {
    fn person(self) -> Person;
}

pub(crate) fn serve() {
    actix_web::rt::System::new().block_on(async {
        let shop = web::Data::new(Shop::open(&env::var(DATABASE).unwrap()).await);
        let guard = web::Data::new(Guard::default());
        let app = move || App::new().app_data(shop.clone()).app_data(guard.clone()).configure(routes);
        let server = HttpServer::new(app).workers(1).bind(("127.0.0.1", 0)).unwrap();
        println!("{}", server.addrs()[0].port());
        server.run().await.unwrap();
    });
}

fn routes(config: &mut web::ServiceConfig) {
    config
        .route(OPEN_MESSAGES, web::get().to(|| ready(messages())))
        .route(paths::MESSAGES, web::get().to(|_: Holder| ready(messages())))
        .route(paths::PRODUCTS, web::get().to(products))
        .route(&[paths::PRODUCTS, "/{id}"].concat(), web::get().to(product))
        .route(OPEN_CART, web::get().to(cart::<Anybody>))
        .route(OPEN_ORDERS, web::post().to(order::<Anybody>))
        .route(paths::CART, web::get().to(cart::<Bearer>))
        .route(paths::ORDERS, web::post().to(order::<Bearer>));
}

fn messages() -> web::Json<Messages> {
    let message = |seconds, text: &str| Message { date: rfc3339(seconds), text: text.to_owned() };
    let now = now();
    web::Json(Messages {
        messages: vec![message(now, "I am a robot."), message(now - 3600, "Hello, world!")],
    })
}

async fn products(shop: web::Data<Shop>) -> web::Json<ProductPage> {
    web::Json(shop.products().await)
}

async fn product(shop: web::Data<Shop>, id: web::Path<String>) -> web::Json<Product> {
    web::Json(shop.product(&id).await)
}

async fn cart<S: Shown>(shown: S, shop: web::Data<Shop>) -> web::Json<Cart> {
    web::Json(shop.cart(&shown.person()).await)
}

async fn order<S: Shown>(
    shown: S,
    shop: web::Data<Shop>,
    request: HttpRequest,
    order: web::Json<NewOrder>,
) -> HttpResponse {
    let key = request.headers().get(paths::IDEMPOTENCY_KEY).unwrap().to_str().unwrap();
    match shop.place(&shown.person(), key, order.into_inner()).await {
        Some(order) => HttpResponse::Created().json(order),
        None => HttpResponse::Conflict().finish(),
    }
}

/// Seconds since 1970.
pub(crate) fn now() -> i64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs().cast_signed()
}

pub(crate) fn rfc3339(seconds: i64) -> String {
    OffsetDateTime::from_unix_timestamp(seconds).unwrap().format(&Rfc3339).unwrap()
}
