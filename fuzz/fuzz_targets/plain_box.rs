//! Boxes of the guide's clients.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sotto_fuzz::protocol::plain_box::run(data));
