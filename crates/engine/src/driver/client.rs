//! The handle that fronts hold of a running client.
//!
//! It only hands on: everything happens on the engine's thread.

use super::engine_start::ClientError;
use super::engine_thread::{Call, EngineThread, Input, Options, Subscriber};
use crate::core::Request;
use crate::error::EngineError;
use crate::home::OpenProfile;
use std::thread;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

/// Requests that may wait for the thread.
const INPUTS_WAITING: usize = 64;

/// A running client. Dropping it ends the connections without a goodbye; [`Client::stop`] says it.
pub struct Client {
    inputs: mpsc::Sender<Input>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Client {
    /// Takes up an opened profile and connects its relays. Connections run on the given runtime.
    ///
    /// # Errors
    /// If the history cannot be read.
    pub async fn start(
        opened: OpenProfile,
        options: Options,
        runtime: Handle,
    ) -> Result<Self, ClientError> {
        let (inputs, waiting) = mpsc::channel(INPUTS_WAITING);
        let (ready, started) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("sotto-engine".to_owned())
            .spawn(move || {
                let _fault = EndOnFault;
                match EngineThread::new(opened, options, runtime.clone()) {
                    Ok(engine) => {
                        if ready.send(Ok(())).is_ok() {
                            runtime.block_on(engine.run(waiting));
                        }
                    }
                    Err(error) => drop(ready.send(Err(error))),
                }
            })
            .map_err(|_| ClientError::System)?;
        let client = Self {
            inputs,
            thread: Some(thread),
        };
        started.await.map_err(|_| ClientError::System)??;
        Ok(client)
    }

    /// Carries out a request.
    ///
    /// # Errors
    /// Nothing of the request has happened then.
    pub async fn request<R: Request>(&self, request: R) -> Result<R::Answer, EngineError> {
        let (reply, answer) = oneshot::channel();
        let call: Call = Box::new(move |engine, now| {
            let result = engine.request(now, request);
            if let Err(error) = &result {
                tracing::debug!(%error, "a request was not carried out");
            }
            // A front that no longer waits for the answer still sees what happened.
            Box::new(move || drop(reply.send(result)))
        });
        self.hand_in(Input::Request(call)).await?;
        answer.await.map_err(|_| EngineError::Stopped)?
    }

    /// Adds a subscriber. Its first event is a snapshot.
    ///
    /// # Errors
    /// If the client has stopped.
    pub async fn subscribe(&self, subscriber: Subscriber) -> Result<(), EngineError> {
        self.hand_in(Input::Subscribe(subscriber)).await
    }

    /// Ends all connections with their close handshakes and closes the history.
    pub async fn stop(mut self) {
        let (done, stopped) = oneshot::channel();
        if self.hand_in(Input::Stop(done)).await.is_ok() {
            // Without an answer the thread has ended, which is what was asked for.
            let _ = stopped.await;
        }
        if let Some(thread) = self.thread.take() {
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }

    async fn hand_in(&self, input: Input) -> Result<(), EngineError> {
        let handed = self.inputs.send(input).await;
        handed.map_err(|_| EngineError::Stopped)
    }
}

/// Ends the process if the engine's thread panics: its memory may be half changed, the history is
/// whole, and the next start takes it up. A front must not go on without an engine.
struct EndOnFault;

impl Drop for EndOnFault {
    fn drop(&mut self) {
        if thread::panicking() {
            std::process::abort();
        }
    }
}
