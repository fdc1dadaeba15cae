//! Ports for programs that are told theirs.

use std::net::TcpListener;

/// Ports that nobody has at the moment.
pub(crate) fn free_ports() -> [u16; 2] {
    let taken = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    taken.map(|listener| listener.local_addr().unwrap().port())
}
