//! The machine as a driver sees it: events in, effects out, in a browser made of plain data. With all features.

#![cfg(all(
    feature = "developer",
    feature = "dpop",
    feature = "endpoints",
    feature = "idle",
    feature = "mail-links",
    feature = "org-addresses",
    feature = "par",
    feature = "several-orgs",
    feature = "silent-renewal",
    feature = "userinfo"
))]
#![expect(clippy::unwrap_used, reason = "a test may panic, here the helpers around it too")]

mod addresses;
mod browser;
mod callback;
mod clock;
mod dpop;
mod fetch;
mod grace;
mod idle;
mod initiated;
mod invariants;
mod keys;
mod mail_links;
mod org;
mod owner;
mod people;
mod pushed;
mod redirect_loop;
mod renewal;
mod several_orgs;
mod short_lived;
mod sign_in;
mod sign_out;
mod silent_renewal;
mod step_up;
mod storage;
mod tabs;
mod user_info;
