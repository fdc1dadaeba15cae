//! Which authenticators a running org has switched on.

use crate::running::RunningOrg;

impl RunningOrg {
    /// Whether e-mail is an authenticator: a second factor that everybody has, by code and by link. Off unless
    /// [`OrgBuilder::email_authenticator`](crate::OrgBuilder::email_authenticator) says otherwise.
    pub fn set_email_authenticator(&self, on: bool) {
        self.tenant.state().directory.authenticators.email = on;
        self.tenant.persist_now();
    }

    /// Whether people may use passkeys. Off unless [`OrgBuilder::passkeys`](crate::OrgBuilder::passkeys) says otherwise.
    pub fn set_passkeys(&self, on: bool) {
        self.tenant.state().directory.authenticators.passkeys = on;
        self.tenant.persist_now();
    }
}
