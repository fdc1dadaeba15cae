//! What browser tests are made of: a browser, pages, people who do something there, and evidence of what was seen.

pub mod browser;
pub mod evidence;
pub mod pages;
pub mod scene;
