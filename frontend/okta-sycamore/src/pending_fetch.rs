//! The two ends of a request of the app: the future that waits, and the driver that decides nothing but
//! passes on what the machine says.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use okta_auth::FetchError;

use crate::http::Credentials;

/// What becomes of a request.
pub(crate) enum Directive {
    /// Send it to this address, with or without the token.
    Send { url: String, credentials: Credentials },
    /// The last answer is the app's.
    Deliver,
    /// There will be no answer.
    Refuse(FetchError),
}

/// Where the future waits for directives.
#[derive(Default)]
pub(crate) struct Mailbox {
    directive: Cell<Option<Directive>>,
    waker: RefCell<Option<Waker>>,
}

impl Mailbox {
    pub(crate) fn put(&self, directive: Directive) {
        self.directive.set(Some(directive));
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    pub(crate) async fn next(&self) -> Directive {
        poll_fn(|context| match self.directive.take() {
            Some(directive) => Poll::Ready(directive),
            None => {
                self.waker.replace(Some(context.waker().clone()));
                Poll::Pending
            }
        })
        .await
    }
}

/// The mailboxes of all requests that are not over, by number.
#[derive(Default)]
pub(crate) struct Mailboxes {
    open: RefCell<Vec<(u64, Rc<Mailbox>)>>,
    last: Cell<u64>,
}

impl Mailboxes {
    pub(crate) fn open(&self) -> (u64, Rc<Mailbox>) {
        let number = self.last.get() + 1;
        self.last.set(number);
        let mailbox = Rc::new(Mailbox::default());
        self.open.borrow_mut().push((number, Rc::clone(&mailbox)));
        (number, mailbox)
    }

    pub(crate) fn put(&self, number: u64, directive: Directive) {
        let mailbox = self.open.borrow().iter().find(|(n, _)| *n == number).map(|(_, m)| Rc::clone(m));
        if let Some(mailbox) = mailbox {
            mailbox.put(directive);
        }
    }

    pub(crate) fn close(&self, number: u64) {
        self.open.borrow_mut().retain(|(n, _)| *n != number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;
    use std::task::Context;

    #[test]
    fn a_directive_reaches_only_the_request_it_is_for() {
        let mailboxes = Mailboxes::default();
        let ((first, mine), (_, other)) = (mailboxes.open(), mailboxes.open());
        mailboxes.put(first, Directive::Deliver);
        let mut context = Context::from_waker(Waker::noop());
        assert!(matches!(pin!(mine.next()).poll(&mut context), Poll::Ready(Directive::Deliver)));
        assert!(pin!(other.next()).poll(&mut context).is_pending());
        mailboxes.close(first);
        mailboxes.put(first, Directive::Deliver);
        assert!(pin!(mine.next()).poll(&mut context).is_pending());
    }
}
