//! Frames between a client and a relay.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sotto_fuzz::wire::frames(data));
