//! What an event of the System Log says about its request.

use std::future::Future;

use actix_web::dev::ServiceRequest;
use actix_web::http::header::USER_AGENT;

use crate::paths;

tokio::task_local! {
    static CURRENT: RequestContext;
}

/// What the System Log tells of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RequestContext {
    /// `x-okta-request-id`.
    pub(crate) id: String,
    /// The path, without the query and without the token of a mail.
    pub(crate) path: String,
    /// As the browser or program says it.
    pub(crate) user_agent: Option<String>,
    /// The address that it came from.
    pub(crate) ip: String,
}

impl Default for RequestContext {
    fn default() -> Self {
        Self { id: String::new(), path: String::new(), user_agent: None, ip: "127.0.0.1".to_owned() }
    }
}

impl RequestContext {
    /// Of this request, which is answered under that id.
    pub(crate) fn of(request: &ServiceRequest, id: &str) -> Self {
        let user_agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
        let ip = request.peer_addr().map_or_else(|| "127.0.0.1".to_owned(), |peer| peer.ip().to_string());
        let user_agent = user_agent.map(str::to_owned);
        Self { id: id.to_owned(), path: paths::without_token(request.path()).to_owned(), user_agent, ip }
    }

    /// Of the request that is being answered, if there is one.
    pub(crate) fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Answers a request under this context.
    pub(crate) async fn during<T>(self, answering: impl Future<Output = T>) -> T {
        CURRENT.scope(self, answering).await
    }

    /// The version of that address as the log names it: `V4` or `V6`.
    pub(crate) fn ip_version(&self) -> &'static str {
        if self.ip.contains(':') { "V6" } else { "V4" }
    }

    /// Operating system, browser and kind of device, in Okta's words.
    pub(crate) fn browser(&self) -> (&'static str, &'static str, &'static str) {
        let text = self.user_agent.as_deref().unwrap_or_default();
        let first = |words: &[(&str, &'static str)], otherwise| {
            words.iter().find(|(word, _)| text.contains(word)).map_or(otherwise, |(_, name)| *name)
        };
        let systems = [
            ("Windows", "Windows 10"),
            ("Android", "Android"),
            ("iPhone", "iOS (iPhone)"),
            ("iPad", "iOS (iPad)"),
            ("Mac OS X", "Mac OS X"),
            ("Linux", "Linux"),
        ];
        let browsers =
            [("Firefox/", "FIREFOX"), ("Edg/", "EDGE"), ("Chrome/", "CHROME"), ("Safari/", "SAFARI")];
        let devices = [("Mobile", "Mobile"), ("Android", "Mobile"), ("Mozilla/", "Computer")];
        (first(&systems, "Unknown"), first(&browsers, "UNKNOWN"), first(&devices, "Unknown"))
    }
}
