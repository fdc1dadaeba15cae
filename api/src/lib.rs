//! The Grove shop's API
