//! Those who come to the shop, and the org that signs them in.

use std::sync::atomic::{AtomicU64, Ordering};

use okta_local::{App, Org, RunningOrg};
use serde_json::json;
use shared::paths;

/// The org, and how many people have come.
pub(crate) struct People {
    pub(crate) org: RunningOrg,
    come: AtomicU64,
}

/// Somebody, for some orders: nobody orders without end.
pub(crate) struct Person {
    uid: String,
    /// A header.
    pub(crate) authorization: String,
}

impl People {
    pub(crate) async fn gather() -> Self {
        let app = App::spa("Grove").redirect_uri("http://localhost:8080/login/callback");
        Self { org: Org::builder().port(0).app(app).start().await.unwrap(), come: AtomicU64::new(0) }
    }

    /// Somebody whom nobody has seen before.
    pub(crate) fn next(&self) -> Person {
        let uid = format!("00usoak{:013}", self.come.fetch_add(1, Ordering::Relaxed));
        Person { authorization: self.sign_in(&uid), uid }
    }

    /// A new token of the same person.
    pub(crate) fn renew(&self, person: &mut Person) {
        person.authorization = self.sign_in(&person.uid);
    }

    fn sign_in(&self, uid: &str) -> String {
        let token = self.org.mint_access_token(|claims| {
            claims.insert("uid".to_owned(), uid.into());
            claims.insert("scp".to_owned(), json!([paths::SCOPE_READ, paths::SCOPE_WRITE]));
        });
        format!("Authorization: Bearer {token}\r\n")
    }
}
