//! Where the pages of this page's org begin: at the root, but for the orgs that have a path of their own. Addresses are
//! those within that; only what the browser and the sign-in are told is whole.

/// The path, e.g. `/birch`; empty for the first org.
#[cfg(feature = "account")]
pub(crate) fn base() -> &'static str {
    BASE.get()
}

#[cfg(feature = "account")]
thread_local! {
    static BASE: std::cell::Cell<&'static str> = const { std::cell::Cell::new("") };
}

/// Says so, once, before anything is drawn.
#[cfg(feature = "account")]
pub(crate) fn set_base(path: &'static str) {
    BASE.set(path);
}

/// A place of the shop as the browser has it.
pub(crate) fn whole(place: String) -> String {
    #[cfg(feature = "account")]
    return [base(), place.as_str()].concat();
    #[cfg(not(feature = "account"))]
    place
}

/// A place that the browser has as one of the shop. What is outside stays what it is.
pub(crate) fn within(place: &str) -> &str {
    #[cfg(feature = "account")]
    if let Some(rest) = place.strip_prefix(base())
        && (rest.is_empty() || rest.starts_with(['/', '?', '#']))
    {
        return rest;
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "account")]
    #[test]
    fn a_place_within_is_below_the_base_and_nothing_else_is() {
        assert_eq!((within("/orders"), whole("/orders".to_owned()).as_str()), ("/orders", "/orders"));
        set_base("/birch");
        for (there, here) in
            [("/birch/orders?x#y", "/orders?x#y"), ("/birch", ""), ("/birch?x", "?x"), ("/birch/", "/")]
        {
            assert_eq!(within(there), here);
        }
        for outside in ["/birches", "/orders", "/", "/x/birch"] {
            assert_eq!(within(outside), outside);
        }
        assert_eq!(whole("/orders".to_owned()), "/birch/orders");
        set_base("");
    }

    #[cfg(not(feature = "account"))]
    #[test]
    fn all_pages_are_at_the_root() {
        assert_eq!(
            (within("/birch/orders"), whole("/orders".to_owned()).as_str()),
            ("/birch/orders", "/orders")
        );
    }
}
