//! What was sent, newest last. It is in memory only.

use std::collections::VecDeque;
use std::sync::mpsc::Sender;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::message::Mail;
use super::relay::{self, SmtpServer};

/// The oldest mail goes when there are more.
const CAPACITY: usize = 1_000;

#[derive(Debug)]
struct Sent {
    mail: Mail,
    /// Whether a test was given it.
    taken: bool,
}

/// All mail of an org.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    sent: Mutex<VecDeque<Sent>>,
    arrived: Notify,
    /// Where mail goes as well.
    relay: OnceLock<Sender<Mail>>,
}

impl Outbox {
    /// Puts a mail in; the oldest goes once there are 1,000.
    pub(crate) fn send(&self, mail: Mail) {
        if let Some(relay) = self.relay.get() {
            // A thread that has ended said so.
            let _ = relay.send(mail.clone());
        }
        let mut sent = self.lock();
        if sent.len() == CAPACITY {
            sent.pop_front();
        }
        sent.push_back(Sent { mail, taken: false });
        drop(sent);
        self.arrived.notify_waiters();
    }

    /// Has all mail from now on go to a server as well.
    pub(crate) fn relay_to(&self, server: SmtpServer) {
        let _ = self.relay.set(relay::start(server));
    }

    /// Copies of all mails, or of those to one person, newest last.
    pub(crate) fn mails(&self, name: Option<&str>) -> Vec<Mail> {
        let meant = |sent: &&Sent| name.is_none_or(|name| sent.mail.is_for(name));
        self.lock().iter().filter(meant).map(|sent| sent.mail.clone()).collect()
    }

    /// Forgets all mails, or those to one person, and says how many.
    pub(crate) fn delete(&self, name: Option<&str>) -> usize {
        let mut sent = self.lock();
        let before = sent.len();
        sent.retain(|sent| name.is_some_and(|name| !sent.mail.is_for(name)));
        before - sent.len()
    }

    /// The oldest mail to a person that this did not give before. Waits for one, for so long.
    pub(crate) async fn next_to(&self, name: &str, patience: Duration) -> Option<Mail> {
        let next = async {
            loop {
                let arrived = self.arrived.notified();
                tokio::pin!(arrived);
                // Listened for before looking, so that none comes in between.
                arrived.as_mut().enable();
                if let Some(mail) = self.take(name) {
                    return mail;
                }
                arrived.await;
            }
        };
        tokio::time::timeout(patience, next).await.ok()
    }

    fn take(&self, name: &str) -> Option<Mail> {
        let mut sent = self.lock();
        let found = sent.iter_mut().find(|sent| !sent.taken && sent.mail.is_for(name))?;
        found.taken = true;
        Some(found.mail.clone())
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Sent>> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use okta_types::UnixTime;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(10);

    fn mail(login: &str, subject: &str) -> Mail {
        Mail {
            to: format!("{login}.example"),
            login: login.to_owned(),
            subject: subject.to_owned(),
            text: String::new(),
            link: Some("http://localhost/secret".to_owned()),
            code: None,
            sent_at: UnixTime(0),
        }
    }

    #[tokio::test]
    async fn each_mail_is_given_once_and_waited_for() {
        let outbox = Outbox::default();
        outbox.send(mail("a@b", "one"));
        outbox.send(mail("c@d", "other"));
        assert_eq!(outbox.next_to("A@B", PATIENCE).await.map(|mail| mail.subject).as_deref(), Some("one"));
        let (second, ()) = tokio::join!(outbox.next_to("a@b.example", PATIENCE), async {
            tokio::task::yield_now().await;
            outbox.send(mail("a@b", "two"));
        });
        assert_eq!(second.map(|mail| mail.subject).as_deref(), Some("two"));
        assert_eq!((outbox.mails(Some("a@b")).len(), outbox.mails(None).len()), (2, 3));
        assert_eq!((outbox.delete(Some("a@b")), outbox.delete(None)), (2, 1));
    }

    #[tokio::test]
    async fn nobody_waits_for_ever() {
        assert_eq!(Outbox::default().next_to("a@b", Duration::ZERO).await, None);
    }

    #[test]
    fn the_oldest_goes_and_no_link_is_printed() {
        let outbox = Outbox::default();
        (0..=CAPACITY).for_each(|i| outbox.send(mail("a@b", &i.to_string())));
        assert_eq!((outbox.mails(None).len(), outbox.mails(None)[0].subject.as_str()), (CAPACITY, "1"));
        assert!(!format!("{:?}", outbox.mails(None)[0]).contains("secret"));
    }
}
