//! The wish that this process, or a part of it, comes to its end.

use std::future;
use tokio::sync::watch;

/// Hears of the wish.
#[derive(Clone)]
pub(crate) struct Shutdown(watch::Receiver<bool>);

/// Has the wish. Dropping it wishes nothing.
pub(crate) struct ShutdownTrigger(watch::Sender<bool>);

/// Makes both ends.
pub(crate) fn shutdown() -> (ShutdownTrigger, Shutdown) {
    let (trigger, shutdown) = watch::channel(false);
    (ShutdownTrigger(trigger), Shutdown(shutdown))
}

impl ShutdownTrigger {
    /// Wishes the end.
    pub(crate) fn trigger(self) {
        self.0.send_replace(true);
    }
}

impl Shutdown {
    /// Returns when the end is wished, at once if it was before.
    pub(crate) async fn wished(&self) {
        let mut wish = self.0.clone();
        if wish.wait_for(|wished| *wished).await.is_err() {
            // Whoever could wish it is gone and will not.
            future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::time::timeout;

    #[tokio::test]
    async fn everybody_hears_of_the_wish_also_later() {
        let (trigger, shutdown) = shutdown();
        let early = tokio::spawn({
            let shutdown = shutdown.clone();
            async move { shutdown.wished().await }
        });
        trigger.trigger();
        early.await.unwrap();
        shutdown.wished().await;
    }

    #[tokio::test]
    async fn a_dropped_wish_is_none() {
        let (trigger, shutdown) = shutdown();
        drop(trigger);
        let short = Duration::from_millis(20);
        assert!(timeout(short, shutdown.wished()).await.is_err());
    }
}
