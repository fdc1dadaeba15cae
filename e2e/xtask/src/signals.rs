//! The ways to ask a command to stop.

use tokio::signal::ctrl_c;
use tokio::signal::unix::{SignalKind, signal};

/// Returns at Ctrl-C, or when the system asks politely (SIGTERM).
pub async fn asked_to_stop() {
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = ctrl_c() => {}
        () = terminated => {}
    }
}
