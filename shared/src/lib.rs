//! What the Grove shop's SPA and API say to each other
