//! HAProxy before the API's processes: it asks each whether it is ready, and gives a request to another one where a connection
//! cannot be made.

use std::fs;
use std::path::Path;

use tokio::process::Command;

use super::error::ClusterError;
use super::server::Server;
use crate::tools::HAPROXY;

/// Starts it on this port of loopback.
pub(super) fn start(folder: &Path, port: u16, replicas: &[String]) -> Result<Server, ClusterError> {
    let file = folder.join("haproxy.cfg");
    fs::write(&file, configuration(port, replicas)).map_err(ClusterError::Folder)?;
    let mut command = Command::new(HAPROXY.path().unwrap_or_else(|| "haproxy".into()));
    command.args(["-db", "-f"]).arg(&file).current_dir(folder);
    Server::start("HAProxy", command, &folder.join("haproxy.log"))
}

fn configuration(port: u16, replicas: &[String]) -> String {
    let servers = replicas.iter().enumerate();
    let servers: String =
        servers.map(|(number, address)| format!("    server api{} {address} check\n", number + 1)).collect();
    format!(
        "\
global
    maxconn 2000

defaults
    mode http
    timeout connect 1s
    timeout client 60s
    timeout server 60s
    timeout http-request 10s
    # A connection that cannot be made is tried at another process; what was sent is not sent twice.
    retries 3
    option redispatch 1
    # Whose request it is: the processes take this proxy's word for it.
    option forwardfor

frontend api
    bind 127.0.0.1:{port}
    default_backend replicas

backend replicas
    balance roundrobin
    option httpchk
    http-check send meth GET uri /readyz ver HTTP/1.1 hdr Host localhost
    default-server inter 200ms fall 2 rise 1 on-marked-down shutdown-sessions
{servers}"
    )
}
