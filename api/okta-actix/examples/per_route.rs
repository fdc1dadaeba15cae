//! Each route says by its arguments what it asks of the caller.
//!
//! ```text
//! OKTA_OAUTH2_ISSUER=https://dev-1.okta.com/oauth2/default OKTA_OAUTH2_CLIENT_ID=0oa… \
//!     cargo run -p okta-actix --example per_route    # API_ADDR=127.0.0.1:8000
//! curl -i localhost:8000/api/whoami -H "Authorization: Bearer $TOKEN"
//! ```

use std::env;
use std::error::Error;
use std::time::Duration;

use actix_cors::Cors;
use actix_web::{App, HttpServer, get, post, web};
use okta_actix::{
    Bearer, BearerConfig, EXPOSED_HEADERS, InGroup, Issuer, MaxAge, OptionalBearer, Rejection, Scoped,
    StepUp, Verifier, required_group, required_scope,
};

/// For everyone; a bad token is still refused.
#[get("/api/hello")]
async fn hello(OptionalBearer(bearer): OptionalBearer) -> String {
    bearer.map_or("Hello, stranger".to_owned(), |bearer| format!("Hello, {}", bearer.claims().sub))
}

/// For everybody who is signed in.
#[get("/api/whoami")]
async fn whoami(bearer: Bearer) -> String {
    bearer.subject().id().to_owned()
}

required_scope!(Reading = "messages.read");

/// For tokens with that scope.
#[get("/api/messages")]
async fn messages(_: Scoped<Reading>) -> &'static str {
    "I am a robot."
}

required_group!(Staff = "shop-staff");

/// For the members of that group.
#[get("/api/stock")]
async fn stock(_: InGroup<Staff>) -> &'static str {
    "Plenty."
}

/// For the members of the group that the address names.
#[get("/api/news/{group}")]
async fn news(group: web::Path<String>, bearer: Bearer) -> Result<String, Rejection> {
    bearer.require_group(group.as_str().to_owned())?;
    Ok(format!("Nothing new for {group}"))
}

/// For people who signed in during the last five minutes.
#[post("/api/address")]
async fn change_address(_: MaxAge<300>) -> &'static str {
    "Changed."
}

/// Only the handler knows that this order is large.
#[post("/api/orders/{total}")]
async fn order(total: web::Path<u64>, bearer: Bearer) -> Result<String, Rejection> {
    if *total > 1000 {
        bearer.step_up(StepUp::new().acr("urn:okta:loa:2fa:any phr").max_age(Duration::from_secs(300)))?;
    }
    Ok(format!("Ordered for {total}, {}", bearer.subject().id()))
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let verifier = Verifier::builder(Issuer::parse(&env::var("OKTA_OAUTH2_ISSUER")?)?)
        .audience(env::var("OKTA_API_AUDIENCE").unwrap_or("api://default".to_owned()))
        .client_id(env::var("OKTA_OAUTH2_CLIENT_ID")?)
        .build()?;
    if let Err(error) = verifier.warm().await {
        eprintln!("starting without keys, which will be fetched in the background: {error}");
    }
    let bearer = web::Data::new(BearerConfig::new(verifier).realm("shop"));
    let server = HttpServer::new(move || {
        // Outermost, so that refusals carry its headers too.
        let cors = Cors::default()
            .allowed_origin("http://localhost:8080")
            .allowed_methods(["GET", "POST"])
            .allowed_header("Authorization")
            .expose_headers(EXPOSED_HEADERS);
        App::new()
            .app_data(bearer.clone())
            .service((hello, whoami, messages, stock, news, change_address, order))
            .wrap(cors)
    });
    let server = server.bind(env::var("API_ADDR").unwrap_or("127.0.0.1:8000".to_owned()))?;
    println!("listening on {}", server.addrs()[0]);
    Ok(server.run().await?)
}
