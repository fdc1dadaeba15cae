//! The commands that build, run and check Grove, and what the browser tests share with them: the stack on loopback,
//! the tools, the builds of the SPA, the results of tests.

pub mod bench_all;
mod brotli_form;
pub mod cluster;
pub mod dev;
pub mod process;
pub mod report;
pub mod results;
mod rustflags;
pub mod sbom;
pub mod signals;
pub mod size_budget;
pub mod spa_build;
pub mod spa_server;
pub mod stack;
pub mod suite;
pub mod tools;
pub mod verify;
