//! Mail that goes on by SMTP, to a server that shows it elsewhere: without TLS and without a name, as those for development
//! take it. It stays in the outbox as well.

use std::str::FromStr;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, UNIX_EPOCH};

use lettre::message::header::ContentType;
use lettre::{Message, SmtpTransport, Transport};

use super::message::Mail;

/// Who the mail is from. Nobody reads answers.
const SENDER: &str = "Okta <noreply@okta-local.invalid>";

/// How long the server may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server that takes mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmtpServer {
    host: String,
    port: u16,
}

impl SmtpServer {
    /// The one at that host and port.
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        Self { host: host.into(), port }
    }
}

/// A server has to be named as `HOST:PORT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it must be HOST:PORT, such as localhost:1025")]
pub struct NoSmtpServer;

impl FromStr for SmtpServer {
    type Err = NoSmtpServer;

    fn from_str(text: &str) -> Result<Self, NoSmtpServer> {
        let (host, port) = text.rsplit_once(':').filter(|(host, _)| !host.is_empty()).ok_or(NoSmtpServer)?;
        let port = port.parse().ok().filter(|port| *port != 0).ok_or(NoSmtpServer)?;
        Ok(Self::new(host, port))
    }
}

/// Takes mail for the server, on a thread of its own, until there can be no more.
pub(super) fn start(server: SmtpServer) -> Sender<Mail> {
    let (sender, mails) = mpsc::channel();
    let thread = std::thread::Builder::new().name("okta-local-smtp".to_owned());
    if let Err(error) = thread.spawn(move || run(&server, &mails)) {
        tracing::error!(%error, "no mail will be sent by SMTP");
    }
    sender
}

fn run(server: &SmtpServer, mails: &Receiver<Mail>) {
    let transport =
        SmtpTransport::builder_dangerous(&server.host).port(server.port).timeout(Some(PATIENCE)).build();
    for mail in mails {
        if let Err(error) = send(&transport, &mail) {
            tracing::warn!(error, to = mail.to, "a mail was not sent by SMTP; it is in the outbox");
        }
    }
}

fn send(transport: &SmtpTransport, mail: &Mail) -> Result<(), String> {
    let seconds = u64::try_from(mail.sent_at.seconds()).unwrap_or(0);
    let message = Message::builder()
        .from(SENDER.parse().map_err(|error| format!("{error}"))?)
        .to(mail.to.parse().map_err(|error| format!("{error}"))?)
        .subject(&mail.subject)
        .date(UNIX_EPOCH + Duration::from_secs(seconds))
        .message_id(None)
        .header(ContentType::TEXT_PLAIN)
        .body(mail.text.clone())
        .map_err(|error| error.to_string())?;
    transport.send(&message).map(|_| ()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_has_a_host_and_a_port() {
        assert_eq!("localhost:1025".parse(), Ok(SmtpServer::new("localhost", 1025)));
        for bad in ["localhost", ":1025", "localhost:", "localhost:0", "localhost:99999", ""] {
            assert_eq!(bad.parse::<SmtpServer>(), Err(NoSmtpServer), "{bad}");
        }
    }
}
