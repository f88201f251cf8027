//! A client's byte stream under the WebSocket library: bounds the handshake, and notes when what arrived.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::frame_watch::FrameWatch;
use crate::source::Unfinished;

/// A stream that counts what is read from it.
#[derive(Debug)]
pub(crate) struct Metered<S> {
    inner: S,
    phase: Phase,
    watch: FrameWatch,
    unfinished: Unfinished,
    max_message: usize,
    last_read: Instant,
    begun: Option<Instant>,
}

#[derive(Debug)]
enum Phase {
    Handshake { bytes_left: usize },
    Frames,
}

impl<S> Metered<S> {
    pub(crate) fn new(
        inner: S,
        handshake_bytes: usize,
        watch: FrameWatch,
        unfinished: Unfinished,
        max_message: usize,
    ) -> Self {
        let phase = Phase::Handshake {
            bytes_left: handshake_bytes,
        };
        Self {
            inner,
            phase,
            watch,
            unfinished,
            max_message,
            last_read: Instant::now(),
            begun: None,
        }
    }

    /// Says that what follows are WebSocket frames.
    pub(crate) fn upgraded(&mut self) {
        self.phase = Phase::Frames;
        self.last_read = Instant::now();
    }

    /// When bytes last came.
    pub(crate) fn last_read(&self) -> Instant {
        self.last_read
    }

    /// When the unfinished frame or message began, and how many bytes it announced.
    pub(crate) fn begun(&self) -> Option<(Instant, u64)> {
        self.begun.map(|begun| (begun, self.watch.announced()))
    }

    pub(crate) fn inner_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    fn note(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.last_read = Instant::now();
        match &mut self.phase {
            Phase::Handshake { bytes_left } => {
                *bytes_left = bytes_left
                    .checked_sub(bytes.len())
                    .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?;
            }
            Phase::Frames => {
                let finished = self.watch.finished();
                self.watch.feed(bytes)?;
                // What is beyond the limit is never held: the library refuses it at the header.
                let announced = usize::try_from(self.watch.announced()).unwrap_or(usize::MAX);
                self.unfinished.set(announced.min(self.max_message))?;
                self.begun = match self.begun {
                    _ if !self.watch.is_inside() => None,
                    Some(begun) if finished == self.watch.finished() => Some(begun),
                    _ => Some(self.last_read),
                };
            }
        }
        Ok(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(context, buffer))?;
        Poll::Ready(self.note(buffer.filled().get(before..).unwrap_or_default()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Metered<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}
