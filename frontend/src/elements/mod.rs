//! What several pages are made of.

mod basket_button;
mod option;
mod panel;
mod picture;
mod product_card;
mod quantity_stepper;
mod sign_in_button;
mod skeleton;
mod stock;

pub(crate) use basket_button::basket_button;
pub(crate) use option::option;
pub(crate) use panel::{empty_panel, failure_panel};
pub(crate) use picture::{line_picture, picture};
pub(crate) use product_card::product_card;
pub(crate) use quantity_stepper::{quantity_stepper, understood};
pub(crate) use sign_in_button::{begin_button, sign_in_button};
pub(crate) use skeleton::{card_skeletons, line_skeletons};
pub(crate) use stock::stock_note;
