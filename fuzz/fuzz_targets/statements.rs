//! Key cards, signed keys, bundles.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sotto_fuzz::protocol::statements::run(data));
