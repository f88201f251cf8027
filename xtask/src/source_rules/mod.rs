//! What the sources of the workspace must keep to and no compiler checks: which module may import
//! which, where `impl Engine` stands, how long a file may be, which rule of the protocol has a test.
//!
//! Tests only: they read the files of the repository, and each rule is shown to fail on a made-up
//! breach. Which package may depend on which is in `dependency_rules.rs`, which needs cargo.

mod circles;
mod engine_impl;
mod module_tree;
mod protocol_rules;
mod references;
mod rooms;
mod sizes;
mod tokens;
