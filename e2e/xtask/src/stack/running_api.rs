//! The API as a part of a stack: started, restarted, stopped.

use std::net::TcpListener;

use api::{Application, Settings, StopHandle};
use tokio::task::JoinHandle;

use super::error::StackError;
use super::listeners::ListenError;

/// An API in the background of the current runtime.
#[derive(Debug)]
pub(crate) struct RunningApi {
    settings: Settings,
    stop: StopHandle,
    task: JoinHandle<()>,
}

impl RunningApi {
    /// Starts it on this listener, whose address is the one that the settings name.
    pub(crate) async fn start(settings: Settings, listener: TcpListener) -> Result<Self, StackError> {
        let application = Application::build(settings.clone(), Some(listener)).await?;
        let stop = application.handle();
        let task = tokio::spawn(async move {
            if let Err(error) = application.run().await {
                eprintln!("the API ended: {error}");
            }
        });
        Ok(Self { settings, stop, task })
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Where it is, e.g. `http://localhost:8000`.
    pub(crate) fn url(&self) -> String {
        format!("http://localhost:{}", self.settings.addr.port())
    }

    pub(super) async fn restart(&mut self) -> Result<(), StackError> {
        self.end().await;
        let port = self.settings.addr.port();
        let listener = TcpListener::bind(self.settings.addr).map_err(|cause| ListenError::Refused {
            part: "API",
            port,
            flag: "--port-api",
            cause,
        })?;
        *self = Self::start(self.settings.clone(), listener).await?;
        Ok(())
    }

    /// Ends it after what it has begun to answer; once is enough.
    pub(super) async fn end(&mut self) {
        if !self.task.is_finished() {
            self.stop.stop(true).await;
            // A task that panicked has ended as well.
            let _ = (&mut self.task).await;
        }
    }

    /// The same, and there is no way back.
    pub(crate) async fn stop(mut self) {
        self.end().await;
    }
}
