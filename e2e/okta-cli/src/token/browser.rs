//! Signing in with a browser, which comes back to a port of this machine (RFC 8252 §7.3, §8.3).
//!
//! Any program and any web page can reach that port. So connections are served side by side, each with a limit of its
//! own, and only an answer that bears the request's `state` counts; whatever else comes is turned away.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::http::KeepAlive;
use actix_web::web::{Data, to};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use tokio::sync::{mpsc, watch};
use url::{Host, Url};

use super::request::{Answer, AuthorizationRequest};

/// How long a connection may take to send its request.
const TIMEOUT: Duration = Duration::from_secs(5);
/// How long the browser waits for the page that tells how it went.
const REDEMPTION: Duration = Duration::from_secs(45);
/// How long answers under way may take once everything is told, seconds.
const FAREWELL: u64 = 1;

/// Why it did not work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BrowserError {
    #[error(
        "{0} is not an address of this machine: give one with --redirect-uri that is registered with the app, e.g. http://localhost:8080/login/callback"
    )]
    NotHere(String),
    #[error(
        "{0} is in use: stop what is listening there (cargo dev?), or give another address with --redirect-uri that is registered with the app"
    )]
    Taken(SocketAddr, #[source] io::Error),
    #[error("nobody signed in within {0} s: run it again, or allow more time with --timeout")]
    TimedOut(u64),
    #[error("the org refused: {0}")]
    Refused(String),
}

/// Waits for the browser, on all addresses that the redirect URI stands for.
pub(super) struct Callback {
    answers: mpsc::Receiver<Result<String, String>>,
    verdict: watch::Sender<Option<bool>>,
    server: ServerHandle,
}

/// What the connections share.
struct Shared {
    request: Arc<AuthorizationRequest>,
    origin: String,
    answers: mpsc::Sender<Result<String, String>>,
    verdict: watch::Receiver<Option<bool>>,
}

impl Callback {
    /// Listens.
    pub(super) fn listen(request: &Arc<AuthorizationRequest>) -> Result<Self, BrowserError> {
        let (url, addresses) = addresses(&request.redirect_uri)?;
        let listeners = bind(&addresses)?;
        // One answer is enough; whoever comes second finds it full.
        let (sender, answers) = mpsc::channel(1);
        let (verdict, told) = watch::channel(None);
        let shared = Data::new(Shared {
            request: Arc::clone(request),
            origin: url.origin().ascii_serialization(),
            answers: sender,
            verdict: told,
        });
        let app = move || App::new().app_data(shared.clone()).default_service(to(respond));
        let mut server = HttpServer::new(app)
            .workers(1)
            .disable_signals()
            .client_request_timeout(TIMEOUT)
            .keep_alive(KeepAlive::Disabled)
            .shutdown_timeout(FAREWELL);
        for listener in listeners {
            let address = listener.local_addr().unwrap_or(addresses[0]);
            server = server.listen(listener).map_err(|error| BrowserError::Taken(address, error))?;
        }
        let server = server.run();
        let handle = server.handle();
        tokio::spawn(server);
        Ok(Self { answers, verdict, server: handle })
    }

    /// Waits until the browser brings the code.
    pub(super) async fn code(&mut self, patience: Duration) -> Result<String, BrowserError> {
        match tokio::time::timeout(patience, self.answers.recv()).await {
            Ok(Some(answer)) => answer.map_err(BrowserError::Refused),
            Ok(None) | Err(_) => Err(BrowserError::TimedOut(patience.as_secs())),
        }
    }

    /// Has the browser told how it went, and ends.
    pub(super) async fn close(self, signed_in: bool) {
        self.verdict.send_replace(Some(signed_in));
        self.server.stop(true).await;
    }
}

/// Asks the person to sign in.
pub(super) fn open(request: &AuthorizationRequest) {
    eprintln!("Open this address to sign in:\n\n  {}\n", request.url);
    // Whoever has no browser here opens the address elsewhere, through a tunnel to this port.
    let _ = open::that_detached(&request.url);
}

/// What a redirect URI stands for: a browser may take `localhost` for either stack.
fn addresses(redirect_uri: &str) -> Result<(Url, Vec<SocketAddr>), BrowserError> {
    let not_here = || BrowserError::NotHere(redirect_uri.to_owned());
    let url = Url::parse(redirect_uri).ok().filter(|url| url.scheme() == "http").ok_or_else(not_here)?;
    let port = url.port_or_known_default().ok_or_else(not_here)?;
    let (v4, v6) = (Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into());
    let addresses = match url.host() {
        Some(Host::Domain("localhost")) => vec![v4, v6],
        Some(Host::Ipv4(ip)) if ip.is_loopback() => vec![ip.into()],
        Some(Host::Ipv6(ip)) if ip.is_loopback() => vec![ip.into()],
        _ => return Err(not_here()),
    };
    let addresses = addresses.into_iter().map(|ip| SocketAddr::new(ip, port)).collect();
    Ok((url, addresses))
}

/// All of them or none: on an address that is left out another program could listen, and get the code.
fn bind(addresses: &[SocketAddr]) -> Result<Vec<TcpListener>, BrowserError> {
    let mut listeners = Vec::new();
    for address in addresses {
        match TcpListener::bind(address) {
            Ok(listener) => listeners.push(listener),
            // A machine without IPv6 has nobody there.
            Err(error) if address.is_ipv6() && addresses.len() > 1 && is_absent(&error) => {}
            Err(error) => return Err(BrowserError::Taken(*address, error)),
        }
    }
    Ok(listeners)
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::AddrNotAvailable | io::ErrorKind::Unsupported)
}

async fn respond(shared: Data<Shared>, request: HttpRequest) -> HttpResponse {
    let at = format!("{}{}", shared.origin, request.uri().path_and_query().map_or("", |uri| uri.as_str()));
    let is_ours = request.method() == actix_web::http::Method::GET && names(&request, &shared.origin);
    let answer = if is_ours { shared.request.answer(&at) } else { Answer::Elsewhere };
    let answer = match answer {
        Answer::Code(code) => Ok(code),
        Answer::Refused(why) => Err(why),
        // A browser asks for icons; a page somewhere may ask for anything.
        Answer::Foreign | Answer::Elsewhere => return HttpResponse::NotFound().finish(),
    };
    if shared.answers.try_send(answer).is_err() {
        return HttpResponse::Conflict().finish();
    }
    let mut verdict = shared.verdict.clone();
    let told = tokio::time::timeout(REDEMPTION, verdict.wait_for(Option::is_some)).await;
    page(matches!(told, Ok(Ok(told)) if *told == Some(true)))
}

/// Whether the request names the host of the redirect URI, and not one that was made to lead here (DNS rebinding).
fn names(request: &HttpRequest, origin: &str) -> bool {
    let host = request.headers().get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    Url::parse(&format!("http://{host}")).is_ok_and(|url| url.origin().ascii_serialization() == origin)
}

/// What the browser shows at the end. The address bar and the history forget the code, which is used up.
fn page(signed_in: bool) -> HttpResponse {
    let (title, text) = match signed_in {
        true => ("Signed in", "Signed in. You can close this page."),
        false => ("Not signed in", "Not signed in: the terminal says why."),
    };
    let mut response = if signed_in { HttpResponse::Ok() } else { HttpResponse::BadRequest() };
    response
        .content_type("text/html; charset=utf-8")
        .insert_header(("cache-control", "no-store"))
        .insert_header(("referrer-policy", "no-referrer"))
        .insert_header(("x-content-type-options", "nosniff"))
        .body(format!(
            "<!doctype html><html lang=en><title>{title}</title><script>history.replaceState(null,'','/')</script><p>{text}"
        ))
}
