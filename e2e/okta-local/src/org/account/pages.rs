//! The pages about accounts that wait for an answer. As with the pages of a sign-in, each carries a state token that is
//! good for one answer, from the browser that got the page, within the hour; so no other site can answer one.

use okta_types::UnixTime;

use super::beginning::Beginning;
use super::settings::Settings;
use crate::expiring::ExpiringMap;
use crate::fingerprint::Fingerprint;
use crate::org::password_policy::PasswordRule;
use crate::random;
use crate::unverified::STATE_TOKEN_LIFETIME;

/// What somebody cannot sign in without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RecoveryKind {
    /// Another password.
    Password,
    /// The end of a lock.
    Unlock,
}

/// What a code that was mailed confirms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodeFor {
    /// That somebody reads the mail of an account.
    Recovery(RecoveryKind),
    /// That the address of a sign-up is theirs.
    SignUp,
}

/// Why somebody chooses a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Occasion {
    /// They forgot theirs, or an administrator took it away.
    Reset,
    /// It is their first one.
    Activation,
    /// Theirs has expired; they proved it at this time.
    Expired(UnixTime),
    /// They want another one, and are signed in.
    Chosen,
}

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// The new password breaks a rule.
    Password(PasswordRule),
    /// The two passwords differ.
    Repetition,
    /// The present password is wrong.
    Present,
    /// The answer to the question is wrong.
    Answer,
    /// The first name is missing or too long.
    GivenName,
    /// The last name is missing or too long.
    FamilyName,
    /// That is no e-mail address.
    Email,
}

/// Who chooses a password, and by what right.
#[derive(Clone, Debug)]
pub(crate) struct NewPassword {
    /// Id of the person, `00u…`.
    pub(crate) user_id: String,
    /// What was mailed to them; none where they proved the former password.
    pub(crate) token: Option<Fingerprint>,
    /// Why.
    pub(crate) occasion: Occasion,
    /// Whether their question is asked as well.
    pub(crate) asks_question: bool,
    /// Whether they want to stay signed in afterwards.
    pub(crate) is_kept: bool,
    /// What was wrong just now.
    pub(crate) problems: Vec<Problem>,
}

/// What somebody typed who signs up, without the password.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    /// First name.
    pub(crate) given_name: String,
    /// Last name.
    pub(crate) family_name: String,
    /// Address.
    pub(crate) email: String,
}

/// Which page somebody has before them.
#[derive(Clone, Debug)]
pub(crate) enum AccountPage {
    /// Asks for the user name.
    Recover {
        /// What for.
        kind: RecoveryKind,
        /// Whether it was left out just now.
        was_refused: bool,
    },
    /// Asks for the code that was mailed, if any was.
    Code {
        /// What for.
        of: CodeFor,
        /// What they typed: a user name, or an address.
        name: String,
        /// What was mailed. None: nothing, which nobody is told.
        mailed: Option<Fingerprint>,
        /// Wrong codes so far.
        failures: u8,
    },
    /// Asks for a password.
    NewPassword(NewPassword),
    /// Asks whether to end the lock, or to confirm the address: what a mail's link leads to.
    Confirm {
        /// What for: an unlock or a sign-up.
        of: CodeFor,
        /// What was mailed.
        token: Fingerprint,
    },
    /// Asks for name, address and password.
    SignUp {
        /// What they typed.
        given: Given,
        /// What was wrong just now.
        problems: Vec<Problem>,
    },
    /// Says that the lock has ended.
    Unlocked,
    /// Shows somebody who is signed in what they may change.
    Settings(Settings),
}

#[derive(Debug)]
struct Pending {
    page: AccountPage,
    beginning: Option<Beginning>,
    device: Fingerprint,
    answered: bool,
}

/// An answer to a page.
#[derive(Debug)]
pub(crate) struct PageAnswer {
    /// The page that was answered; none where another answer came before.
    pub(crate) page: Option<AccountPage>,
    /// The sign-in that it belongs to.
    pub(crate) beginning: Option<Beginning>,
}

/// All of them, by the fingerprints of their state tokens.
#[derive(Debug, Default)]
pub(crate) struct AccountPages(ExpiringMap<Fingerprint, Pending>);

impl AccountPages {
    /// Begins a page in that browser and returns its state token.
    pub(crate) fn begin(
        &mut self,
        page: AccountPage,
        beginning: Option<Beginning>,
        device: &str,
        now: UnixTime,
    ) -> String {
        let token = random::token();
        let pending = Pending { page, beginning, device: Fingerprint::of(device), answered: false };
        self.0.insert(Fingerprint::of(&token), pending, now + STATE_TOKEN_LIFETIME, now);
        token
    }

    /// The page of a state token that waits for its answer in that browser.
    pub(crate) fn look(
        &mut self,
        token: &str,
        device: &str,
        now: UnixTime,
    ) -> Option<(AccountPage, Option<Beginning>)> {
        let pending = self.0.get_mut(&Fingerprint::of(token), now)?;
        let waits = !pending.answered && pending.device == Fingerprint::of(device);
        waits.then(|| (pending.page.clone(), pending.beginning.clone()))
    }

    /// Takes the answer to a page; `None` for an unknown or expired token, or one of another browser.
    pub(crate) fn answer(&mut self, token: &str, device: &str, now: UnixTime) -> Option<PageAnswer> {
        let pending = self.0.get_mut(&Fingerprint::of(token), now)?;
        if pending.device != Fingerprint::of(device) {
            return None;
        }
        let answered = std::mem::replace(&mut pending.answered, true);
        let page = (!answered).then(|| pending.page.clone());
        Some(PageAnswer { page, beginning: pending.beginning.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_good_for_one_answer_of_its_browser_within_the_hour() {
        let mut pages = AccountPages::default();
        let page = AccountPage::Unlocked;
        let token = pages.begin(page.clone(), None, "one", UnixTime(0));
        assert!(pages.look(&token, "other", UnixTime(0)).is_none());
        assert!(pages.answer(&token, "other", UnixTime(0)).is_none());
        assert!(pages.answer(&token, "one", UnixTime(0)).is_some_and(|answer| answer.page.is_some()));
        assert!(pages.look(&token, "one", UnixTime(0)).is_none());
        assert!(pages.answer(&token, "one", UnixTime(0)).is_some_and(|answer| answer.page.is_none()));
        let token = pages.begin(page, None, "one", UnixTime(0));
        assert!(pages.answer(&token, "one", UnixTime(3600)).is_none());
    }
}
