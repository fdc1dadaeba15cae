//! Tokens that nobody issued for this: each must be refused, at whatever load.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;
use shared::paths;
use tokio::task::JoinHandle;

use crate::http::{Connection, address, request};
use crate::load::Load;

/// How many at a time.
const AT_A_TIME: usize = 8;

/// They go on until they are stopped.
pub(crate) struct Hostile {
    over: Arc<AtomicBool>,
    all: Vec<JoinHandle<BTreeMap<u16, u64>>>,
}

/// Shows all kinds, one after the other, over and over.
pub(crate) fn keep_coming(server: SocketAddr, load: &Load) -> Hostile {
    let over = Arc::new(AtomicBool::new(false));
    let tokens: Arc<[String]> = tokens(load).into();
    let one = |number| {
        let (over, tokens) = (Arc::clone(&over), Arc::clone(&tokens));
        tokio::spawn(async move {
            let mut connection = Connection::new(server, address(2, number));
            let mut answers = BTreeMap::new();
            for token in tokens.iter().cycle() {
                if over.load(Ordering::Relaxed) {
                    break;
                }
                let headers = format!("Authorization: Bearer {token}\r\n");
                let answer = connection.send(&request("GET", paths::ORDERS, &headers, "")).await;
                *answers.entry(answer.map_or(0, |answer| answer.status)).or_default() += 1;
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
            answers
        })
    };
    let all = (0..AT_A_TIME).map(one).collect();
    Hostile { over, all }
}

impl Hostile {
    /// How they were answered.
    pub(crate) async fn stop(self) -> BTreeMap<u16, u64> {
        self.over.store(true, Ordering::Relaxed);
        let mut answers = BTreeMap::new();
        for one in self.all {
            for (status, count) in one.await.unwrap() {
                *answers.entry(status).or_default() += count;
            }
        }
        answers
    }
}

fn tokens(load: &Load) -> Vec<String> {
    let org = &load.people.org;
    let good = org.mint_access_token(|_| {});
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let turned: String = signature.chars().rev().collect();
    let expired = org.mint_access_token(|claims| {
        claims.insert("iat".to_owned(), 1_000_000_000.into());
        claims.insert("exp".to_owned(), 1_000_000_900.into());
    });
    let of_others = org.mint_access_token(|claims| {
        claims.insert("aud".to_owned(), "api://others".into());
    });
    let claims = json!({"iss": org.issuer().as_str(), "aud": "api://default"});
    let unheard_of = org.sign_jwt(&json!({"alg": "RS256", "kid": "unheard-of"}), &claims);
    let none = org.sign_jwt(&json!({"alg": "none"}), &claims);
    let forged = format!("{signed}.{turned}");
    let long = "a".repeat(70 * 1024);
    vec![
        "no.such.token".to_owned(),
        forged,
        expired,
        of_others,
        unheard_of,
        none,
        long,
        "e30.e30.".to_owned(),
    ]
}
