use std::net::{Ipv4Addr, TcpListener, TcpStream};

use okta_local::{App, Org, StartError};

use crate::browser::{CALLBACK, org};

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
    let port = org.base_url().rsplit(':').next().unwrap().parse().unwrap();
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
