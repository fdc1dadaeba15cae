//! The paths of the org's own pages: pages link to them, endpoints answer them, counters know them.

/// Where the sign-in page posts to.
pub(crate) const SIGN_IN: &str = "/login/verify";

/// Where the page of the second factor posts to.
pub(crate) const SECOND_FACTOR: &str = "/login/second-factor";

/// Where the consent page posts to.
pub(crate) const CONSENT: &str = "/login/consent";

/// Where the next page of a sign-in is shown.
pub(crate) const STEP: &str = "/login/step";

/// Where a sign-out ends that names no other place.
pub(crate) const SIGNED_OUT: &str = "/login/signed-out";

/// The end-user dashboard, at the path of a live org.
pub(crate) const DASHBOARD: &str = "/app/UserHome";

/// Where people come back to who signed in to the dashboard.
pub(crate) const DASHBOARD_CALLBACK: &str = "/enduser/callback";

/// Ends the session of whoever follows the link.
pub(crate) const SIGN_OUT: &str = "/login/signout";

/// Where the pages' style sheet is.
pub(crate) const STYLE: &str = "/login/assets/pages.css";

/// The mail that the org sent, for people on this machine.
pub(crate) const OUTBOX: &str = "/outbox";
