//! Behind a proxy: whose request it is, for the log, the audit and the limits by address. Proxies are named; what anybody else
//! says is nobody's word. All of 127.0.0.0/8 is this machine's, so each test has as many addresses as it likes.

#![cfg(target_os = "linux")]

use std::net::IpAddr;
use std::num::NonZeroU32;

use api::{ProxyHeader, Settings};
use reqwest::Method;
use serde_json::Value;
use shared::paths;

use crate::answer::Answer;
use crate::program::Program;
use crate::redis_server::RedisServer;
use crate::shop::{Client, SPA_ORIGIN, Shop};

/// Named as proxies.
const PROXIES: &str = "127.0.0.1,127.0.7.0/24";
const PROXY: &str = "127.0.0.1";
/// Not named.
const STRANGER: &str = "127.0.0.2";

/// Who connects from here, and what the API is told there.
async fn ask(api: &Client, from: &str, forwarded: &[(&str, &str)]) -> Answer {
    let from: IpAddr = from.parse().unwrap();
    let http = reqwest::Client::builder().no_proxy().local_address(from).build().unwrap();
    let request = http.get(api.url(paths::HELLO)).header("Origin", SPA_ORIGIN);
    let request = forwarded.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    Answer::read(request.send().await.unwrap()).await
}

/// The clients of these requests, each by where it connects from and what it is told for, as the log says.
async fn logged(header: &str, requests: &[(&str, &[(&str, &str)])]) -> (Vec<String>, String) {
    let shop = Shop::open().await;
    let mut command = shop.program();
    command.env("LOG_FORMAT", "json").env("TRUSTED_PROXIES", PROXIES).env("PROXY_HEADER", header);
    let program = Program::spawn(command, &shop.org);
    let mut ids = Vec::new();
    for (from, forwarded) in requests {
        let answer = ask(&program.client, from, forwarded).await.expect(200);
        ids.push(answer.header("x-request-id").unwrap().to_owned());
    }
    let log = program.terminate().await;
    shop.close().await;
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |id: &String| {
        let line = lines.iter().find(|line| line["request_id"] == *id && line["message"] == "request");
        line.unwrap_or_else(|| panic!("no line of {id}: {log}"))["client"].as_str().unwrap().to_owned()
    };
    (ids.iter().map(of).collect(), log)
}

const XFF: &str = "X-Forwarded-For";

#[tokio::test]
async fn a_named_proxy_is_believed_and_nobody_else() {
    let requests: [(&str, &[(&str, &str)]); 10] = [
        (STRANGER, &[(XFF, "203.0.113.7")]),
        (STRANGER, &[("Forwarded", "for=203.0.113.7")]),
        (PROXY, &[(XFF, "203.0.113.7")]),
        (PROXY, &[(XFF, "198.51.100.1, 203.0.113.7, 127.0.7.1,127.0.7.2")]),
        (PROXY, &[(XFF, "198.51.100.1"), (XFF, "203.0.113.7"), (XFF, "127.0.7.3")]),
        ("127.0.7.9", &[(XFF, "2001:db8::7, [::ffff:127.0.7.1]:4711")]),
        (PROXY, &[(XFF, "203.0.113.7, unknown, 127.0.7.1")]),
        (PROXY, &[(XFF, "203.0.113.7, ")]),
        (PROXY, &[("Forwarded", "for=203.0.113.7")]),
        (PROXY, &[]),
    ];
    let (clients, log) = logged(XFF, &requests).await;
    let expected = [
        STRANGER,
        STRANGER,
        "203.0.113.7",
        "203.0.113.7",
        "203.0.113.7",
        "2001:db8::7",
        "127.0.7.1",
        PROXY,
        PROXY,
        PROXY,
    ];
    assert_eq!(clients, expected, "{log}");
    // Twice a stranger said so.
    assert_eq!(log.matches("TRUSTED_PROXIES does not name").count(), 1, "{log}");
}

#[tokio::test]
async fn a_proxy_may_speak_as_rfc_7239_says_and_the_other_header_counts_for_nothing_then() {
    let requests: [(&str, &[(&str, &str)]); 5] = [
        (PROXY, &[("Forwarded", "for=198.51.100.1, for=\"[2001:db8::7]:4711\";proto=https, for=127.0.7.1")]),
        (PROXY, &[("Forwarded", "for=203.0.113.7"), ("Forwarded", "by=127.0.0.1;for=127.0.7.1")]),
        (PROXY, &[("Forwarded", "for=203.0.113.7, for=_hidden, for=127.0.7.1"), (XFF, "203.0.113.7")]),
        (PROXY, &[(XFF, "203.0.113.7")]),
        (STRANGER, &[("Forwarded", "for=203.0.113.7")]),
    ];
    let (clients, log) = logged("Forwarded", &requests).await;
    assert_eq!(clients, ["2001:db8::7", "203.0.113.7", "127.0.7.1", PROXY, STRANGER], "{log}");
}

#[tokio::test]
async fn who_shows_a_token_that_is_refused_is_in_the_audit_by_the_address_that_the_proxy_names() {
    let shop = Shop::open().await;
    let mut command = shop.program();
    command.env("LOG_FORMAT", "json").env("TRUSTED_PROXIES", PROXIES);
    let program = Program::spawn(command, &shop.org);
    let request = program.client.request(Method::GET, paths::CART).bearer_auth("no.such.token");
    Answer::read(request.header(XFF, "203.0.113.7").send().await.unwrap()).await.expect(401);
    let log = program.terminate().await;
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let refused = lines.iter().find(|line| line["action"] == "token_refused").unwrap();
    assert_eq!(refused["client"], "203.0.113.7", "{log}");
    shop.close().await;
}

fn limited(settings: &mut Settings) {
    settings.trusted_proxies.networks = PROXIES.split(',').map(network).collect();
    settings.limits.requests_per_minute_per_address = NonZeroU32::new(3);
}

fn network<T: std::str::FromStr>(text: &str) -> T {
    let whole = if text.contains('/') { text.to_owned() } else { format!("{text}/32") };
    whole.parse().ok().unwrap()
}

#[tokio::test]
async fn clients_behind_one_proxy_are_counted_apart() {
    let shop = Shop::open().await;
    let api = shop.replica(limited).await;
    let from = async |client: &str| ask(&api, PROXY, &[(XFF, client)]).await;
    for _ in 0..3 {
        from("203.0.113.7").await.expect(200);
        from("203.0.113.8").await.expect(200);
    }
    let refused = from("203.0.113.7").await.expect(429);
    assert_eq!(refused.code(), "rate_limited");
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=21).contains(&wait), "{wait}");
    assert_eq!(
        refused.header("access-control-allow-origin"),
        Some(SPA_ORIGIN),
        "pages must be able to read it"
    );
    assert!(refused.header("x-request-id").is_some());
    from("203.0.113.8").await.expect(429);
    from("203.0.113.9").await.expect(200);
    // What a customer has of IPv6 counts as one.
    for address in ["2001:db8::1", "2001:db8::2", "2001:db8::ffff:3"] {
        from(address).await.expect(200);
    }
    from("2001:db8::4").await.expect(429);
    from("2001:db8:0:1::4").await.expect(200);
    // Whoever asks whether the process is well is told so.
    for _ in 0..5 {
        api.get(paths::READYZ).await.expect(200);
    }
    let metrics = api.metrics().await;
    let counted = r#"grove_http_requests_refused_total{limit="requests_per_minute_of_an_address"} 3"#;
    assert!(metrics.lines().any(|line| line == counted), "{metrics}");
    api.stop().await;
    shop.close().await;
}

#[tokio::test]
async fn whoever_makes_addresses_up_is_counted_as_the_one_that_it_is() {
    let shop = Shop::open().await;
    let api = shop.replica(limited).await;
    for made_up in 1..=3 {
        ask(&api, STRANGER, &[(XFF, &format!("203.0.113.{made_up}"))]).await.expect(200);
    }
    ask(&api, STRANGER, &[(XFF, "203.0.113.4")]).await.expect(429);
    // Behind the proxy as well: it adds whom it sees.
    for made_up in 1..=3 {
        ask(&api, PROXY, &[(XFF, &format!("203.0.113.{made_up}, 198.51.100.1"))]).await.expect(200);
    }
    ask(&api, PROXY, &[(XFF, "203.0.113.4, 198.51.100.1")]).await.expect(429);
    // With the header that was not chosen nothing can be done.
    ask(&api, PROXY, &[("Forwarded", "for=203.0.113.9"), (XFF, "198.51.100.1")]).await.expect(429);
    api.stop().await;
    shop.close().await;
}

#[tokio::test]
async fn replicas_count_an_address_together() {
    let (shop, redis) = (Shop::open().await, RedisServer::start().await);
    let replica = async || {
        let change = |settings: &mut Settings| {
            limited(settings);
            settings.trusted_proxies.header = ProxyHeader::Forwarded;
            settings.replicas.redis_url = Some(redis.url());
        };
        shop.replica(change).await
    };
    let replicas = [replica().await, replica().await];
    for number in 0..3 {
        ask(&replicas[number % 2], PROXY, &[("Forwarded", "for=203.0.113.7")]).await.expect(200);
    }
    for api in &replicas {
        ask(api, PROXY, &[("Forwarded", "for=203.0.113.7")]).await.expect(429);
        ask(api, PROXY, &[("Forwarded", "for=203.0.113.8")]).await.expect(200);
    }
    for api in replicas {
        api.stop().await;
    }
    shop.close().await;
}
