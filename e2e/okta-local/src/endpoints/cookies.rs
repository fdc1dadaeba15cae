//! The org's two cookies: `sid`, a session, and `DT`, a browser.
//!
//! Neither is readable by scripts nor sent with requests that other sites start, save for navigations.
//! There is no `Secure`: this org is served over plain HTTP on loopback.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use okta_types::UnixTime;

use crate::org::session::Session;
use crate::random;

const SESSION: &str = "sid";
const DEVICE: &str = "DT";

/// The session cookie's value, if the browser has one.
pub(super) fn session(request: &HttpRequest) -> Option<String> {
    request.cookie(SESSION).map(|cookie| cookie.value().to_owned())
}

/// The browser's name, if it has one.
pub(super) fn device(request: &HttpRequest) -> Option<String> {
    request.cookie(DEVICE).map(|cookie| cookie.value().to_owned()).filter(|value| !value.is_empty())
}

/// The browser's name and, where it had none, the cookie that gives it one.
pub(super) fn device_or_new(request: &HttpRequest) -> (String, Option<Cookie<'static>>) {
    match device(request) {
        Some(device) => (device, None),
        None => {
            let device = random::token();
            (device.clone(), Some(cookie(DEVICE, device)))
        }
    }
}

/// Signs the browser in: until it is closed, or to the end of a session that is kept.
pub(super) fn set_session(value: String, session: &Session, now: UnixTime) -> Cookie<'static> {
    let mut cookie = cookie(SESSION, value);
    if let Some(end) = session.kept_until {
        let seconds = i64::try_from(end.since(now).as_secs()).unwrap_or(i64::MAX);
        cookie.set_max_age(Duration::seconds(seconds));
    }
    cookie
}

/// Signs the browser out.
pub(super) fn clear_session() -> Cookie<'static> {
    let mut cookie = cookie(SESSION, String::new());
    cookie.set_max_age(Duration::ZERO);
    cookie
}

fn cookie(name: &'static str, value: String) -> Cookie<'static> {
    Cookie::build(name, value).path("/").http_only(true).same_site(SameSite::Lax).finish()
}
