//! What follows a flow. Flows do not call each other: each returns what follows, and `mod.rs` has it done.

use crate::interface::sign_in::SignIn;
use crate::machine::transaction::Transaction;

/// What follows a flow.
#[must_use]
pub(crate) enum Next {
    Nothing,
    /// Requests that wait may go on; they do at the end of the step.
    Serve,
    /// The session is renewed.
    Renew,
    /// The session is renewed by an authorization request that asks nobody.
    #[cfg(feature = "silent-renewal")]
    RenewSilently,
    /// The code of such a request is exchanged.
    #[cfg(feature = "silent-renewal")]
    ExchangeCode,
    /// The stored session is read again: another tab may have another one by now.
    Reread,
    /// A sign-in begins.
    SignIn(Box<SignIn>),
    /// The person has been away for too long and is signed out, here and at the org.
    #[cfg(feature = "idle")]
    SignOut,
    /// Who is there is known for the first time.
    Started,
    /// The same, on a page whose address asks for this sign-in.
    #[cfg(feature = "mail-links")]
    StartedBy(Box<SignIn>),
    /// Somebody is back from the org with a session, from the sign-in of this transaction.
    SignedIn(Box<Transaction>),
}
