//! `id` and `export-public`.

use super::{Context, Stop, line};
use crate::sink::Sink;

/// Prints who the person is.
pub(super) async fn id(context: &Context<'_>, sink: &mut Sink) -> Result<(), Stop> {
    let snapshot = context.session.snapshot().await?;
    sink.print(&[line::profile(&snapshot.profile)]).await?;
    Ok(())
}

/// Prints what others need to write to the person. All of it is public.
pub(super) async fn export_public(context: &Context<'_>, sink: &mut Sink) -> Result<(), Stop> {
    id(context, sink).await
}
