//! A client's byte stream under hyper and then under the WebSocket library: bounds the handshake, and notes when what
//! arrived.

use crate::frame_watch::FrameWatch;
use crate::source::Unfinished;
use std::io;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_tungstenite::tungstenite::Bytes;

/// A stream that counts what is read from it.
pub(crate) struct Metered<S> {
    inner: S,
    phase: Phase,
    watch: FrameWatch,
    unfinished: Unfinished,
    max_message: usize,
    last_read: Instant,
    begun: Option<Instant>,
}

enum Phase {
    /// A request; so many bytes of it may still come.
    Handshake { bytes_left: usize },
    /// WebSocket frames, which begin with what was read behind the request.
    Frames { early: Bytes },
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

    /// Says that what follows are WebSocket frames, after those bytes of them that were read already.
    pub(crate) fn upgraded(&mut self, early: Bytes) {
        self.phase = Phase::Frames { early: kept(early) };
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

    /// Takes note of bytes of frames.
    fn note(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.last_read = Instant::now();
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
        Ok(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Self { inner, phase, .. } = &mut *self;
        let before = buffer.filled().len();
        match phase {
            Phase::Handshake { bytes_left } => {
                return poll_within(inner, bytes_left, context, buffer);
            }
            Phase::Frames { early } if !early.is_empty() => {
                buffer.put_slice(&early.split_to(early.len().min(buffer.remaining())));
                *early = kept(mem::take(early));
            }
            Phase::Frames { .. } => ready!(Pin::new(inner).poll_read(context, buffer))?,
        }
        Poll::Ready(self.note(buffer.filled().get(before..).unwrap_or_default()))
    }
}

/// Bytes that are kept for later. No bytes can be a part of a whole buffer, which they would keep as long as they live.
fn kept(bytes: Bytes) -> Bytes {
    if bytes.is_empty() {
        Bytes::new()
    } else {
        bytes
    }
}

/// Reads no more than `bytes_left`. Whoever wants to read on then is given an error: the request is too long.
fn poll_within(
    inner: &mut (impl AsyncRead + Unpin),
    bytes_left: &mut usize,
    context: &mut Context<'_>,
    buffer: &mut ReadBuf<'_>,
) -> Poll<io::Result<()>> {
    if *bytes_left == 0 {
        return Poll::Ready(Err(io::ErrorKind::InvalidData.into()));
    }
    let most = buffer.remaining().min(*bytes_left);
    let mut part = ReadBuf::new(buffer.initialize_unfilled_to(most));
    ready!(Pin::new(inner).poll_read(context, &mut part))?;
    let read = part.filled().len();
    buffer.advance(read);
    *bytes_left = bytes_left.saturating_sub(read);
    Poll::Ready(Ok(()))
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::io::AsyncReadExt;

    use super::*;
    use crate::config::Limits;
    use crate::source::Sources;

    fn metered(bytes: &[u8], handshake_bytes: usize) -> Metered<&[u8]> {
        let sources = Arc::new(Sources::new(Limits::default()));
        let permit = sources
            .admit("192.0.2.1".parse().unwrap(), Instant::now())
            .unwrap();
        let watch = FrameWatch::new(2);
        Metered::new(bytes, handshake_bytes, watch, permit.unfinished(), 1024)
    }

    #[tokio::test]
    async fn a_request_may_have_all_its_bytes_and_not_one_more() {
        let mut stream = metered(b"12345", 4);
        let mut read = [0; 5];
        assert_eq!(stream.read(&mut read).await.unwrap(), 4);
        let beyond = stream.read(&mut read).await.unwrap_err();
        assert_eq!(beyond.kind(), io::ErrorKind::InvalidData);
    }

    #[tokio::test]
    async fn what_was_read_behind_the_request_comes_first_and_is_watched() {
        let mut stream = metered(b"\0\0\0xyz", 0);
        let begun = Bytes::from_static(&[0x81, 0x83, 0]);
        stream.upgraded(begun);
        let mut read = [0; 2];
        stream.read_exact(&mut read).await.unwrap();
        assert_eq!((read, stream.begun().is_some()), ([0x81, 0x83], true));
        let mut read = [0; 7];
        stream.read_exact(&mut read).await.unwrap();
        assert_eq!((&read, stream.begun()), (b"\0\0\0\0xyz", None));
    }

    #[tokio::test]
    async fn a_rule_that_early_bytes_break_is_broken() {
        let mut stream = metered(b"", 0);
        let fragment = [0x00, 0x80, 0, 0, 0, 0];
        stream.upgraded(Bytes::from(fragment.repeat(3)));
        let broken = stream.read(&mut [0; 64]).await.unwrap_err();
        assert!(crate::frame_watch::WatchError::inside(&broken).is_some());
    }
}
