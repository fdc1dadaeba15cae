//! Okta sign-in for browsers as a state machine with effects as data
