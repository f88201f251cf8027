//! Gives the system back the memory that a program without its window does not use.
//!
//! A web view maps hundreds of libraries, most of whose code runs only while there is a window. It
//! stays in memory until the system is short of it. This lets go of it at once; what is needed
//! again is mapped again, from the system's file cache as a rule. And the allocator keeps what was
//! freed: it is asked to give that back too.
//!
//! This is the only crate of the project with unsafe code. It calls three functions of the C library
//! and reads what one of them lends. On systems other than 64-bit Linux with glibc it does nothing.

/// Lets go of the code and the constants of the program and its libraries, and of what the allocator
/// keeps free. Takes a millisecond or a few; nothing is lost. Gives how many bytes are mapped anew
/// when they are needed, 0 where nothing is done.
#[must_use]
pub fn give_back() -> usize {
    #[cfg(all(target_os = "linux", target_env = "gnu", target_pointer_width = "64"))]
    {
        glibc::give_back()
    }
    #[cfg(not(all(target_os = "linux", target_env = "gnu", target_pointer_width = "64")))]
    0
}

#[cfg(all(target_os = "linux", target_env = "gnu", target_pointer_width = "64"))]
mod glibc;
