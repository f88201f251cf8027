//! `id` and `export-public`.

use super::{Context, Stop, line};
use crate::output::Output;

/// Prints who the person is.
pub(super) async fn id(context: &Context<'_>, output: &mut Output) -> Result<(), Stop> {
    let snapshot = context.session.snapshot().await?;
    output.print(&[line::profile(&snapshot.profile)]).await?;
    Ok(())
}

/// Prints what others need to write to the person. All of it is public.
pub(super) async fn export_public(context: &Context<'_>, output: &mut Output) -> Result<(), Stop> {
    id(context, output).await
}
