//! Okta sign-in for Sycamore: the thin browser part around okta-auth
