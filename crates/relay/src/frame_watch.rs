//! Follows the frame headers in the bytes that a client sends, before the WebSocket library sees them.
//!
//! The library checks everything about a frame but neither counts the fragments of a message nor tells whether one
//! has begun. This watch does only that. Bytes that are no frames are left to the library, which refuses them.
//!
//! ```text
//! byte 0: FIN rsv rsv rsv opcode(4)   byte 1: MASK length(7)   [2 or 8 bytes of length]   [4 bytes of mask]   payload
//! ```

use std::io;

const MAX_HEADER: usize = 14;
const OPCODE: u8 = 0x0f;
const FIN: u8 = 0x80;
const MASK: u8 = 0x80;
const LENGTH: u8 = 0x7f;

/// Counts fragments and unfinished bytes of one connection (RFC 6455 section 5.2).
#[derive(Debug)]
pub(crate) struct FrameWatch {
    max_fragments: u32,
    header: Header,
    payload_left: u64,
    /// The frame in hand ends a data message.
    ends_message: bool,
    fragments: u32,
    /// Payload bytes that the headers of the unfinished message announced.
    announced: u64,
    finished: u64,
}

/// A rule of the watch that a client broke; travels inside an [`io::Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WatchError {
    /// More fragments than allowed.
    #[error("too many fragments")]
    Fragments,
    /// More unfinished bytes than the source may have.
    #[error("too many unfinished messages")]
    Unfinished,
}

impl WatchError {
    /// Finds the broken rule inside an input error.
    pub(crate) fn inside(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().copied()
    }
}

impl From<WatchError> for io::Error {
    fn from(broken: WatchError) -> Self {
        Self::new(io::ErrorKind::InvalidData, broken)
    }
}

#[derive(Debug, Default)]
struct Header {
    bytes: [u8; MAX_HEADER],
    len: usize,
}

impl FrameWatch {
    pub(crate) fn new(max_fragments: u32) -> Self {
        Self {
            max_fragments,
            header: Header::default(),
            payload_left: 0,
            ends_message: false,
            fragments: 0,
            announced: 0,
            finished: 0,
        }
    }

    /// Whether a frame or a message has begun and not ended.
    pub(crate) fn is_inside(&self) -> bool {
        self.header.len > 0 || self.payload_left > 0 || self.fragments > 0
    }

    /// Payload bytes that the unfinished message has announced so far, whether they came or not.
    pub(crate) fn announced(&self) -> u64 {
        self.announced
    }

    /// Data messages that ended so far.
    pub(crate) fn finished(&self) -> u64 {
        self.finished
    }

    /// Takes the next bytes of the connection.
    ///
    /// # Errors
    /// [`WatchError::Fragments`]; the connection is not to be read any more.
    pub(crate) fn feed(&mut self, mut bytes: &[u8]) -> Result<(), WatchError> {
        while let Some((&first, rest)) = bytes.split_first() {
            if self.payload_left > 0 {
                let here = usize::try_from(self.payload_left)
                    .unwrap_or(usize::MAX)
                    .min(bytes.len());
                self.payload_left = self.payload_left.saturating_sub(here as u64);
                bytes = bytes.get(here..).unwrap_or_default();
                self.end_frame_if_complete();
                continue;
            }
            bytes = rest;
            if self.header.push(first) {
                self.begin_frame()?;
                self.end_frame_if_complete();
            }
        }
        Ok(())
    }

    fn begin_frame(&mut self) -> Result<(), WatchError> {
        let header = std::mem::take(&mut self.header);
        self.payload_left = header.payload_len();
        self.ends_message = false;
        if header.is_control() {
            return Ok(());
        }
        self.ends_message = header.is_final();
        self.fragments = self.fragments.saturating_add(1);
        self.announced = self.announced.saturating_add(self.payload_left);
        if self.fragments > self.max_fragments {
            return Err(WatchError::Fragments);
        }
        Ok(())
    }

    fn end_frame_if_complete(&mut self) {
        if self.payload_left > 0 {
            return;
        }
        if self.ends_message {
            self.finished = self.finished.wrapping_add(1);
            self.ends_message = false;
            self.fragments = 0;
            self.announced = 0;
        }
    }
}

impl Header {
    /// Adds a byte; true when the header is complete.
    fn push(&mut self, byte: u8) -> bool {
        if let Some(place) = self.bytes.get_mut(self.len) {
            *place = byte;
            self.len += 1;
        }
        self.len >= self.complete_len()
    }

    fn complete_len(&self) -> usize {
        if self.len < 2 {
            return 2;
        }
        let [_, second, ..] = self.bytes;
        let mask_len = if second & MASK == 0 { 0 } else { 4 };
        2 + self.extended_len() + mask_len
    }

    fn extended_len(&self) -> usize {
        let [_, second, ..] = self.bytes;
        match second & LENGTH {
            126 => 2,
            127 => 8,
            _ => 0,
        }
    }

    fn payload_len(&self) -> u64 {
        let [_, second, extended @ ..] = self.bytes;
        match self.extended_len() {
            0 => u64::from(second & LENGTH),
            len => extended
                .iter()
                .take(len)
                .fold(0, |value, byte| value << 8 | u64::from(*byte)),
        }
    }

    fn is_control(&self) -> bool {
        let [first, ..] = self.bytes;
        first & OPCODE >= 8
    }

    fn is_final(&self) -> bool {
        let [first, ..] = self.bytes;
        first & FIN != 0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A masked frame with a mask of zeros.
    fn frame(first: u8, payload: usize) -> Vec<u8> {
        let mut bytes = vec![first];
        match payload {
            0..126 => bytes.push(MASK | u8::try_from(payload).unwrap()),
            126..65536 => {
                bytes.push(MASK | 0x7e);
                bytes.extend(u16::try_from(payload).unwrap().to_be_bytes());
            }
            _ => {
                bytes.push(MASK | 0x7f);
                bytes.extend((payload as u64).to_be_bytes());
            }
        }
        bytes.extend([0; 4]);
        bytes.resize(bytes.len() + payload, b'a');
        bytes
    }

    #[test]
    fn fragments_of_one_message_are_counted_and_control_frames_are_not() {
        let mut watch = FrameWatch::new(3);
        watch.feed(&frame(0x01, 5)).unwrap();
        watch.feed(&frame(0x89, 5)).unwrap();
        watch.feed(&frame(0x00, 0)).unwrap();
        assert!(watch.is_inside());
        assert_eq!(watch.announced(), 5);
        watch.feed(&frame(0x80, 300)).unwrap();
        assert!(!watch.is_inside());
        assert_eq!(watch.announced(), 0);
        watch
            .feed(&[frame(0x01, 1), frame(0x00, 1), frame(0x00, 1)].concat())
            .unwrap();
        assert_eq!(watch.feed(&frame(0x00, 1)), Err(WatchError::Fragments));
    }

    #[test]
    fn a_length_is_known_before_its_payload_comes() {
        let mut watch = FrameWatch::new(3);
        watch.feed(&frame(0x81, 1 << 20)[..14]).unwrap();
        assert_eq!(watch.announced(), 1 << 20);
        assert!(watch.is_inside());
    }

    #[test]
    fn the_largest_length_neither_overflows_nor_ends() {
        let mut watch = FrameWatch::new(3);
        watch
            .feed(&[
                0x01, 0xff, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0,
            ])
            .unwrap();
        watch.feed(&[0; 100]).unwrap();
        assert_eq!(watch.announced(), u64::MAX);
    }

    proptest! {
        #[test]
        fn any_cut_of_the_bytes_gives_the_same_end(
            sizes in prop::collection::vec(0..70_000_usize, 1..5), cut in 1..5_000_usize
        ) {
            let bytes: Vec<u8> = sizes.iter().flat_map(|size| frame(0x82, *size)).collect();
            let mut watch = FrameWatch::new(1);
            for part in bytes.chunks(cut) {
                watch.feed(part).unwrap();
            }
            prop_assert!(!watch.is_inside());
            prop_assert_eq!(watch.finished(), sizes.len() as u64);
        }

        #[test]
        fn no_bytes_make_the_watch_panic(bytes in prop::collection::vec(any::<u8>(), 0..500)) {
            let _ = FrameWatch::new(2).feed(&bytes);
        }
    }
}
