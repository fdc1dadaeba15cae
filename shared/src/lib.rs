//! What the Grove shop's SPA and API say to each other.
//!
//! Every message has one type, used by both sides: renaming a field breaks the build, not the shop.

mod address;
mod cart;
mod catalogue;
mod error_chain;
mod messages;
mod money;
mod orders;
mod postal_code;
mod problem;
mod spa_config;
mod text;

pub mod diagnosis;
pub mod pages;
pub mod paths;

pub use address::{Address, AddressField, AddressMistake, countries};
pub use cart::{
    Cart, CartChange, CartChangeKind, CartItem, CartLine, MAX_LINE_QUANTITY, MAX_LINES, MergeCart, PutCart,
    Quantity, QuantityError, repeated_product,
};
pub use catalogue::{
    Category, DEFAULT_PAGE_LIMIT, MAX_PAGE_LIMIT, Product, ProductId, ProductIdError, ProductPage,
    ProductSort,
};
pub use error_chain::error_chain;
pub use messages::{Hello, Message, Messages};
pub use money::Money;
pub use okta_types::AccessClaims;
pub use orders::{MAX_RESTOCK, NewOrder, Order, OrderLine, OrderPage, OrderStatus, Restock};
pub use problem::{FieldProblem, Problem, ProblemCode};
pub use spa_config::{
    SPA_CATALOGUE_ELEMENT_ID, SPA_CONFIG_ELEMENT_ID, SPA_FRAME_ELEMENT_ID, SpaConfig, SpaOrg,
};
pub use text::visible;
