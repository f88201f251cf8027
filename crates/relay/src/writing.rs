//! What a connection's task has taken out of its outbox and is writing to its client.

use crate::http::Socket;
use crate::outbox;
use futures_util::SinkExt;
use std::collections::VecDeque;
use std::mem;
use std::task::{Context, Poll, ready};
use std::time::Instant;
use tokio_tungstenite::tungstenite::{Bytes, Error as WsError, Message, Utf8Bytes};

/// Frames on their way into the socket.
#[derive(Default)]
pub(crate) struct Writing {
    /// Frames that the socket has not taken.
    pub(crate) batch: VecDeque<Utf8Bytes>,
    /// Since when the client takes nothing.
    pub(crate) blocked_since: Option<Instant>,
    /// Cost of frames written since the outbox was last told.
    written: usize,
    ping: bool,
    unflushed: bool,
}

impl Writing {
    /// Puts a ping before everything else.
    pub(crate) fn ping(&mut self) {
        self.ping = true;
    }

    /// Cost of the frames that were written since this was last asked.
    pub(crate) fn take_written(&mut self) -> usize {
        mem::take(&mut self.written)
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.batch.is_empty() && !self.ping && !self.unflushed
    }

    /// Writes everything with one flush; pending where the client takes no more.
    ///
    /// # Errors
    /// What ended the socket.
    pub(crate) fn poll(
        &mut self,
        socket: &mut Socket,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), WsError>> {
        let polled = self.poll_batch(socket, context);
        match &polled {
            Poll::Ready(_) => self.blocked_since = None,
            Poll::Pending => {
                self.blocked_since.get_or_insert_with(Instant::now);
            }
        }
        polled
    }

    fn poll_batch(
        &mut self,
        socket: &mut Socket,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), WsError>> {
        if self.blocked_since.is_some() {
            ready!(socket.poll_flush_unpin(context))?;
            self.blocked_since = None;
        }
        while let Some(message) = self.front() {
            ready!(socket.poll_ready_unpin(context))?;
            socket.start_send_unpin(message)?;
            self.front_is_written();
        }
        ready!(socket.poll_flush_unpin(context))?;
        self.unflushed = false;
        Poll::Ready(Ok(()))
    }

    fn front(&self) -> Option<Message> {
        if self.ping {
            return Some(Message::Ping(Bytes::new()));
        }
        self.batch.front().cloned().map(Message::Text)
    }

    fn front_is_written(&mut self) {
        self.unflushed = true;
        if mem::take(&mut self.ping) {
            return;
        }
        if let Some(frame) = self.batch.pop_front() {
            self.written = self.written.saturating_add(outbox::cost(&frame));
        }
    }
}
