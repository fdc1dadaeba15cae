//! An Okta-compatible org on your machine, for development and tests
