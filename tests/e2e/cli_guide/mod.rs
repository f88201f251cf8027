//! `sotto-cli` as it is documented: alone, among guide clients on the guide's relay and on ours,
//! through TLS, and under every rule for strangers and changed keys.

mod contract;
mod guide_relay;
mod listen;
mod networks;
mod sotto_relay;
mod strangers;
mod texts;
