//! The requests that pages made, as chromedriver's performance log tells of them (DevTools' `Network` domain).

use fantoccini::Client;
use serde_json::Value;

use super::console;

/// One request and what came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Call {
    /// `GET`, `POST` …
    pub method: String,
    /// The whole address, as it was: it may hold a code.
    pub url: String,
    /// Whether an `Authorization` header went along.
    pub authorized: bool,
    /// The status of the answer; `None` where none came.
    pub status: Option<u64>,
    /// Why none came, in the browser's words.
    pub failure: Option<String>,
    /// The API's `x-request-id`.
    pub request_id: Option<String>,
    /// Bytes of the answer as they came over the network, head and compression included; none from the cache.
    pub received: u64,
    /// DevTools' own id, the same for a request and its redirects.
    id: String,
}

/// All since the last time it was asked for.
pub(super) async fn take(client: &Client) -> Vec<Call> {
    let mut calls = Calls::default();
    for entry in console::take_log(client, "performance").await {
        let message = entry["message"].as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
        if let Some(message) = message {
            calls.hear(&message["message"]);
        }
    }
    calls.0
}

#[derive(Default)]
struct Calls(Vec<Call>);

impl Calls {
    fn hear(&mut self, event: &Value) {
        let (method, params) = (event["method"].as_str().unwrap_or_default(), &event["params"]);
        let id = params["requestId"].as_str().unwrap_or_default();
        match method {
            "Network.requestWillBeSent" => self.sent(id, params),
            "Network.requestWillBeSentExtraInfo" => {
                let authorized = has(&params["headers"], "authorization");
                self.last(id, |call| call.authorized |= authorized);
            }
            "Network.responseReceived" => self.last(id, |call| call.answered(&params["response"])),
            "Network.loadingFinished" => {
                let bytes = params["encodedDataLength"].as_f64().unwrap_or_default() as u64;
                self.last(id, |call| call.received = bytes);
            }
            "Network.loadingFailed" => {
                let why = params["errorText"].as_str().unwrap_or_default().to_owned();
                self.last(id, |call| call.failure = Some(why));
            }
            _ => {}
        }
    }

    /// A redirect comes as another request of the same id, with the answer to the one before.
    fn sent(&mut self, id: &str, params: &Value) {
        if params["redirectResponse"].is_object() {
            self.last(id, |call| call.answered(&params["redirectResponse"]));
        }
        let request = &params["request"];
        self.0.push(Call {
            method: request["method"].as_str().unwrap_or_default().to_owned(),
            url: request["url"].as_str().unwrap_or_default().to_owned(),
            authorized: has(&request["headers"], "authorization"),
            id: id.to_owned(),
            ..Call::default()
        });
    }

    fn last(&mut self, id: &str, change: impl FnOnce(&mut Call)) {
        if let Some(call) = self.0.iter_mut().rev().find(|call| call.id == id) {
            change(call);
        }
    }
}

impl Call {
    fn answered(&mut self, response: &Value) {
        self.status = response["status"].as_u64();
        self.request_id = header(&response["headers"], "x-request-id").map(str::to_owned);
    }
}

fn has(headers: &Value, name: &str) -> bool {
    header(headers, name).is_some()
}

fn header<'a>(headers: &'a Value, name: &str) -> Option<&'a str> {
    let headers = headers.as_object()?;
    headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).and_then(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_redirect_and_its_answer_are_two_calls_of_one_id() {
        let mut calls = Calls::default();
        let sent =
            |url: &str| json!({"requestId": "7", "request": {"method": "GET", "url": url, "headers": {}}});
        calls.hear(&json!({"method": "Network.requestWillBeSent", "params": sent("http://a/")}));
        let mut second = sent("http://b/");
        second["redirectResponse"] = json!({"status": 302, "headers": {}});
        calls.hear(&json!({"method": "Network.requestWillBeSent", "params": second}));
        let headers = json!({"Authorization": "Bearer x"});
        let extra = json!({"requestId": "7", "headers": headers});
        calls.hear(&json!({"method": "Network.requestWillBeSentExtraInfo", "params": extra}));
        let answer =
            json!({"requestId": "7", "response": {"status": 200, "headers": {"X-Request-Id": "r1"}}});
        calls.hear(&json!({"method": "Network.responseReceived", "params": answer}));
        let seen: Vec<_> =
            calls.0.iter().map(|call| (call.url.as_str(), call.status, call.authorized)).collect();
        assert_eq!(seen, [("http://a/", Some(302), false), ("http://b/", Some(200), true)]);
        assert_eq!(calls.0[1].request_id.as_deref(), Some("r1"));
    }
}
