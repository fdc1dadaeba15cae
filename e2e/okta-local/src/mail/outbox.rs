//! What was sent, newest last. It is in memory only.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use okta_types::UnixTime;
use tokio::sync::Notify;

/// The oldest mail goes when there are more.
const CAPACITY: usize = 1_000;

/// A mail that the org sent.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mail {
    /// The address.
    pub to: String,
    /// The login of whom it is for; the address, where nobody has an account.
    pub login: String,
    /// Okta's default subject of its kind.
    pub subject: String,
    /// Plain text, with the link and the code in it.
    pub text: String,
    /// Where it leads, if anywhere: an address of this org, good once.
    pub link: Option<String>,
    /// Six digits for the page that asked for the mail.
    pub code: Option<String>,
    /// When it was sent, by the org's clock.
    pub sent_at: UnixTime,
}

impl Mail {
    /// Whether it is for whom this login or address means.
    fn is_for(&self, name: &str) -> bool {
        [&self.login, &self.to].iter().any(|known| known.eq_ignore_ascii_case(name.trim()))
    }
}

impl fmt::Debug for Mail {
    /// Links and codes open accounts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = (&self.to, &self.subject, &self.sent_at);
        f.debug_struct("Mail")
            .field("to", shown.0)
            .field("subject", shown.1)
            .field("sent_at", shown.2)
            .finish_non_exhaustive()
    }
}

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
}

impl Outbox {
    /// Puts a mail in; the oldest goes once there are 1,000.
    pub(crate) fn send(&self, mail: Mail) {
        let mut sent = self.lock();
        if sent.len() == CAPACITY {
            sent.pop_front();
        }
        sent.push_back(Sent { mail, taken: false });
        drop(sent);
        self.arrived.notify_waiters();
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
