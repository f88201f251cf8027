//! Records of the database and the keychain.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sotto_fuzz::protocol::stored::run(data));
