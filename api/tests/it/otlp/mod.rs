//! Traces and metrics at a collector, from the program itself; and what it says where it was built without.

#[cfg(feature = "otlp")]
mod collector;
#[cfg(feature = "otlp")]
mod faults;
#[cfg(feature = "otlp")]
mod measured;
#[cfg(not(feature = "otlp"))]
mod off;
#[cfg(feature = "otlp")]
mod traced;
