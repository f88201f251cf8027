//! `safety-number`, `qr`, `verify` and `unverify`.

use super::{Context, Stop, contacts, line};
use crate::failure::Failure;
use crate::output::Output;
use crate::updates::Next;
use sotto_engine::api::{
    AnswerSeen, CameFrom, ChatId, CheckCode, CheckDigits, ContactId, ErrorCode, MarkVerified,
    ProofWaits, ShowOwnCode, ShowSafetyNumber, Verdict,
};
use sotto_engine::qr;
use std::path::Path;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// How long a process that would end is kept for a proof to arrive.
const PROOF_LIMIT: Duration = Duration::from_secs(10);

/// Prints the safety number with a contact.
pub(super) async fn safety_number(
    context: &Context<'_>,
    with: &str,
    output: &mut Output,
) -> Result<(), Stop> {
    let chat = context.chat(with).await?;
    let number = context.session.request(ShowSafetyNumber(chat)).await?;
    output.print(&[line::safety_number(&number)]).await?;
    Ok(())
}

/// Writes the own code for a contact into a file.
pub(super) async fn qr(
    context: &Context<'_>,
    with: &str,
    out: &Path,
    output: &mut Output,
) -> Result<(), Stop> {
    let chat = context.chat(with).await?;
    let contact = context.session.contact(chat).await?.id;
    let own = context.session.request(ShowOwnCode(contact)).await?;
    let is_svg = out
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("svg"));
    let drawn = if is_svg {
        qr::svg(&own.text).map(String::into_bytes)
    } else {
        qr::png(&own.text)
    };
    let drawn = drawn.map_err(|error| Failure::from(ErrorCode::from(error)))?;
    let written = tokio::fs::write(out, drawn).await;
    written.map_err(|_| Failure::from(ErrorCode::NotSaved))?;
    output.print(&[line::file(out)]).await?;
    Ok(())
}

/// Compares the code of a contact, and prints the contact, who is verified then.
pub(super) async fn by_code(
    context: &Context<'_>,
    with: &str,
    code: String,
    output: &mut Output,
) -> Result<(), Stop> {
    let chat = context.chat(with).await?;
    let contact = context.session.contact(chat).await?.id;
    let check = CheckCode {
        contact,
        code,
        came_from: Some(CameFrom::TheirScreen),
    };
    let verdict = context.session.request(check).await?;
    let asks = verified(verdict)?;
    contacts::print_contact(context, chat, output).await?;
    if asks {
        await_proof(context, contact, output).await?;
    }
    Ok(())
}

/// Compares the digits of a contact, and prints the contact, who is verified then.
pub(super) async fn by_digits(
    context: &Context<'_>,
    with: &str,
    digits: String,
    output: &mut Output,
) -> Result<(), Stop> {
    let chat = context.chat(with).await?;
    let check = CheckDigits {
        contact: context.session.contact(chat).await?.id,
        digits,
        came_from: Some(CameFrom::OutsideSotto),
    };
    let verdict = match context.session.request(check).await {
        // Whatever they are, they are not the number.
        Err(failure) if failure.code == "bad_digits" => Verdict::Differs,
        verdict => verdict?,
    };
    verified(verdict)?;
    contacts::print_contact(context, chat, output).await
}

/// The person saw the screen of a contact, which proved to have scanned the code, say that it is
/// verified; prints the contact.
pub(super) async fn seen(
    context: &Context<'_>,
    with: &str,
    output: &mut Output,
) -> Result<(), Stop> {
    let chat = context.chat(with).await?;
    let answer = AnswerSeen {
        contact: context.session.contact(chat).await?.id,
        seen: true,
    };
    context.session.request(answer).await?;
    contacts::print_contact(context, chat, output).await
}

/// Takes a mark back and prints the contact.
pub(super) async fn unverify(
    context: &Context<'_>,
    with: &str,
    output: &mut Output,
) -> Result<(), Stop> {
    let chat: ChatId = context.chat(with).await?;
    let take_back = MarkVerified {
        contact: context.session.contact(chat).await?.id,
        verified: false,
    };
    context.session.request(take_back).await?;
    contacts::print_contact(context, chat, output).await
}

/// Whether the contact's program is told, if the contact is verified.
fn verified(verdict: Verdict) -> Result<bool, Failure> {
    match verdict {
        Verdict::Verified { asks } => Ok(asks),
        Verdict::Differs => Err(Failure::new(
            "does_not_match",
            "this is not the contact's, or not for you: send nothing secret",
        )),
        Verdict::MatchesOtherKey => Err(Failure::new(
            "does_not_match",
            "this is of the other key seen under the contact's name: only its code accepts that",
        )),
        Verdict::OtherContact { .. } => Err(Failure::new(
            "other_contact",
            "this is the code of another contact",
        )),
        Verdict::NotComparable => Err(Failure::new(
            "not_comparable",
            "one of you does not know all keys of the other yet: try again once a message came",
        )),
        Verdict::OwnCode => Err(Failure::new("own_code", "this is your own code")),
        Verdict::Expired => Err(Failure::new(
            "code_expired",
            "the code has expired: ask for a new one",
        )),
        Verdict::Used => Err(Failure::new(
            "code_used",
            "the code was used already: ask for a new one",
        )),
        // Only what nobody vouched for is compared without a mark.
        Verdict::Matches => Err(Failure::internal()),
    }
}

/// Waits until the contact's program has the proof that its code was scanned: it is in the memory of
/// this process only. Whoever is away does not get it.
async fn await_proof(
    context: &Context<'_>,
    contact: ContactId,
    output: &mut Output,
) -> Result<(), Stop> {
    let mut updates = context.session.updates().await?;
    let deadline = Instant::now() + PROOF_LIMIT;
    while context.session.request(ProofWaits(contact)).await? {
        tokio::select! {
            next = updates.next() => if matches!(next, Next::End) {
                return Ok(());
            },
            () = sleep_until(deadline) => return Ok(()),
            () = context.shutdown.wished() => return Ok(()),
            () = output.gone() => return Ok(()),
        }
    }
    Ok(())
}
