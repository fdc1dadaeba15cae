//! What the Grove shop's SPA and API say to each other.
//!
//! Every message has one type, used by both sides: renaming a field breaks the build, not the shop.

mod cart;
mod catalogue;
mod messages;
mod money;
mod orders;
mod problem;
mod spa_config;

pub mod paths;

pub use cart::{CartLine, MAX_LINE_QUANTITY, Quantity, QuantityError};
pub use catalogue::{Category, Product, ProductId, ProductIdError, ProductPage};
pub use messages::{Hello, Message, Messages};
pub use money::Money;
pub use okta_types::AccessClaims;
pub use orders::{NewOrder, Order, OrderLine, OrderPage, OrderStatus};
pub use problem::{Problem, ProblemCode};
pub use spa_config::{SPA_CONFIG_ELEMENT_ID, SpaConfig};
