//! Everything below `/api` needs a token of one of two authorization servers, save for what is named; and
//! tokens that were revoked stop within half a minute.
//!
//! ```text
//! SHOP_ISSUER=https://login.example.com/oauth2/default STAFF_ISSUER=https://dev-1.okta.com/oauth2/aus1 \
//!     OKTA_CLIENT_ID=0oa… OKTA_CLIENT_SECRET=… cargo run -p okta-actix --example whole_scope
//! curl -i localhost:8000/api/whoami -H "Authorization: Bearer $TOKEN"
//! ```

use std::env;
use std::error::Error;
use std::time::Duration;

use actix_web::{App, HttpServer, web};
use okta_actix::{Bearer, BearerConfig, Introspection, Issuer, RequireBearer, Verifier};

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let shop =
        Verifier::builder(Issuer::parse(&env::var("SHOP_ISSUER")?)?).audience("api://default").any_client();
    let revocation =
        Introspection::by_client_secret(env::var("OKTA_CLIENT_ID")?, env::var("OKTA_CLIENT_SECRET")?)
            .believed_for(Duration::from_secs(30));
    let staff = Verifier::builder(Issuer::parse(&env::var("STAFF_ISSUER")?)?)
        .audience("api://staff")
        .any_client()
        .introspection(revocation);
    let verifier = shop.also_trust(staff).build()?;
    if let Err(error) = verifier.warm().await {
        eprintln!("starting without some keys, which will be fetched in the background: {error}");
    }
    let bearer = web::Data::new(BearerConfig::new(verifier).realm("shop"));
    let server = HttpServer::new(move || {
        let closed = RequireBearer::everywhere().except("/api/health").except_under("/api/public");
        App::new().app_data(bearer.clone()).service(
            web::scope("/api")
                .wrap(closed)
                .route("/health", web::get().to(async || "fine"))
                .route("/public/{page}", web::get().to(async |page: web::Path<String>| page.into_inner()))
                // The token is there already: to take it once more costs nothing.
                .route("/whoami", web::get().to(async |bearer: Bearer| bearer.subject().id().to_owned()))
                .route("/news", web::get().to(async || "for whoever has a good token")),
        )
    });
    let server = server.bind(env::var("API_ADDR").unwrap_or("127.0.0.1:8000".to_owned()))?;
    println!("listening on {}", server.addrs()[0]);
    Ok(server.run().await?)
}
