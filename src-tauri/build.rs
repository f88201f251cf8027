//! Lets the window call only the commands that are named here.

fn main() {
    // Neither the build tools nor the macro watch the window's files.
    println!("cargo::rerun-if-changed=ui/dist");
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/**/*")
        .app_manifest(tauri_build::AppManifest::new().commands(COMMANDS));
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
    }
}

/// Every command of `src-tauri/commands.rs`. Without this list all would be open to any page.
const COMMANDS: &[&str] = &[
    "subscribe",
    "retry_start",
    "unlock_keychain",
    "unlock_passphrase",
    "create_profile",
    "start_new",
    "start_same_keys",
    "show_data_folder",
    "quit",
    "list_messages",
    "message_info",
    "search",
    "send_text",
    "delete_message",
    "retry_message",
    "clear_chat",
    "save_draft",
    "mark_read",
    "add_contact",
    "rename_contact",
    "block_contact",
    "delete_contact",
    "create_invite",
    "show_invite",
    "share_invite",
    "save_invite",
    "revoke_invite",
    "contact_card",
    "save_card",
    "read_link",
    "add_by_link",
    "affirm",
    "decide_key",
    "accept_request",
    "delete_request",
    "block_request",
    "test_relay",
    "add_relay",
    "remove_relay",
    "order_relays",
    "reconnect_now",
    "update_profile",
    "update_settings",
    "open_link",
    "take_opened_link",
    "choose_code_picture",
    "read_code_picture",
    "copy_text",
    "clipboard_text",
    "clipboard_picture",
    "set_active_chat",
    "test_notification",
];
