use std::net::{Ipv4Addr, Ipv6Addr, TcpListener, TcpStream};
use std::process::Stdio;
use std::time::Duration;

use okta_local::{App, Org, RunningOrg, StartError, listen_on_loopback};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use tokio::time::timeout;

use crate::browser::{CALLBACK, org};

fn port_of(url: &str) -> u16 {
    url.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port")
}

/// Whether there is IPv6 to listen on at all.
fn has_ipv6() -> bool {
    TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok()
}

/// Whether something answers on 127.0.0.1 and on ::1.
fn answers(port: u16) -> (bool, bool) {
    let answers = |connected: std::io::Result<TcpStream>| connected.is_ok();
    (
        answers(TcpStream::connect((Ipv4Addr::LOCALHOST, port))),
        answers(TcpStream::connect((Ipv6Addr::LOCALHOST, port))),
    )
}

#[tokio::test]
async fn both_addresses_of_localhost_lead_to_the_org_and_its_control_plane() {
    let org = Org::builder().control_port(0).start().await.unwrap();
    for url in [org.base_url(), org.control_url().unwrap()] {
        assert_eq!(answers(port_of(url)), (true, has_ipv6()), "{url}");
    }
    if has_ipv6() {
        let keys = format!("http://[::1]:{}/api/v1/apps", port_of(org.base_url()));
        let token = format!("SSWS {}", org.api_token().expose());
        let answer = crate::browser::http().get(keys).header("Authorization", token).send().await.unwrap();
        assert_eq!(answer.status(), 200, "its name is one of loopback's");
    }
    org.stop().await;
}

#[tokio::test]
async fn an_address_that_is_asked_for_is_the_only_one() {
    let port = |org: &RunningOrg| port_of(org.base_url());
    let org = Org::builder().bind(Ipv4Addr::LOCALHOST.into()).start().await.unwrap();
    assert_eq!(answers(port(&org)), (true, false));
    if has_ipv6() {
        let org = Org::builder().bind(Ipv6Addr::LOCALHOST.into()).start().await.unwrap();
        assert_eq!(answers(port(&org)), (false, true));
    }
}

#[tokio::test]
async fn a_port_that_another_program_has_on_one_of_them_is_named_with_its_address() {
    let Ok(taken) = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)) else { return };
    let port = taken.local_addr().unwrap().port();
    let refused = Org::builder().port(port).start().await.unwrap_err().to_string();
    assert_eq!(refused, format!("cannot listen on ::1, port {port}"));
    assert!(listen_on_loopback(port).is_err());
}

#[tokio::test]
async fn the_program_stops_on_sigterm_as_on_ctrl_c() {
    for signal in ["TERM", "INT"] {
        let mut program = Command::new(env!("CARGO_BIN_EXE_okta-local"))
            .args(["--port", "0", "--bind", "localhost"])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
        while !lines.next_line().await.unwrap().expect("it starts").starts_with("Press Ctrl-C to stop") {}
        let id = program.id().unwrap().to_string();
        assert!(Command::new("kill").args(["-s", signal, &id]).status().await.unwrap().success());
        let ended = timeout(Duration::from_secs(20), program.wait()).await;
        let ended = ended.unwrap_or_else(|_| panic!("it goes on after SIG{signal}")).unwrap();
        assert_eq!(ended.code(), Some(0), "{signal}: {ended}");
    }
}

#[tokio::test]
async fn an_org_takes_the_listener_it_is_given_and_gives_it_back() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let org = Org::builder().listener(listener).start().await.unwrap();
    assert_eq!(org.base_url(), format!("http://localhost:{}", address.port()));
    assert_eq!(org.issuer().as_str(), format!("{}/oauth2/default", org.base_url()));
    TcpStream::connect(address).unwrap();
    org.stop().await;
    assert!(TcpStream::connect(address).is_err());
}

#[tokio::test]
async fn a_port_in_use_is_named() {
    let org = org().await;
    let port = port_of(org.base_url());
    let refused = Org::builder().port(port).start().await;
    assert!(matches!(refused, Err(StartError::Listen { port: p, .. }) if p == port), "{refused:?}");
}

#[tokio::test]
async fn what_cannot_be_served_is_refused_at_the_start() {
    let start = async |builder: okta_local::OrgBuilder| builder.start().await;
    let relative = App::spa("Grove").redirect_uri("/login/callback");
    assert!(matches!(start(Org::builder().app(relative)).await, Err(StartError::Uri { .. })));
    let twin = || App::spa("Grove").redirect_uri(CALLBACK);
    assert!(matches!(
        start(Org::builder().app(twin()).app(twin())).await,
        Err(StartError::DuplicateLabel(_))
    ));
}

#[tokio::test]
async fn the_seeded_accounts_are_told_with_their_passwords() {
    let org = org().await;
    let accounts = org.accounts();
    let logins: Vec<_> = accounts.iter().map(|account| account.login.as_str()).collect();
    assert_eq!(logins, ["alice@example.com", "bob@example.com", "carol@example.com"]);
    assert!(accounts.iter().all(|account| account.password == "Grove-2026!"));
}

#[tokio::test]
async fn an_address_that_others_can_reach_is_refused_unless_it_is_asked_for() {
    let everywhere = || Org::builder().bind(Ipv4Addr::UNSPECIFIED.into());
    let refused = everywhere().start().await;
    assert!(matches!(refused, Err(StartError::NotLoopback)), "{refused:?}");
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
    assert!(matches!(Org::builder().listener(listener).start().await, Err(StartError::NotLoopback)));
    let org = everywhere().serve_other_machines().start().await.unwrap();
    assert!(org.base_url().starts_with("http://localhost:"), "its own addresses do not change");
    org.stop().await;
}

#[test]
fn the_program_warns_loudly_when_others_can_reach_it() {
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_okta-local"))
        .args(["--port", "0", "--bind", "0.0.0.0"])
        .env("RUST_LOG", "off")
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    let output = program.stderr.take().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(output), &mut first).unwrap();
    program.kill().unwrap();
    program.wait().unwrap();
    assert!(first.starts_with("WARNING: okta-local listens on 0.0.0.0"), "{first}");
}
