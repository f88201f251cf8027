//! The file that keeps the keys under a passphrase.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sotto_fuzz::keychain::passphrase_file(data));
