//! A recipient who does not read (D10): the relay's memory stays bounded and the senders are not held up.

use crate::client::{Client, RawClient, register_frame};
use crate::{Program, command};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recipient_who_reads_nothing_costs_a_bounded_queue_and_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Program::launch(command("127.0.0.1:0", folder.path()).args([
        "--queue-bytes",
        "1048576",
        "--frames-per-second",
        "0",
        "--bytes-per-second",
        "0",
    ]));
    let mut sleeper = RawClient::upgrade(&relay).await;
    sleeper.write(&register_frame("sleeper", 1)).await;
    let mut awake = Client::register(&relay, "awake", 2).await;
    let mut sender = Client::register(&relay, "sender", 3).await;
    let body = "x".repeat(16 * 1024);
    let before = resident_bytes(&relay);
    for n in 0..4_000 {
        sender.message("sleeper", &body).await;
        if n % 1000 == 0 {
            // The sender's other conversations go on.
            sender.message("awake", &n.to_string()).await;
            assert_eq!(awake.receive_message().await.1, n.to_string());
        }
    }
    if let Some(grown) = resident_bytes(&relay)
        .zip(before)
        .map(|(after, before)| after.saturating_sub(before))
    {
        assert!(
            grown < 24 << 20,
            "{grown} bytes more after 62 MiB for a client that does not read"
        );
    }
    // Once it reads, it finds what was on the way and, where it is still early enough, why it was closed.
    assert!(matches!(sleeper.closed().await, Some(4008) | None));
    let users = sender.users().await;
    assert_eq!(users, ["sender", "awake"]);
}

/// Memory of a process; `None` where the system does not tell it in a file as Linux does.
fn resident_bytes(program: &Program) -> Option<u64> {
    let statm = format!("/proc/{}/statm", program.child.id());
    let pages = std::fs::read_to_string(statm).ok()?;
    Some(pages.split(' ').nth(1)?.parse::<u64>().ok()? * 4096)
}
