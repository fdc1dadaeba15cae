//! The pages by what a person does on them: page objects. Selectors stand here and nowhere else; those of the org's
//! pages, Okta's own among them, in `hosted_page` alone.
//!
//! A page object borrows a tab and knows nothing else. Its methods either do something, or wait with the tab's
//! deadline until the page shows something; none of them returns a selector.

mod callback;
mod cart;
mod checkout;
mod dashboard;
mod docs;
mod header;
mod hosted_page;
mod messages;
mod notices;
mod orders;
mod products;
mod profile;
mod staff;

pub use callback::CallbackFailure;
pub use cart::Cart;
pub use checkout::Checkout;
pub use dashboard::Dashboard;
pub use docs::Docs;
pub use header::Header;
pub use hosted_page::{OrgAccount, OrgFactors, OrgSettings, OrgSignIn};
pub use messages::Messages;
pub use notices::Notices;
pub use orders::Orders;
pub use products::Products;
pub use profile::Profile;
pub use staff::Staff;
