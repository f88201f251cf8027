//! The product as two people see it: real windows under Xvfb, a real keyring, a real relay.

mod background;
mod canaries;
mod clock;
mod copies;
mod dialogs;
mod disk;
mod first_start;
mod invites;
mod keyboard;
mod links;
mod looks;
mod notifications;
mod problems;
mod reconnecting;
mod scrolling;
mod search;
mod seat;
mod sights;
mod steady;
mod talking;
mod this_computer;
mod upgrade;
mod verifying;
mod zoom;
