//! JSON values, one a line, over a stream of bytes: how two processes of one home talk.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io;
use tokio::io::{
    AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader, ReadHalf, WriteHalf,
};

/// Longest line, bytes: more than a text of 60 KiB in which every byte is escaped.
const MAX_LINE: usize = 1024 * 1024;

/// Both directions of a connection.
pub(crate) struct Frames<S> {
    reader: BufReader<ReadHalf<S>>,
    writer: WriteHalf<S>,
}

impl<S: AsyncRead + AsyncWrite> Frames<S> {
    pub(crate) fn new(stream: S) -> Self {
        let (reader, writer) = tokio::io::split(stream);
        Self {
            reader: BufReader::new(reader),
            writer,
        }
    }

    /// Writes one value.
    pub(crate) async fn write(&mut self, value: &impl Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(value)?;
        line.push(b'\n');
        self.writer.write_all(&line).await?;
        self.writer.flush().await
    }

    /// Reads the next value; `None` at the end of the connection.
    pub(crate) async fn read<T: DeserializeOwned>(&mut self) -> io::Result<Option<T>> {
        let mut line = Vec::new();
        loop {
            let available = self.reader.fill_buf().await?;
            if available.is_empty() {
                return if line.is_empty() {
                    Ok(None)
                } else {
                    Err(io::ErrorKind::UnexpectedEof.into())
                };
            }
            let end = available.iter().position(|byte| *byte == b'\n');
            let taken = end.map_or(available.len(), |at| at.saturating_add(1));
            line.extend(available.iter().take(taken));
            self.reader.consume(taken);
            if line.len() > MAX_LINE {
                return Err(io::ErrorKind::InvalidData.into());
            }
            if end.is_some() {
                return Ok(Some(serde_json::from_slice(&line)?));
            }
        }
    }

    /// Returns when the other side is gone, or says something while it should listen.
    pub(crate) async fn ended(&mut self) {
        // Both an error and a value end the conversation.
        let _ = self.reader.fill_buf().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use tokio::io::duplex;

    #[tokio::test]
    async fn values_arrive_in_order_and_then_the_end() {
        let (here, there) = duplex(16);
        let writing = tokio::spawn(async move {
            let mut here = Frames::new(here);
            for number in 0..100 {
                here.write(&json!({ "number": number, "text": "a\nb" }))
                    .await
                    .unwrap();
            }
        });
        let mut there = Frames::new(there);
        for number in 0..100 {
            let value: Value = there.read().await.unwrap().unwrap();
            assert_eq!(value, json!({ "number": number, "text": "a\nb" }));
        }
        assert!(there.read::<Value>().await.unwrap().is_none());
        writing.await.unwrap();
    }

    #[tokio::test]
    async fn endless_or_broken_lines_are_errors() {
        let long = vec![b'a'; MAX_LINE + 2];
        for bytes in [b"{\n".as_slice(), b"{}", &long] {
            let (mut here, there) = duplex(64);
            let bytes = bytes.to_vec();
            let writing = tokio::spawn(async move {
                // The reader gives up in the middle of the long one.
                let _ = here.write_all(&bytes).await;
            });
            let mut there = Frames::new(there);
            assert!(there.read::<Value>().await.is_err());
            drop(there);
            writing.await.unwrap();
        }
    }
}
