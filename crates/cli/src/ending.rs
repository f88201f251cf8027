//! The wish that this process, or a part of it, comes to its end.

use tokio::sync::watch;

/// Hears of the wish.
#[derive(Clone)]
pub(crate) struct Ending(watch::Receiver<bool>);

/// Has the wish. Dropping it wishes nothing.
pub(crate) struct EndingWish(watch::Sender<bool>);

/// Makes both ends.
pub(crate) fn ending() -> (EndingWish, Ending) {
    let (wish, ending) = watch::channel(false);
    (EndingWish(wish), Ending(ending))
}

impl EndingWish {
    /// Wishes the end.
    pub(crate) fn wish(self) {
        self.0.send_replace(true);
    }
}

impl Ending {
    /// Returns when the end is wished, at once if it was before.
    pub(crate) async fn wished(&self) {
        let mut ending = self.0.clone();
        if ending.wait_for(|ends| *ends).await.is_err() {
            // Whoever could wish it is gone and will not.
            std::future::pending::<()>().await;
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
        let (wish, ending) = ending();
        let early = tokio::spawn({
            let ending = ending.clone();
            async move { ending.wished().await }
        });
        wish.wish();
        early.await.unwrap();
        ending.wished().await;
    }

    #[tokio::test]
    async fn a_dropped_wish_is_none() {
        let (wish, ending) = ending();
        drop(wish);
        let short = Duration::from_millis(20);
        assert!(timeout(short, ending.wished()).await.is_err());
    }
}
