//! What stands around every page.

mod cart_news;
mod footer;
mod header;
mod notice;
mod toast;
mod toasts;

pub(crate) use cart_news::cart_news;
pub(crate) use footer::footer;
pub(crate) use header::header;
pub(crate) use notice::notice;
pub(crate) use toast::toast;
pub(crate) use toasts::Toasts;
