//! The Grove shop: a single-page app in Sycamore
