//! An issuer on this machine that answers as a test tells it to, and counts what it is asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use okta_jwt::{Issuer, Verifier, VerifierBuilder};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};

use crate::signer::Signer;
use crate::token::{AUDIENCE, CLIENT};

/// How one address answers.
#[derive(Clone)]
pub(crate) enum Answer {
    /// Status, further header lines, body.
    Say(u16, &'static str, String),
    /// A body with status 200, once it is released.
    Hold(Arc<Notify>, String),
    /// Never.
    Hang,
    /// 200 and one byte, and then never again.
    Stall,
    /// 200 and then bytes without end.
    Flood,
    /// A body with status 200 the first time, and then something else.
    OnceThen(String, Box<Answer>),
}

/// A running issuer; it ends with the runtime of its test.
pub(crate) struct FakeIssuer {
    pub(crate) url: String,
    shared: Arc<Shared>,
}

struct Shared {
    answers: Mutex<HashMap<String, Answer>>,
    /// Paths in the order they were asked for.
    asked: watch::Sender<Vec<String>>,
    /// What came with the last request.
    last: Mutex<Request>,
    /// How many bytes of a flood were taken.
    flooded: watch::Sender<usize>,
}

/// A request, as far as anybody asks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    path: String,
    pub(crate) authorization: Option<String>,
    pub(crate) body: String,
}

pub(crate) const METADATA: &str = "/oauth2/default/.well-known/openid-configuration";
pub(crate) const KEYS: &str = "/oauth2/default/v1/keys";
pub(crate) const INTROSPECTION: &str = "/oauth2/default/v1/introspect";

impl FakeIssuer {
    /// Publishes these keys, and says nothing of how long they are fresh.
    pub(crate) async fn start(signers: &[&Signer]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            answers: Mutex::default(),
            asked: watch::Sender::new(Vec::new()),
            last: Mutex::default(),
            flooded: watch::Sender::new(0),
        });
        let issuer = Self { url: format!("{origin}/oauth2/default"), shared: Arc::clone(&shared) };
        issuer.metadata(&issuer.url, &format!("{origin}{KEYS}"));
        issuer.publish(signers);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(Arc::clone(&shared).serve(stream));
            }
        });
        issuer
    }

    pub(crate) fn builder(&self) -> VerifierBuilder {
        Verifier::builder(Issuer::parse(&self.url).unwrap()).audience(AUDIENCE).client_id(CLIENT)
    }

    pub(crate) fn verifier(&self) -> Verifier {
        self.builder().build().unwrap()
    }

    pub(crate) fn metadata(&self, issuer: &str, jwks_uri: &str) {
        let introspection = format!("{}/v1/introspect", self.url);
        let document =
            json!({"issuer": issuer, "jwks_uri": jwks_uri, "introspection_endpoint": introspection, "x": 1});
        self.answer(METADATA, Answer::Say(200, "", document.to_string()));
    }

    pub(crate) fn publish(&self, signers: &[&Signer]) {
        self.publish_for(signers, "");
    }

    /// With header lines that say how long the keys are fresh.
    pub(crate) fn publish_for(&self, signers: &[&Signer], headers: &'static str) {
        self.answer(KEYS, Answer::Say(200, headers, jwks(signers).to_string()));
    }

    pub(crate) fn answer(&self, path: &str, answer: Answer) {
        self.shared.answers.lock().unwrap().insert(path.to_owned(), answer);
    }

    /// Every address answers with a 500.
    pub(crate) fn fail(&self) {
        for path in [METADATA, KEYS] {
            self.answer(path, Answer::Say(500, "", String::new()));
        }
    }

    /// How often a path was asked for.
    pub(crate) fn asked_for(&self, path: &str) -> usize {
        count(&self.shared.asked.borrow(), path)
    }

    /// Waits until a path was asked for so often.
    pub(crate) async fn until_asked(&self, path: &str, times: usize) {
        let mut asked = self.shared.asked.subscribe();
        let reached = asked.wait_for(|asked| count(asked, path) >= times);
        tokio::time::timeout(Duration::from_secs(20), reached)
            .await
            .expect("the issuer was not asked")
            .unwrap();
    }

    pub(crate) fn last_request(&self) -> Request {
        self.shared.last.lock().unwrap().clone()
    }

    pub(crate) fn flooded(&self) -> usize {
        *self.shared.flooded.borrow()
    }
}

pub(crate) fn jwks(signers: &[&Signer]) -> Value {
    json!({"keys": signers.iter().map(|signer| signer.jwk()).collect::<Vec<_>>()})
}

fn count(asked: &[String], path: &str) -> usize {
    asked.iter().filter(|asked| *asked == path).count()
}

impl Shared {
    async fn serve(self: Arc<Self>, stream: TcpStream) {
        let mut stream = BufReader::new(stream);
        let Some(request) = read_request(&mut stream).await else { return };
        let path = request.path.clone();
        *self.last.lock().unwrap() = request;
        self.asked.send_modify(|asked| asked.push(path.clone()));
        let answer = self.answers.lock().unwrap().get(&path).cloned();
        match answer.unwrap_or(Answer::Say(404, "", String::new())) {
            Answer::Say(status, headers, body) => say(stream, status, headers, &body).await,
            Answer::Hold(released, body) => {
                released.notified().await;
                say(stream, 200, "", &body).await;
            }
            Answer::Hang => std::future::pending().await,
            Answer::Stall => {
                let _ = stream.write_all(b"HTTP/1.1 200 X\r\nContent-Length: 2\r\n\r\n{").await;
                std::future::pending().await
            }
            Answer::Flood => self.flood(stream).await,
            Answer::OnceThen(body, next) => {
                self.answers.lock().unwrap().insert(path, *next);
                say(stream, 200, "", &body).await;
            }
        }
    }

    async fn flood(&self, mut stream: BufReader<TcpStream>) {
        let _ = stream.write_all(b"HTTP/1.1 200 X\r\nConnection: close\r\n\r\n").await;
        while stream.write_all(&[b' '; 4096]).await.is_ok() {
            self.flooded.send_modify(|bytes| *bytes += 4096);
        }
    }
}

async fn say(mut stream: BufReader<TcpStream>, status: u16, headers: &str, body: &str) {
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n");
    let _ = stream.write_all((head + body).as_bytes()).await;
}

async fn read_request(stream: &mut BufReader<TcpStream>) -> Option<Request> {
    let (mut request, mut length) = (Request::default(), 0);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        match line.split_once(": ") {
            None if line.is_empty() => break,
            None => request.path = line.split(' ').nth(1)?.to_owned(),
            Some((name, value)) if name.eq_ignore_ascii_case("authorization") => {
                request.authorization = Some(value.to_owned());
            }
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().ok()?
            }
            Some(_) => {}
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    request.body = String::from_utf8(body).ok()?;
    Some(request)
}
