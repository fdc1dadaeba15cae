//! Which answers are waited for, and what each is for.

use crate::interface::ids::Ticket;

/// What an answer is for. At most one answer is waited for by each; who asks again no longer waits for the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The stored session, at the start of the page.
    Start,
    /// The stored session, because another tab may have changed it.
    Reread,
    /// The pending sign-ins, to leave out those that keep a request of somebody else.
    DiscardForeign,
    /// The `state` of the sign-out that the page may be back from.
    SignOutState,
    /// The discovery document.
    Metadata,
    /// The keys of ID tokens.
    Keys,
    /// The pending sign-ins for the org's answer, then every step of the exchange of its code.
    Callback,
    /// Every step of a sign-in before the page leaves.
    SignIn,
    /// Revocation before the page leaves for the org.
    SignOut,
    /// Every step of a renewal under its lock.
    Renewal,
    /// Tokens of a renewal whose session is gone: they are revoked if they come.
    LateTokens,
    /// The time at the page's own server, for requests whose proof was refused.
    #[cfg(feature = "dpop")]
    Time,
    /// Whether the session was kept.
    SaveSession,
    /// Whether what is left of an expired session was kept.
    SaveEnded,
    /// The claims of `/userinfo`, stored or from the org.
    #[cfg(feature = "userinfo")]
    UserInfo,
    /// The last sign of life of all tabs.
    #[cfg(feature = "idle")]
    Activity,
}

/// Of what kind an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A text that was read.
    Loaded,
    /// Whether a text was kept.
    Saved,
    /// The org's answer.
    Answered,
    /// Whether a signature holds.
    Verified,
    /// A key that was made.
    #[cfg(feature = "dpop")]
    KeyMade,
    /// What the org said in a frame.
    #[cfg(feature = "silent-renewal")]
    FrameAnswered,
    /// Whether the page may be left.
    #[cfg(feature = "silent-renewal")]
    PageChecked,
    /// What time it is.
    #[cfg(feature = "dpop")]
    TimeTold,
}

/// The answers that are waited for. One that is not is late, and dropped.
#[derive(Debug, Default)]
pub(crate) struct Tickets {
    last: u64,
    open: Vec<(Purpose, Kind, Ticket)>,
}

impl Tickets {
    /// A ticket whose answer nobody waits for.
    pub(crate) fn issue(&mut self) -> Ticket {
        self.last += 1;
        Ticket(self.last)
    }

    /// A ticket whose answer is for this.
    pub(crate) fn issue_for(&mut self, purpose: Purpose, kind: Kind) -> Ticket {
        let id = self.issue();
        self.forget(purpose);
        self.open.push((purpose, kind, id));
        id
    }

    /// What the answer is for. It comes once, and of the kind that is waited for.
    pub(crate) fn take(&mut self, id: Ticket, kind: Kind) -> Option<Purpose> {
        let index = self.open.iter().position(|(_, waited, own)| (*waited, *own) == (kind, id))?;
        Some(self.open.swap_remove(index).0)
    }

    /// Whether an answer is waited for.
    pub(crate) fn is_open(&self, purpose: Purpose) -> bool {
        self.index(purpose).is_some()
    }

    /// Nobody waits for that answer any more.
    pub(crate) fn forget(&mut self, purpose: Purpose) {
        if let Some(index) = self.index(purpose) {
            self.open.swap_remove(index);
        }
    }

    /// The answer that one purpose waits for is for another one now.
    pub(crate) fn reassign(&mut self, from: Purpose, to: Purpose) {
        self.forget(to);
        if let Some(index) = self.index(from) {
            self.open[index].0 = to;
        }
    }

    fn index(&self, purpose: Purpose) -> Option<usize> {
        self.open.iter().position(|(own, ..)| *own == purpose)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_found_once_and_a_late_one_or_one_of_another_kind_not_at_all() {
        let mut tickets = Tickets::default();
        let (late, id, nobodys) = (
            tickets.issue_for(Purpose::Reread, Kind::Loaded),
            tickets.issue_for(Purpose::Reread, Kind::Loaded),
            tickets.issue(),
        );
        let start = tickets.issue_for(Purpose::Start, Kind::Loaded);
        assert_eq!([late, nobodys].map(|id| tickets.take(id, Kind::Loaded)), [None, None]);
        assert_eq!(tickets.take(id, Kind::Answered), None);
        assert_eq!([id, id].map(|id| tickets.take(id, Kind::Loaded)), [Some(Purpose::Reread), None]);
        assert!(tickets.is_open(Purpose::Start) && !tickets.is_open(Purpose::Reread));
        tickets.forget(Purpose::Start);
        assert_eq!(tickets.take(start, Kind::Loaded), None);
    }

    #[test]
    fn an_answer_that_is_passed_on_is_no_longer_for_the_one_before() {
        let mut tickets = Tickets::default();
        let [before, id] =
            [Purpose::LateTokens, Purpose::Renewal].map(|purpose| tickets.issue_for(purpose, Kind::Answered));
        tickets.reassign(Purpose::Renewal, Purpose::LateTokens);
        assert!(!tickets.is_open(Purpose::Renewal));
        let found = [before, id].map(|id| tickets.take(id, Kind::Answered));
        assert_eq!(found, [None, Some(Purpose::LateTokens)]);
    }
}
