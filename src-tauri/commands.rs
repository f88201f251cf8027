//! What the window may ask for: each command turns its arguments into a request and hands its
//! answer back, nothing more. Types on the other side: `ui/src/ipc/bindings.ts`.

mod verification;

pub(crate) use verification::*;

use crate::shell::{Place, Shell};
use crate::{clipboard, login, pictures, screen};
use serde::Serialize;
use sotto_engine::EngineError;
use sotto_engine::address::RelayAddress;
use sotto_engine::api::{
    AcceptRequest, AddByLink, AddContact, AddRelay, BlockContact, BlockRequest, ChatId, ClearChat,
    ContactId, CreateInvite, DecideKey, DeleteContact, DeleteMessage, DeleteRequest, ErrorCode,
    FindPlaces, InspectMessage, InviteId, InviteView, LinkCameBy, LinkView, ListMessages, MarkRead,
    MessageId, MessageInfo, MessagePage, NewContact, OrderRelays, PageQuery, PlacesPage,
    PlacesQuery, PrivateRelays, ProfilePatch, ReadLink, ReconnectNow, RelayChoice, RelayId,
    RelayTest, RemoveRelay, RenameContact, RequestId, RetryMessage, RevokeInvite, SaveDraft,
    SearchMessages, SearchPage, SearchQuery, SendText, SettingsPatch, ShareInvite, ShowCard,
    ShowInvite, Update, UpdateProfile, UpdateSettings, UseName,
};
use sotto_engine::core::Request;
use sotto_engine::driver::test_relay as try_relay;
use sotto_engine::qr::{self, FrameView, QrMatrix};
use sotto_engine::text::openable;
use sotto_engine::zeroize::Zeroizing;
use tauri::State;
use tauri::ipc::{self, Channel, InvokeBody, Response};
use tauri_plugin_opener::OpenerExt as _;

/// Why a command was not carried out, for the window's own words.
#[derive(Debug, Serialize)]
pub(crate) struct Refusal {
    code: ErrorCode,
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Self { code }
    }
}

impl From<EngineError> for Refusal {
    fn from(error: EngineError) -> Self {
        error.code().into()
    }
}

pub(crate) type Answer<T> = Result<T, Refusal>;

/// Carries out a request.
async fn ask<R: Request>(shell: &Shell, request: R) -> Answer<R::Answer> {
    Ok(shell.launcher.request(request).await?)
}

#[tauri::command]
pub(crate) async fn subscribe(shell: State<'_, Shell>, channel: Channel<Update>) -> Answer<()> {
    let page = move |update: Update| channel.send(update).is_ok();
    shell.subscribe(page).await;
    Ok(())
}

#[tauri::command]
pub(crate) async fn retry_start(shell: State<'_, Shell>) -> Answer<()> {
    shell.launcher.start().await;
    Ok(())
}

#[tauri::command]
pub(crate) async fn unlock_keychain(shell: State<'_, Shell>) -> Answer<()> {
    Ok(shell.launcher.unlock_keychain().await?)
}

#[tauri::command]
pub(crate) async fn unlock_passphrase(shell: State<'_, Shell>, passphrase: String) -> Answer<()> {
    let passphrase = Zeroizing::new(passphrase);
    Ok(shell.launcher.unlock_passphrase(passphrase).await?)
}

#[tauri::command]
pub(crate) async fn create_profile(
    shell: State<'_, Shell>,
    name: String,
    passphrase: Option<String>,
    relay: RelayChoice,
) -> Answer<()> {
    let passphrase = passphrase.map(Zeroizing::new);
    let made = shell.launcher.create_profile(&name, passphrase, &relay);
    Ok(made.await?)
}

#[tauri::command]
pub(crate) async fn start_new(shell: State<'_, Shell>) -> Answer<()> {
    Ok(shell.launcher.start_new().await?)
}

#[tauri::command]
pub(crate) async fn start_same_keys(shell: State<'_, Shell>, name: String) -> Answer<()> {
    Ok(shell.launcher.start_same_keys(&name).await?)
}

#[tauri::command]
pub(crate) async fn show_data_folder(app: tauri::AppHandle, shell: State<'_, Shell>) -> Answer<()> {
    let folder = shell.launcher.home().dir();
    let opened = app.opener().reveal_item_in_dir(folder);
    opened.map_err(|_| ErrorCode::Internal.into())
}

#[tauri::command]
pub(crate) async fn quit(app: tauri::AppHandle) {
    app.exit(0);
}

#[tauri::command]
pub(crate) async fn list_messages(
    shell: State<'_, Shell>,
    query: PageQuery,
) -> Answer<MessagePage> {
    ask(&shell, ListMessages(query)).await
}

#[tauri::command]
pub(crate) async fn message_info(
    shell: State<'_, Shell>,
    message: MessageId,
) -> Answer<MessageInfo> {
    ask(&shell, InspectMessage(message)).await
}

#[tauri::command]
pub(crate) async fn search(shell: State<'_, Shell>, query: SearchQuery) -> Answer<SearchPage> {
    ask(&shell, SearchMessages(query)).await
}

#[tauri::command]
pub(crate) async fn find_in_chat(
    shell: State<'_, Shell>,
    query: PlacesQuery,
) -> Answer<PlacesPage> {
    ask(&shell, FindPlaces(query)).await
}

#[tauri::command]
pub(crate) async fn send_text(
    shell: State<'_, Shell>,
    chat: ChatId,
    text: String,
) -> Answer<MessageId> {
    ask(&shell, SendText { chat, text }).await
}

#[tauri::command]
pub(crate) async fn delete_message(shell: State<'_, Shell>, message: MessageId) -> Answer<()> {
    ask(&shell, DeleteMessage(message)).await
}

#[tauri::command]
pub(crate) async fn retry_message(shell: State<'_, Shell>, message: MessageId) -> Answer<()> {
    ask(&shell, RetryMessage(message)).await
}

#[tauri::command]
pub(crate) async fn clear_chat(shell: State<'_, Shell>, chat: ChatId) -> Answer<()> {
    ask(&shell, ClearChat(chat)).await
}

#[tauri::command]
pub(crate) async fn save_draft(shell: State<'_, Shell>, chat: ChatId, text: String) -> Answer<()> {
    ask(&shell, SaveDraft { chat, text }).await
}

#[tauri::command]
pub(crate) async fn mark_read(
    shell: State<'_, Shell>,
    chat: ChatId,
    up_to: MessageId,
) -> Answer<()> {
    ask(&shell, MarkRead { chat, up_to }).await
}

#[tauri::command]
pub(crate) async fn add_contact(shell: State<'_, Shell>, contact: NewContact) -> Answer<ChatId> {
    ask(&shell, AddContact(contact)).await
}

/// An invite that was just made, with the code to show.
#[derive(Serialize)]
pub(crate) struct NewInvite {
    invite: InviteView,
    code: QrMatrix,
}

/// The contact card: its link may be seen, it holds no secret.
#[derive(Serialize)]
pub(crate) struct Card {
    link: String,
    code: QrMatrix,
}

#[tauri::command]
pub(crate) async fn create_invite(
    shell: State<'_, Shell>,
    ttl_secs: Option<u64>,
) -> Answer<NewInvite> {
    let invite = ask(&shell, CreateInvite { ttl_secs }).await?;
    let code = show_invite(shell, invite.id).await?;
    Ok(NewInvite { invite, code })
}

/// The code only: the link itself stays here until the person shares it.
#[tauri::command]
pub(crate) async fn show_invite(shell: State<'_, Shell>, invite: InviteId) -> Answer<QrMatrix> {
    let link = ask(&shell, ShowInvite(invite)).await?;
    Ok(qr::matrix(&link).map_err(ErrorCode::from)?)
}

#[tauri::command]
pub(crate) async fn share_invite(shell: State<'_, Shell>, invite: InviteId) -> Answer<String> {
    let link = ask(&shell, ShareInvite(invite)).await?;
    Ok(link.to_string())
}

/// Saves the code as a picture. It counts as shared from the moment at which it may be written.
#[tauri::command]
pub(crate) async fn save_invite(
    window: tauri::WebviewWindow,
    shell: State<'_, Shell>,
    invite: InviteId,
) -> Answer<bool> {
    // Whether there still is one to save is told before the dialog opens.
    show_invite(shell.clone(), invite).await?;
    let Some(path) = pictures::place_to_save(&window).await? else {
        return Ok(false);
    };
    let link = ask(&shell, ShareInvite(invite)).await?;
    let picture = qr::png(&link).map_err(ErrorCode::from)?;
    pictures::save(&path, picture).await?;
    Ok(true)
}

#[tauri::command]
pub(crate) async fn revoke_invite(shell: State<'_, Shell>, invite: InviteId) -> Answer<()> {
    ask(&shell, RevokeInvite(invite)).await
}

#[tauri::command]
pub(crate) async fn contact_card(shell: State<'_, Shell>) -> Answer<Card> {
    let link = ask(&shell, ShowCard).await?;
    let link = link.to_string();
    let code = qr::matrix(&link).map_err(ErrorCode::from)?;
    Ok(Card { link, code })
}

#[tauri::command]
pub(crate) async fn save_card(
    window: tauri::WebviewWindow,
    shell: State<'_, Shell>,
) -> Answer<bool> {
    let Some(path) = pictures::place_to_save(&window).await? else {
        return Ok(false);
    };
    let card = contact_card(shell).await?;
    let picture = qr::png(&card.link).map_err(ErrorCode::from)?;
    pictures::save(&path, picture).await?;
    Ok(true)
}

#[tauri::command]
pub(crate) async fn read_link(shell: State<'_, Shell>, link: String) -> Answer<LinkView> {
    ask(&shell, ReadLink(link)).await
}

#[tauri::command]
pub(crate) async fn add_by_link(
    shell: State<'_, Shell>,
    link: String,
    name: String,
    allow_private: bool,
    by_camera: bool,
) -> Answer<ChatId> {
    let came_by = if by_camera {
        LinkCameBy::Camera
    } else {
        LinkCameBy::Text
    };
    let private_relays = if allow_private {
        PrivateRelays::Allowed
    } else {
        PrivateRelays::Refused
    };
    let add = AddByLink {
        link,
        name,
        private_relays,
        came_by,
    };
    ask(&shell, add).await
}

#[tauri::command]
pub(crate) async fn rename_contact(
    shell: State<'_, Shell>,
    contact: ContactId,
    name: String,
) -> Answer<()> {
    ask(&shell, RenameContact { contact, name }).await
}

#[tauri::command]
pub(crate) async fn block_contact(
    shell: State<'_, Shell>,
    contact: ContactId,
    blocked: bool,
) -> Answer<()> {
    ask(&shell, BlockContact { contact, blocked }).await
}

#[tauri::command]
pub(crate) async fn delete_contact(shell: State<'_, Shell>, contact: ContactId) -> Answer<()> {
    ask(&shell, DeleteContact(contact)).await
}

#[tauri::command]
pub(crate) async fn decide_key(
    shell: State<'_, Shell>,
    contact: ContactId,
    key: String,
    accept: bool,
) -> Answer<()> {
    ask(
        &shell,
        DecideKey {
            contact,
            key,
            accept,
        },
    )
    .await
}

#[tauri::command]
pub(crate) async fn use_name(
    shell: State<'_, Shell>,
    contact: ContactId,
    name: String,
) -> Answer<()> {
    ask(&shell, UseName { contact, name }).await
}

#[tauri::command]
pub(crate) async fn accept_request(
    shell: State<'_, Shell>,
    request: RequestId,
    name: String,
) -> Answer<ChatId> {
    ask(&shell, AcceptRequest { request, name }).await
}

#[tauri::command]
pub(crate) async fn delete_request(shell: State<'_, Shell>, request: RequestId) -> Answer<()> {
    ask(&shell, DeleteRequest(request)).await
}

#[tauri::command]
pub(crate) async fn block_request(shell: State<'_, Shell>, request: RequestId) -> Answer<()> {
    ask(&shell, BlockRequest(request)).await
}

#[tauri::command]
pub(crate) async fn test_relay(shell: State<'_, Shell>, url: String) -> Answer<RelayTest> {
    let address = RelayAddress::parse(&url).map_err(|_| ErrorCode::BadAddress)?;
    let proxy = shell.proxy();
    Ok(try_relay(&address, proxy.as_deref()).await)
}

#[tauri::command]
pub(crate) async fn add_relay(shell: State<'_, Shell>, url: String) -> Answer<RelayId> {
    ask(&shell, AddRelay { url }).await
}

#[tauri::command]
pub(crate) async fn remove_relay(shell: State<'_, Shell>, relay: RelayId) -> Answer<()> {
    ask(&shell, RemoveRelay(relay)).await
}

#[tauri::command]
pub(crate) async fn order_relays(shell: State<'_, Shell>, relays: Vec<RelayId>) -> Answer<()> {
    ask(&shell, OrderRelays(relays)).await
}

#[tauri::command]
pub(crate) async fn reconnect_now(shell: State<'_, Shell>) -> Answer<()> {
    ask(&shell, ReconnectNow).await
}

#[tauri::command]
pub(crate) async fn update_profile(shell: State<'_, Shell>, patch: ProfilePatch) -> Answer<()> {
    ask(&shell, UpdateProfile(patch)).await
}

#[tauri::command]
pub(crate) async fn update_settings(shell: State<'_, Shell>, patch: SettingsPatch) -> Answer<()> {
    ask(&shell, UpdateSettings(patch)).await
}

#[tauri::command]
pub(crate) async fn open_link(app: tauri::AppHandle, url: String) -> Answer<()> {
    let url = openable(&url).ok_or(ErrorCode::BadLink)?;
    let opened = app.opener().open_url(url.as_str(), None::<&str>);
    opened.map_err(|_| ErrorCode::Internal.into())
}

#[tauri::command]
pub(crate) async fn take_opened_link(shell: State<'_, Shell>) -> Answer<Option<String>> {
    Ok(shell.take_opened().transpose()?)
}

#[tauri::command]
pub(crate) async fn choose_code_picture(
    window: tauri::WebviewWindow,
    shell: State<'_, Shell>,
) -> Answer<Option<String>> {
    match pictures::choose(&window).await {
        Some(path) => Ok(Some(pictures::read_file(&shell, path).await?)),
        None => Ok(None),
    }
}

#[tauri::command]
pub(crate) async fn read_code_picture(
    request: ipc::Request<'_>,
    shell: State<'_, Shell>,
) -> Answer<String> {
    let InvokeBody::Raw(bytes) = request.body() else {
        return Err(ErrorCode::BadPicture.into());
    };
    Ok(shell.pictures.read(bytes).await?)
}

/// Whether a code can be read from the screen here.
#[tauri::command]
pub(crate) async fn sees_screen() -> Answer<bool> {
    Ok(screen::OFFERED)
}

/// The text of the code on the screen; none if the person would rather not show it.
#[tauri::command]
pub(crate) async fn read_screen_code(
    app: tauri::AppHandle,
    shell: State<'_, Shell>,
) -> Answer<Option<String>> {
    match screen::picture(&app).await? {
        Some(picture) => Ok(Some(shell.pictures.read(&picture).await?)),
        None => Ok(None),
    }
}

#[tauri::command]
pub(crate) async fn open_scan(shell: State<'_, Shell>) -> Answer<u64> {
    Ok(shell.scanning.open())
}

/// The body is a frame in bytes (`qr::Frame`).
#[tauri::command]
pub(crate) async fn scan_frame(
    request: ipc::Request<'_>,
    shell: State<'_, Shell>,
) -> Answer<FrameView> {
    let InvokeBody::Raw(bytes) = request.body() else {
        return Err(ErrorCode::BadPicture.into());
    };
    Ok(shell.scanning.look(bytes).await?)
}

#[tauri::command]
pub(crate) async fn close_scan(shell: State<'_, Shell>, scan: u64) -> Answer<()> {
    shell.scanning.close(scan);
    Ok(())
}

#[tauri::command]
pub(crate) async fn copy_text(app: tauri::AppHandle, text: String) -> Answer<bool> {
    Ok(clipboard::copy(&app, text).await)
}

#[tauri::command]
pub(crate) async fn copy_briefly(app: tauri::AppHandle, text: String) -> Answer<bool> {
    Ok(clipboard::copy_briefly(&app, text).await)
}

#[tauri::command]
pub(crate) async fn clipboard_text(app: tauri::AppHandle) -> Answer<Option<String>> {
    Ok(clipboard::text(&app).await)
}

#[tauri::command]
pub(crate) async fn clipboard_picture(app: tauri::AppHandle) -> Answer<Response> {
    Ok(match clipboard::picture(&app).await? {
        Some(picture) => Response::new(picture),
        None => Response::new("null".to_owned()),
    })
}

#[tauri::command]
pub(crate) async fn set_active_chat(shell: State<'_, Shell>, chat: Option<ChatId>) -> Answer<()> {
    shell.notifications.set_active_chat(chat);
    Ok(())
}

#[tauri::command]
pub(crate) async fn test_notification(shell: State<'_, Shell>) -> Answer<()> {
    let shown = shell.notifications.try_out().await;
    Ok(shown.map_err(ErrorCode::from)?)
}

#[tauri::command]
pub(crate) async fn notification_trouble(shell: State<'_, Shell>) -> Answer<Option<ErrorCode>> {
    Ok(shell.notifications.fault().map(ErrorCode::from))
}

#[tauri::command]
pub(crate) async fn login_start(app: tauri::AppHandle) -> Answer<bool> {
    Ok(login::starts(&app)?)
}

#[tauri::command]
pub(crate) async fn set_login_start(app: tauri::AppHandle, start: bool) -> Answer<()> {
    Ok(login::set_starts(&app, start)?)
}

#[tauri::command]
pub(crate) async fn take_place(shell: State<'_, Shell>) -> Answer<Option<Place>> {
    Ok(shell.take_place())
}

#[tauri::command]
pub(crate) async fn ask_close(window: tauri::WebviewWindow) -> Answer<()> {
    window.close().map_err(|_| ErrorCode::Internal.into())
}

#[tauri::command]
pub(crate) async fn hear_close(shell: State<'_, Shell>) -> Answer<()> {
    shell.closing.heard();
    Ok(())
}

#[tauri::command]
pub(crate) async fn close_window(app: tauri::AppHandle, shell: State<'_, Shell>) -> Answer<()> {
    shell.closing.leave(&app);
    Ok(())
}
