//! What is said in a session.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sotto_fuzz::protocol::content::run(data));
