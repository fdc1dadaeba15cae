//! An issuer that misbehaves on purpose, in one way each: real keys, real signatures, no code of the client's.
//!
//! It signs everybody in at once, without a page, and keeps a record of what it was asked and of every secret
//! it gave away. It is strict about what it is asked: PKCE, state and nonce of full length, the exact redirect
//! URI, no code and no token in an address.

mod behaviour;
mod clock;
mod endpoints;
mod keys;
mod record;

use std::net::TcpListener;
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer, web};

pub(crate) use behaviour::{Behaviour, Published, Signed};
pub(crate) use record::{Asked, Record};

/// The only client.
pub(crate) const CLIENT_ID: &str = "0oamisbehaving";
/// The person who is signed in.
pub(crate) const SUB: &str = "00u1";
/// What the API answers.
pub(crate) const MESSAGE: &str = "I am a robot.";

/// A running issuer, and an API that takes whatever it is given, on the same port.
pub(crate) struct MisbehavingIssuer {
    origin: String,
    site: Arc<Site>,
    handle: ServerHandle,
}

/// What the endpoints share.
struct Site {
    issuer: String,
    behaviour: Behaviour,
    record: Record,
}

impl MisbehavingIssuer {
    pub(crate) fn start(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let issuer = format!("{origin}/oauth2/default");
        let site = Arc::new(Site { issuer, behaviour, record: Record::default() });
        let data = web::Data::from(Arc::clone(&site));
        let server = HttpServer::new(move || App::new().app_data(data.clone()).configure(endpoints::routes))
            .workers(1)
            .disable_signals()
            .shutdown_timeout(1)
            .listen(listener)
            .unwrap()
            .run();
        let handle = server.handle();
        tokio::spawn(server);
        Self { origin, site, handle }
    }

    /// Scheme, host and port; of the API as well.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    pub(crate) fn identifier(&self) -> &str {
        &self.site.issuer
    }

    /// What it was asked and what it gave away.
    pub(crate) fn record(&self) -> &Record {
        &self.site.record
    }

    pub(crate) async fn stop(self) {
        self.handle.stop(false).await;
    }
}
