//! Comparing keys with a contact.

use super::{Answer, ask};
use crate::shell::Shell;
use serde::Serialize;
use sotto_engine::api::{
    AnswerSeen, CameFrom, ChatId, CheckCode, CheckDigits, CloseOwnCode, ContactId, ContactInfo,
    ErrorCode, InspectContact, MarkVerified, SafetyNumberView, ShowOwnCode, ShowSafetyNumber,
    TheyDiffer, Verdict,
};
use sotto_engine::qr::{self, QrMatrix};
use tauri::State;

#[tauri::command]
pub(crate) async fn mark_verified(
    shell: State<'_, Shell>,
    contact: ContactId,
    verified: bool,
) -> Answer<()> {
    ask(&shell, MarkVerified { contact, verified }).await
}

#[tauri::command]
pub(crate) async fn contact_info(
    shell: State<'_, Shell>,
    contact: ContactId,
) -> Answer<ContactInfo> {
    ask(&shell, InspectContact(contact)).await
}

#[tauri::command]
pub(crate) async fn safety_number(
    shell: State<'_, Shell>,
    chat: ChatId,
) -> Answer<SafetyNumberView> {
    ask(&shell, ShowSafetyNumber(chat)).await
}

#[tauri::command]
pub(crate) async fn check_digits(
    shell: State<'_, Shell>,
    contact: ContactId,
    digits: String,
    came_from: Option<CameFrom>,
) -> Answer<Verdict> {
    let check = CheckDigits {
        contact,
        digits,
        came_from,
    };
    ask(&shell, check).await
}

/// The person's own code for a contact, as it is shown: its text stays here.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DrawnCode {
    code: QrMatrix,
    expires_at: i64,
    whole: bool,
}

#[tauri::command]
pub(crate) async fn show_own_code(
    shell: State<'_, Shell>,
    contact: ContactId,
) -> Answer<DrawnCode> {
    let own = ask(&shell, ShowOwnCode(contact)).await?;
    Ok(DrawnCode {
        code: qr::matrix(&own.text).map_err(ErrorCode::from)?,
        expires_at: own.expires_at,
        whole: own.whole,
    })
}

#[tauri::command]
pub(crate) async fn close_own_code(shell: State<'_, Shell>, contact: ContactId) -> Answer<()> {
    ask(&shell, CloseOwnCode(contact)).await
}

#[tauri::command]
pub(crate) async fn check_code(
    shell: State<'_, Shell>,
    contact: ContactId,
    code: String,
    came_from: Option<CameFrom>,
) -> Answer<Verdict> {
    let check = CheckCode {
        contact,
        code,
        came_from,
    };
    ask(&shell, check).await
}

#[tauri::command]
pub(crate) async fn answer_seen(
    shell: State<'_, Shell>,
    contact: ContactId,
    seen: bool,
) -> Answer<()> {
    ask(&shell, AnswerSeen { contact, seen }).await
}

#[tauri::command]
pub(crate) async fn they_differ(shell: State<'_, Shell>, contact: ContactId) -> Answer<()> {
    ask(&shell, TheyDiffer(contact)).await
}
