//! The one list of what the window may call, by area. It holds names only: their types are in
//! `commands.rs` and `ui/src/ipc/commands.ts`. `build.rs` opens these commands to the window and
//! `lib.rs` answers them; `ui/src/ipc/commandList.test.ts` fails where the other side differs.

/// Hands every command to the macro `$take` as `area { name, … }`, one after another.
macro_rules! every_command {
    ($take:ident) => {
        $take! {
            start {
                subscribe,
                retry_start,
                unlock_keychain,
                unlock_passphrase,
                create_profile,
                start_new,
                start_same_keys,
                show_data_folder,
                quit,
            }
            chats {
                list_messages,
                message_info,
                search,
                find_in_chat,
                send_text,
                delete_message,
                retry_message,
                clear_chat,
                save_draft,
                mark_read,
                set_active_chat,
                open_link,
            }
            contacts {
                add_contact,
                rename_contact,
                block_contact,
                delete_contact,
                decide_key,
                use_name,
                mark_verified,
            }
            verification {
                contact_info,
                safety_number,
                check_digits,
                show_own_code,
                close_own_code,
                check_code,
                answer_seen,
                they_differ,
            }
            requests {
                accept_request,
                delete_request,
                block_request,
            }
            invites {
                create_invite,
                show_invite,
                share_invite,
                save_invite,
                revoke_invite,
                contact_card,
                save_card,
                read_link,
                add_by_link,
                take_opened_link,
                choose_code_picture,
                read_code_picture,
                sees_screen,
                read_screen_code,
            }
            scan {
                open_scan,
                scan_frame,
                close_scan,
            }
            clipboard {
                copy_text,
                copy_briefly,
                clipboard_text,
                clipboard_picture,
            }
            window {
                take_place,
                ask_close,
                hear_close,
                close_window,
            }
            relays {
                test_relay,
                add_relay,
                remove_relay,
                order_relays,
                reconnect_now,
            }
            settings {
                update_profile,
                update_settings,
                test_notification,
                notification_trouble,
                login_start,
                set_login_start,
            }
        }
    };
}
