//! What it writes to its log.

use crate::client::{Client, key};
use crate::{Program, command};
use std::io::Read;
use std::process::Stdio;

#[tokio::test]
async fn its_log_has_no_names_keys_or_addresses() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::launch(
        command("127.0.0.1:0", folder.path())
            .env("RUST_LOG", "trace")
            .stderr(Stdio::piped()),
    );
    let mut client = Client::connect(&program).await;
    let canary = "canary-3c1f";
    client
        .send(&serde_json::json!({"type": "register", "userId": canary, "publicKey": key(5)}))
        .await;
    client.message(canary, canary).await;
    assert_eq!(client.receive_message().await.1, canary);
    client.send_text(canary).await;
    program.signal("TERM");
    program.child.wait().unwrap();
    let mut log = String::new();
    program
        .child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut log)
        .unwrap();
    assert!(log.contains("DEBUG") && log.contains("Restart"), "{log}");
    for secret in [canary, &key(5), "127.0.0.1"] {
        assert!(!log.contains(secret), "{log}");
    }
}
