//! The mail of a running org, and what it is set to about accounts.

use std::time::Duration;

use crate::mail::Mail;
use crate::paths;
use crate::running::RunningOrg;

/// How long a test waits for a mail.
const PATIENCE: Duration = Duration::from_secs(10);

impl RunningOrg {
    /// All mail that the org has sent, oldest first: of the last 1,000.
    pub fn mails(&self) -> Vec<Mail> {
        self.tenant.outbox.mails(None)
    }

    /// The oldest mail to the person of this login, or to this address, that no such call returned before. Waits for one;
    /// `None` where none came in ten seconds.
    pub async fn mail_to(&self, login: &str) -> Option<Mail> {
        self.tenant.outbox.next_to(login, PATIENCE).await
    }

    /// Forgets all mail.
    pub fn delete_mails(&self) {
        self.tenant.outbox.delete(None);
    }

    /// Whether a password that is chosen on a page of the org ends the other sessions of its person in any case. Off unless
    /// a test turns it on: as with Okta, the page then asks.
    pub fn set_password_reset_ends_sessions(&self, ends: bool) {
        self.tenant.state().directory.reset_ends_sessions = ends;
        self.tenant.persist_now();
    }

    /// The page that shows the mail to people on this machine.
    pub fn outbox_url(&self) -> String {
        format!("{}{}", self.base_url(), paths::OUTBOX)
    }
}
