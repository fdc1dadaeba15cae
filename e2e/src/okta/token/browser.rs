//! Signing in with a browser, which comes back to a port of this machine (RFC 8252 §7.3).

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use super::request::AuthorizationRequest;

/// Longest request line that is read.
const LONGEST: usize = 16 * 1024;
/// What the browser shows at the end.
const DONE: &str =
    "<!doctype html><html lang=en><title>Signed in</title><p>Signed in. You can close this page.";
const FAILED: &str =
    "<!doctype html><html lang=en><title>Not signed in</title><p>Not signed in: the terminal says why.";

/// Why it did not work.
#[derive(Debug, thiserror::Error)]
pub(in crate::okta) enum BrowserError {
    #[error(
        "{0} is not an address of this machine: give one with --redirect-uri that is registered with the app, e.g. http://localhost:8080/login/callback"
    )]
    NotHere(String),
    #[error(
        "port {0} is taken: stop what listens there (cargo dev?), or give another address with --redirect-uri that is registered with the app"
    )]
    Taken(u16, #[source] io::Error),
    #[error("the browser's answer cannot be read")]
    Io(#[from] io::Error),
    #[error("the org refused: {0}")]
    Refused(String),
}

/// Waits until the browser brings the code.
pub(super) async fn sign_in(request: &AuthorizationRequest) -> Result<String, BrowserError> {
    let listener = listen(&request.redirect_uri).await?;
    eprintln!("Open this address to sign in:\n\n  {}\n", request.url);
    // Whoever has no browser here opens the address elsewhere, through a tunnel to this port.
    let _ = open::that_detached(&request.url);
    loop {
        let (stream, _) = listener.accept().await?;
        // A browser also asks for icons, and opens connections that it does not use.
        if let Ok(Some(answer)) = answer(stream, request).await {
            return answer.map_err(BrowserError::Refused);
        }
    }
}

async fn listen(redirect_uri: &str) -> Result<TcpListener, BrowserError> {
    let not_here = || BrowserError::NotHere(redirect_uri.to_owned());
    let url = Url::parse(redirect_uri).ok().filter(|url| url.scheme() == "http").ok_or_else(not_here)?;
    let is_loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1"));
    let port = url.port_or_known_default().filter(|_| is_loopback).ok_or_else(not_here)?;
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    TcpListener::bind(address).await.map_err(|error| BrowserError::Taken(port, error))
}

async fn answer(
    mut stream: TcpStream,
    request: &AuthorizationRequest,
) -> io::Result<Option<Result<String, String>>> {
    let line = request_line(&mut stream).await?;
    let path = line.strip_prefix("GET ").and_then(|rest| rest.split(' ').next()).unwrap_or_default();
    let origin = Url::parse(&request.redirect_uri).map(|url| url.origin().ascii_serialization());
    let answer = request.answer(&format!("{}{path}", origin.unwrap_or_default()));
    let (status, page) = match &answer {
        Some(Ok(_)) => ("200 OK", DONE),
        Some(Err(_)) => ("400 Bad Request", FAILED),
        None => ("404 Not Found", ""),
    };
    let response = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\ncache-control: no-store\r\n\
         referrer-policy: no-referrer\r\nconnection: close\r\n\r\n{page}",
        page.len()
    );
    stream.write_all(response.as_bytes()).await?;
    stream.shutdown().await?;
    Ok(answer)
}

async fn request_line(stream: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    let mut part = [0; 1024];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") && head.len() < LONGEST {
        match stream.read(&mut part).await? {
            0 => break,
            count => head.extend_from_slice(&part[..count]),
        }
    }
    let head = String::from_utf8_lossy(&head);
    Ok(head.lines().next().unwrap_or_default().to_owned())
}
