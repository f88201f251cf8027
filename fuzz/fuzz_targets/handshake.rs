//! Handshake headers and messages of the ratchet.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sotto_fuzz::protocol::handshake::run(data));
