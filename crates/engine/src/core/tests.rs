//! The core in a world without sockets and clocks: several people, each over a history in memory,
//! and relays that are small models of the guide's and of ours.

mod attacks;
mod budgets;
mod copies;
mod disk;
mod erasing;
mod growing;
mod hostile;
mod invites;
mod keys;
mod killed;
mod listings;
mod older_program;
mod older_recording;
mod pace;
mod ranks;
mod receiving;
mod relay_model;
mod relays;
mod requests;
mod restores;
mod safety_numbers;
mod schedules;
mod searching;
mod sending;
mod sessions;
mod snapshots;
mod verification;
mod verification_copies;
mod world;
