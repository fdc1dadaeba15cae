//! Loopback: both its addresses to listen on, and its names, which keep requests out that reach this machine under a
//! stranger's.
//!
//! A web page can have its own name resolved to loopback (DNS rebinding) and then counts as of one origin with
//! what answers there; but it still sends that name.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener};

use actix_web::Result;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::HOST;
use actix_web::middleware::Next;

use crate::okta_error;

/// How a request names this machine.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// How often a free port is looked for that is free on both addresses.
const ATTEMPTS: u32 = 20;

/// Listens on 127.0.0.1 and on ::1, both of which `localhost` may stand for, on one port; 0 is any that is free on both.
/// A machine without IPv6 has the first only.
///
/// # Errors
/// The port is in use on one of them, or the system says no.
pub fn listen_on_loopback(port: u16) -> io::Result<Vec<TcpListener>> {
    listen(port).map_err(|(_, error)| error)
}

/// As [`listen_on_loopback`]; an error comes with its address.
pub(crate) fn listen(port: u16) -> std::result::Result<Vec<TcpListener>, (IpAddr, io::Error)> {
    let (v4, v6) = (Ipv4Addr::LOCALHOST, Ipv6Addr::LOCALHOST);
    let mut attempts = 0;
    loop {
        attempts += 1;
        let of_v4 = |error| (v4.into(), error);
        let first = TcpListener::bind((v4, port)).map_err(of_v4)?;
        let bound = first.local_addr().map_err(of_v4)?.port();
        match TcpListener::bind((v6, bound)) {
            Ok(second) => return Ok(vec![first, second]),
            Err(error) if error.kind() != io::ErrorKind::AddrInUse => return Ok(vec![first]),
            Err(error) if port != 0 || attempts == ATTEMPTS => return Err((v6.into(), error)),
            Err(_) => {}
        }
    }
}

/// Lets requests pass that name loopback.
pub(crate) async fn only(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>> {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let port = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let name = host.rsplit_once(':').filter(|(_, tail)| port(tail)).map_or(host, |(name, _)| name);
    if !NAMES.contains(&name) {
        let summary = "You do not have permission to perform the requested action";
        let answer = okta_error::respond(StatusCode::FORBIDDEN, "E0000006", summary);
        return Ok(request.into_response(answer));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}
