//! `okta-local`: runs an Okta-compatible org until Ctrl-C or SIGTERM.

mod arguments;

use std::error::Error;
use std::io;
use std::net::IpAddr;
use std::process::ExitCode;

use arguments::Arguments;
use clap::Parser as _;
use okta_local::{App, Org, RunningOrg, Seeds};
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn")))
        .with_writer(std::io::stderr)
        .init();
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("okta-local: {}", with_causes(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let (mut app, bind) = (App::spa("Grove"), arguments.bind());
    for uri in arguments.redirect_uris {
        app = app.redirect_uri(uri);
    }
    for uri in arguments.post_logout_redirect_uris {
        app = app.post_logout_redirect_uri(uri);
    }
    let mut builder = Org::builder()
        .port(arguments.port)
        .email_authenticator(arguments.email_authenticator)
        .passkeys(arguments.passkeys);
    if let Some(address) = bind {
        if !address.is_loopback() {
            warn_about(address);
        }
        builder = builder.bind(address).serve_other_machines();
    }
    let seeds = match &arguments.seed {
        Some(path) => {
            let text = std::fs::read_to_string(path);
            Some(Seeds::parse(&text.map_err(|error| format!("{}: {error}", path.display()))?)?)
        }
        None => None,
    };
    if !seeds.as_ref().is_some_and(Seeds::has_apps) {
        builder = builder.app(app);
    }
    if let Some(seeds) = seeds {
        builder = builder.seeds(seeds);
    }
    if let Some(path) = arguments.state {
        builder = builder.state_file(path);
    }
    if let Some(server) = arguments.smtp {
        builder = builder.smtp(server);
    }
    if let Some(port) = arguments.control_port {
        builder = builder.control_port(port);
    }
    let mut signals = ShutdownSignals::listen()?;
    let org = tokio::select! {
        started = builder.start() => started?,
        () = signals.wait() => return Ok(()),
    };
    print_summary(&org);
    signals.wait().await;
    org.stop().await;
    Ok(())
}

/// The signals that end the program, received from [`Self::listen`] on. SIGTERM is asked for by name: the first process of
/// a container that does not is never sent it.
#[cfg(unix)]
struct ShutdownSignals {
    interrupt: Signal,
    terminate: Signal,
}

#[cfg(unix)]
impl ShutdownSignals {
    fn listen() -> io::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct ShutdownSignals;

#[cfg(not(unix))]
impl ShutdownSignals {
    fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    async fn wait(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// On standard error, whatever the log lets through.
fn warn_about(address: IpAddr) {
    eprintln!("WARNING: okta-local listens on {address}, where other machines can reach it.");
    eprintln!(
        "WARNING: its passwords are public, and it issues tokens to anybody who asks. Never use it on a"
    );
    eprintln!("WARNING: network that others use, and keep nothing in it that matters.");
}

fn print_summary(org: &RunningOrg) {
    println!("issuer     {}", org.issuer());
    println!("client id  {}", org.client_id());
    for service in org.service_clients() {
        println!("service    {} (secret {})", service.client_id, service.client_secret.expose());
    }
    println!("API token  {}", org.api_token().expose());
    println!("mail       {}", org.outbox_url());
    if let Some(url) = org.control_url() {
        println!("control    {url}");
    }
    println!("accounts");
    for account in org.accounts() {
        let note = if account.note.is_empty() { String::new() } else { format!(" ({})", account.note) };
        println!("  {:<20} {:<12} {}{note}", account.login, account.password, account.name);
        println!("  {:<20} second factor {}", "", account.totp_secret);
    }
    println!("Press Ctrl-C to stop.");
}

fn with_causes(error: &dyn Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| (*cause).source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
