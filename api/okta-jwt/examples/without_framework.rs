//! A server on bare sockets that answers with the caller's id: what another framework's integration has to
//! do, and no more.
//!
//! ```text
//! OKTA_OAUTH2_ISSUER=https://dev-1.okta.com/oauth2/default OKTA_OAUTH2_CLIENT_ID=0oa… \
//!     cargo run -p okta-jwt --example without_framework
//! curl -i localhost:8000 -H "Authorization: Bearer $TOKEN"
//! ```

use std::env;
use std::error::Error;

use okta_jwt::{Issuer, Verifier};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let verifier = Verifier::builder(Issuer::parse(&env::var("OKTA_OAUTH2_ISSUER")?)?)
        .audience(env::var("OKTA_API_AUDIENCE").unwrap_or("api://default".to_owned()))
        .client_id(env::var("OKTA_OAUTH2_CLIENT_ID")?)
        .build()?;
    if let Err(error) = verifier.warm().await {
        eprintln!("starting without keys, which will be fetched in the background: {error}");
    }
    let listener = TcpListener::bind(env::var("API_ADDR").unwrap_or("127.0.0.1:8000".to_owned())).await?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        let verifier = verifier.clone();
        tokio::spawn(async move {
            if let Err(error) = answer(stream, &verifier).await {
                eprintln!("a connection broke: {error}");
            }
        });
    }
}

async fn answer(stream: TcpStream, verifier: &Verifier) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let token = read_token(&mut stream).await?;
    let (status, header, body) = judge(verifier, token.as_deref()).await;
    let answer = format!(
        "HTTP/1.1 {status}\r\n{header}Cache-Control: no-store\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(answer.as_bytes()).await
}

/// The three outcomes every integration must tell apart: no token, a bad token, and an issuer that is away.
async fn judge(verifier: &Verifier, token: Option<&str>) -> (&'static str, String, String) {
    let Some(token) = token else {
        return ("401 Unauthorized", "WWW-Authenticate: Bearer\r\n".to_owned(), String::new());
    };
    match verifier.verify(token).await {
        Ok(verified) => ("200 OK", String::new(), verified.subject().id().to_owned()),
        Err(error) => {
            // For the log, and for nobody else.
            eprintln!("refused: {error}");
            match error.retry_after() {
                Some(pause) => (
                    "503 Service Unavailable",
                    format!("Retry-After: {}\r\n", pause.as_secs()),
                    String::new(),
                ),
                None => {
                    let challenge = "WWW-Authenticate: Bearer error=\"invalid_token\"\r\n";
                    ("401 Unauthorized", challenge.to_owned(), String::new())
                }
            }
        }
    }
}

async fn read_token(stream: &mut BufReader<TcpStream>) -> std::io::Result<Option<String>> {
    let mut token = None;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        if line.trim_end().is_empty() {
            return Ok(token);
        }
        if let Some((name, value)) = line.split_once(": ")
            && name.eq_ignore_ascii_case("authorization")
            && let Some((scheme, credentials)) = value.trim_end().split_once(' ')
            && scheme.eq_ignore_ascii_case("bearer")
        {
            token = Some(credentials.to_owned());
        }
    }
}
