//! What was said to a running org.

use crate::exchanges::Exchange;
use crate::running::RunningOrg;

impl RunningOrg {
    /// All requests so far and their answers, where [`OrgBuilder::record_exchanges`](crate::OrgBuilder::record_exchanges) asked
    /// for it; without those to the control plane.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.tenant.exchanges.all()
    }
}
