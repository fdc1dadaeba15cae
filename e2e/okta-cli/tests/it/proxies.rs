//! Proxies: never for what is on this machine, and as the environment says for the rest.

use std::sync::{Arc, Mutex};

use tempfile::tempdir;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;

use crate::{Administrator, SPA, okta, with_shop};

/// A proxy that refuses everything, and what it was asked.
struct Proxy {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut line = String::new();
                BufReader::new(&mut stream).read_line(&mut line).await.unwrap();
                seen.lock().unwrap().push(line.trim().to_owned());
                let _ = stream.write_all(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n").await;
            }
        });
        Self { url, asked }
    }

    fn variables(&self) -> Vec<(&'static str, String)> {
        let names = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
        names.map(|name| (name, self.url.clone())).to_vec()
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().drain(..).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_on_this_machine_is_never_asked_by_a_proxy() {
    let (org, folder, proxy) = (with_shop().start().await.unwrap(), tempdir().unwrap(), Proxy::start().await);
    let service = org.service_client();
    let mut variables = Administrator::of(&org).variables();
    variables.extend(proxy.variables());
    variables.extend([
        ("OKTA_OAUTH2_ISSUER", org.issuer().to_string()),
        ("OKTA_OAUTH2_CLIENT_ID", org.client_id().to_owned()),
        ("OKTA_SERVICE_CLIENT_ID", service.client_id),
        ("OKTA_SERVICE_CLIENT_SECRET", service.client_secret.expose().to_owned()),
        ("OKTA_PASSWORD", "Grove-2026!".to_owned()),
        ("SPA_ORIGINS", SPA.to_owned()),
        ("API_ADDR", "127.0.0.1:1".to_owned()),
    ]);
    for args in [
        vec!["doctor"],
        vec!["setup", "--dry-run"],
        vec!["token", "--client", "--verify"],
        vec!["token", "--user", "alice@example.com", "--verify"],
    ] {
        let ran = okta(&folder, &args, &variables, "").await;
        assert_eq!(proxy.asked(), Vec::<String>::new(), "{args:?}");
        let unreachable = ran.out.matches("does not answer").count();
        assert_eq!(unreachable, usize::from(args == ["doctor"]), "{args:?}: {}{}", ran.out, ran.err);
    }
    org.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_hosts_are_asked_by_the_proxy_unless_no_proxy_names_them() {
    let (folder, proxy) = (tempdir().unwrap(), Proxy::start().await);
    let mut variables = vec![
        ("OKTA_CLIENT_ORGURL", "https://dev-1.okta.invalid".to_owned()),
        ("OKTA_CLIENT_TOKEN", "00token".to_owned()),
    ];
    variables.extend(proxy.variables());
    let ran = okta(&folder, &["setup", "--dry-run"], &variables, "").await;
    assert!(ran.code == 1 && proxy.asked()[0].starts_with("CONNECT dev-1.okta.invalid:443 "), "{}", ran.err);

    for names in ["okta.invalid", "dev-1.okta.invalid", "other.example,.okta.invalid", "*"] {
        let mut variables = variables.clone();
        variables.push(("NO_PROXY", names.to_owned()));
        let ran = okta(&folder, &["setup", "--dry-run"], &variables, "").await;
        assert!(ran.code == 1 && proxy.asked().is_empty(), "{names}: {}", ran.err);
    }
}
