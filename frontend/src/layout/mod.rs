//! What stands around every page.

mod cart_news;
mod footer;
mod header;
mod notice;
mod shell;
mod toast;
mod toasts;

pub(crate) use shell::shell;
pub(crate) use toasts::Toasts;
