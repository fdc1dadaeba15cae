//! Sign-ins over the Authentication API that are under way: who proved what, and what comes next. And what somebody can
//! begin one with in place of a password: tokens that activations and recoveries hand out.

use std::time::Duration;

use okta_types::UnixTime;

use crate::expiring::ExpiringMap;
use crate::fingerprint::Fingerprint;
use crate::org::account::Beginning;
use crate::org::session::Session;
use crate::random;
use crate::unverified::{ACTIVATION_LIFETIME, RECOVERY_LIFETIME};

/// How long a transaction waits for the next step; each step restarts that time.
pub(crate) const TRANSACTION_LIFETIME: Duration = Duration::from_secs(5 * 60);

/// What somebody has to do.
#[derive(Clone, Debug)]
pub(crate) enum Stage {
    /// Choose another password; the former one was proved and has expired.
    PasswordExpired,
    /// Choose a password; something else than the former one was proved.
    PasswordReset {
        /// Whether it is their first one.
        activation: bool,
    },
    /// Answer their question, to choose a password then.
    Recovery,
    /// Prove a second factor.
    FactorRequired(Session),
    /// `MFA_ENROLL`: a factor must be enrolled first.
    FactorEnroll(Session),
    /// Prove the factor that they enrolled.
    FactorActivate(Session, String),
}

/// A sign-in under way.
#[derive(Clone, Debug)]
pub(crate) struct Transaction {
    /// Id of the person, `00u…`.
    pub(crate) user_id: String,
    /// What must be done next.
    pub(crate) stage: Stage,
}

/// What a token that was handed out is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenPurpose {
    /// To take an account over that an administrator made.
    Activation,
    /// To choose another password, perhaps after the answer to a question.
    Recovery {
        /// Whether the question is asked, where there is one.
        asks_question: bool,
    },
    /// To end the lock of an account.
    Unlock,
}

/// A token that was handed out, and whose.
#[derive(Clone, Debug)]
pub(crate) struct HandedOut {
    /// Id of the person, `00u…`.
    pub(crate) user_id: String,
    /// What it is good for.
    pub(crate) purpose: TokenPurpose,
    /// The sign-in that it was asked for in, if any.
    pub(crate) beginning: Option<Beginning>,
    /// Of the code that was mailed beside it.
    code: Option<Fingerprint>,
}

impl TokenPurpose {
    fn lifetime(self) -> Duration {
        match self {
            Self::Activation => ACTIVATION_LIFETIME,
            Self::Recovery { .. } | Self::Unlock => RECOVERY_LIFETIME,
        }
    }
}

/// Transactions and recovery tokens that are under way.
#[derive(Debug, Default)]
pub(crate) struct Transactions {
    pending: ExpiringMap<Fingerprint, Transaction>,
    recovery_tokens: ExpiringMap<Fingerprint, HandedOut>,
}

impl Transactions {
    /// Begins a transaction and returns its state token.
    pub(crate) fn begin(&mut self, user_id: &str, stage: Stage, now: UnixTime) -> String {
        let token = random::token();
        let transaction = Transaction { user_id: user_id.to_owned(), stage };
        self.pending.insert(Fingerprint::of(&token), transaction, now + TRANSACTION_LIFETIME, now);
        token
    }

    /// The transaction of a state token, which looking prolongs.
    pub(crate) fn look(&mut self, token: &str, now: UnixTime) -> Option<Transaction> {
        let key = Fingerprint::of(token);
        let transaction = self.pending.get_mut(&key, now)?.clone();
        self.pending.prolong(&key, now + TRANSACTION_LIFETIME);
        Some(transaction)
    }

    /// Leads a transaction on to another stage.
    pub(crate) fn go_on(&mut self, token: &str, stage: Stage, now: UnixTime) {
        if let Some(transaction) = self.pending.get_mut(&Fingerprint::of(token), now) {
            transaction.stage = stage;
        }
    }

    /// Ends a transaction; `false` where there is none.
    pub(crate) fn end(&mut self, token: &str, now: UnixTime) -> bool {
        self.pending.remove(&Fingerprint::of(token), now).is_some()
    }

    /// Ends all transactions of one person.
    pub(crate) fn end_all_of(&mut self, user_id: &str) {
        self.pending.retain(|transaction| transaction.user_id != user_id);
    }

    /// A token for a purpose. Of one person only the last one of a kind is good.
    pub(crate) fn hand_out(&mut self, user_id: &str, purpose: TokenPurpose, now: UnixTime) -> String {
        let handed = HandedOut { user_id: user_id.to_owned(), purpose, beginning: None, code: None };
        self.keep(handed, now)
    }

    /// A token and, in its place, a code, which go by mail to who asked for them in this sign-in.
    pub(crate) fn hand_out_with_code(
        &mut self,
        user_id: &str,
        purpose: TokenPurpose,
        beginning: Option<Beginning>,
        now: UnixTime,
    ) -> (String, String) {
        let code = random::code();
        let known = Some(Fingerprint::of(&code));
        let handed = HandedOut { user_id: user_id.to_owned(), purpose, beginning, code: known };
        (self.keep(handed, now), code)
    }

    fn keep(&mut self, handed: HandedOut, now: UnixTime) -> String {
        let kind = std::mem::discriminant(&handed.purpose);
        let is_other = |known: &HandedOut| {
            known.user_id != handed.user_id || std::mem::discriminant(&known.purpose) != kind
        };
        self.recovery_tokens.retain(is_other);
        let token = random::long_id("");
        let end = now + handed.purpose.lifetime();
        self.recovery_tokens.insert(Fingerprint::of(&token), handed, end, now);
        token
    }

    /// What a token was handed out for; it stays good.
    pub(crate) fn handed(&mut self, token: &Fingerprint, now: UnixTime) -> Option<&HandedOut> {
        self.recovery_tokens.get_mut(token, now).map(|handed| &*handed)
    }

    /// Whether the code is that of the token.
    pub(crate) fn has_code(&mut self, token: &Fingerprint, code: &str, now: UnixTime) -> bool {
        self.handed(token, now).is_some_and(|handed| handed.code == Some(Fingerprint::of(code)))
    }

    /// What a token was handed out for; it is used up.
    pub(crate) fn take_handed(&mut self, token: &Fingerprint, now: UnixTime) -> Option<HandedOut> {
        self.recovery_tokens.remove(token, now)
    }

    /// Who was given a token, and for what; it is used up.
    pub(crate) fn take(&mut self, token: &str, now: UnixTime) -> Option<(String, TokenPurpose)> {
        self.take_handed(&Fingerprint::of(token), now).map(|handed| (handed.user_id, handed.purpose))
    }

    /// Ends all tokens of one person.
    pub(crate) fn forget_tokens_of(&mut self, user_id: &str) {
        self.recovery_tokens.retain(|handed| handed.user_id != user_id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_lives_while_it_goes_on() {
        let mut transactions = Transactions::default();
        let token = transactions.begin("00u1", Stage::Recovery, UnixTime(0));
        assert!(transactions.look(&token, UnixTime(299)).is_some());
        assert!(transactions.look(&token, UnixTime(598)).is_some(), "each step begins it anew");
        assert!(transactions.look(&token, UnixTime(898)).is_none());
        let token = transactions.begin("00u1", Stage::Recovery, UnixTime(0));
        assert!(transactions.end(&token, UnixTime(1)) && !transactions.end(&token, UnixTime(1)));
    }

    #[test]
    fn a_token_is_good_once_and_the_last_one_only() {
        let mut transactions = Transactions::default();
        let recovery = TokenPurpose::Recovery { asks_question: true };
        let former = transactions.hand_out("00u1", recovery, UnixTime(0));
        let activation = transactions.hand_out("00u1", TokenPurpose::Activation, UnixTime(0));
        let token =
            transactions.hand_out("00u1", TokenPurpose::Recovery { asks_question: false }, UnixTime(0));
        assert_eq!(transactions.take(&former, UnixTime(1)), None);
        let taken = transactions.take(&token, UnixTime(1));
        assert_eq!(taken, Some(("00u1".to_owned(), TokenPurpose::Recovery { asks_question: false })));
        assert_eq!(transactions.take(&token, UnixTime(1)), None);
        assert!(transactions.take(&activation, UnixTime(0) + ACTIVATION_LIFETIME).is_none());
    }
}
