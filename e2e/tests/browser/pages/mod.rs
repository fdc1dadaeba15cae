//! The pages by what a person does on them: selectors stand here and nowhere else.

mod callback;
mod cart;
mod checkout;
mod header;
mod messages;
mod orders;
mod org_sign_in;
mod products;
mod profile;

pub(crate) use callback::CallbackFailure;
pub(crate) use cart::Cart;
pub(crate) use checkout::Checkout;
pub(crate) use header::Header;
pub(crate) use messages::Messages;
pub(crate) use orders::Orders;
pub(crate) use org_sign_in::OrgSignIn;
pub(crate) use products::Products;
pub(crate) use profile::Profile;
