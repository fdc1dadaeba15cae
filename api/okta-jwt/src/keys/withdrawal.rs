//! Word of keys that are in use no longer, for whoever remembers what they have signed.

use std::fmt;
use std::sync::Arc;

use super::key::Key;

/// What to do when keys went. A key set knows nobody who listens to it.
pub(crate) struct OnWithdrawal(Box<Listener>);

type Listener = dyn Fn(&[Arc<Key>]) + Send + Sync;

impl OnWithdrawal {
    pub(crate) fn new(listener: impl Fn(&[Arc<Key>]) + Send + Sync + 'static) -> Self {
        Self(Box::new(listener))
    }

    /// These went; often none.
    pub(crate) fn tell(&self, gone: &[Arc<Key>]) {
        if !gone.is_empty() {
            (self.0)(gone);
        }
    }
}

impl fmt::Debug for OnWithdrawal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnWithdrawal")
    }
}
