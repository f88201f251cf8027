//! One client's connection: a single task that reads its frames, writes its outbox and watches its clocks.
//!
//! Reading, writing and waiting go on side by side: a client that does not read is still heard, and one that sends too
//! fast is not read for a while but still written to. Nothing here waits for another client.

use crate::bucket::{Bucket, Rate};
use crate::close::CloseReason;
use crate::config::Limits;
use crate::http::{self, Socket};
use crate::liveness::{Due, Liveness, Traffic};
use crate::outbox::Outbox;
use crate::registry::Registry;
use crate::seat::Seat;
use crate::source::Permit;
use crate::timer::Timer;
use crate::writing::Writing;
use futures_util::{SinkExt, StreamExt};
use sotto_wire::{ClientFrame, ClientFrameRef, ListedUser};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant, SystemTime};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Error as WsError, Message};

/// Time for a close frame to be taken.
const CLOSE_TIME: Duration = Duration::from_secs(2);

/// A bad frame costs a minute's worth of one unit a second.
const BAD_FRAME_UNITS: u32 = 60;

/// The task's state.
pub(crate) struct Connection {
    socket: Socket,
    seat: Seat,
    permit: Permit,
    writing: Writing,
    frames: Bucket,
    bytes: Bucket,
    bad_frames: Bucket,
    liveness: Liveness,
    /// Not read before this time.
    read_at: Option<Instant>,
    /// A list was asked for and is given at this time.
    list_at: Option<Instant>,
    /// Earliest time for the next list.
    next_list: Instant,
    timer: Timer,
    drain_time: Duration,
}

enum Event {
    Received(Message),
    /// The client is gone, in whatever way.
    Gone,
    Failed(WsError),
    Close(CloseReason),
    Tick,
}

impl Connection {
    pub(crate) fn new(
        socket: Socket,
        permit: Permit,
        registry: Arc<Registry>,
        outbox: Arc<Outbox>,
        limits: &Limits,
    ) -> Self {
        let now = Instant::now();
        let bad_frames = Rate {
            per_second: limits.bad_frames_per_minute,
            burst: limits.bad_frames_per_minute.saturating_mul(BAD_FRAME_UNITS),
        };
        Self {
            socket,
            seat: Seat::take(registry, outbox),
            permit,
            writing: Writing::default(),
            frames: Bucket::full(limits.frames, now),
            bytes: Bucket::full(limits.bytes, now),
            bad_frames: Bucket::full(bad_frames, now),
            liveness: Liveness::new(limits, now),
            read_at: None,
            list_at: None,
            next_list: now,
            timer: Timer::new(now),
            drain_time: limits.drain_time,
        }
    }

    /// Serves the client until either side ends it.
    pub(crate) async fn run(mut self) {
        let reason = loop {
            let acted = match poll_fn(|context| self.poll_event(context)).await {
                Event::Received(message) => self.on_message(&message),
                Event::Tick => self.on_tick(Instant::now()),
                Event::Close(reason) => Err(reason),
                Event::Failed(error) => match CloseReason::of_error(&error) {
                    Some(reason) => Err(reason),
                    None => return,
                },
                Event::Gone => return,
            };
            if let Err(reason) = acted {
                break reason;
            }
        };
        self.finish(reason).await;
    }

    fn poll_event(&mut self, context: &mut Context<'_>) -> Poll<Event> {
        if let Some(event) = self.poll_write(context) {
            return Poll::Ready(event);
        }
        if self.read_at.is_none()
            && let Poll::Ready(received) = self.socket.poll_next_unpin(context)
        {
            return Poll::Ready(match received {
                Some(Ok(message)) => Event::Received(message),
                Some(Err(error)) => Event::Failed(error),
                None => Event::Gone,
            });
        }
        self.poll_timer(context)
    }

    /// Writes until everything is written or the client takes no more. One flush takes many frames along.
    fn poll_write(&mut self, context: &mut Context<'_>) -> Option<Event> {
        loop {
            let written = self.writing.take_written();
            let signals = self
                .seat
                .outbox()
                .poll(context, &mut self.writing.batch, written);
            if let Some(reason) = signals.closing {
                return Some(Event::Close(reason));
            }
            if signals.probe {
                self.liveness.pinged(true, Instant::now());
                self.writing.ping();
            }
            if self.writing.is_idle() {
                return None;
            }
            match self.writing.poll(&mut self.socket, context) {
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(error)) => return Some(Event::Failed(error)),
                Poll::Pending => return None,
            }
        }
    }

    fn poll_timer(&mut self, context: &mut Context<'_>) -> Poll<Event> {
        let now = Instant::now();
        let due = match self.liveness.due(self.traffic(), now) {
            Due::At(due) => [self.read_at, self.list_at]
                .into_iter()
                .flatten()
                .fold(due, Instant::min),
            Due::Ping | Due::Close(_) => return Poll::Ready(Event::Tick),
        };
        if due <= now || self.timer.poll(due, context).is_ready() {
            Poll::Ready(Event::Tick)
        } else {
            Poll::Pending
        }
    }

    fn traffic(&self) -> Traffic {
        let metered = self.socket.get_ref();
        Traffic {
            last_read: metered.last_read(),
            begun: metered.begun(),
            blocked_since: self.writing.blocked_since,
            not_reading: self.read_at.is_some(),
        }
    }

    fn on_tick(&mut self, now: Instant) -> Result<(), CloseReason> {
        if self.read_at.is_some_and(|at| at <= now) {
            self.read_at = None;
        }
        if self.list_at.is_some_and(|at| at <= now) {
            self.give_list(now);
        }
        match self.liveness.due(self.traffic(), now) {
            Due::At(_) => Ok(()),
            Due::Ping => {
                self.liveness.pinged(false, now);
                self.writing.ping();
                Ok(())
            }
            Due::Close(reason) => Err(reason),
        }
    }

    fn on_message(&mut self, message: &Message) -> Result<(), CloseReason> {
        let now = Instant::now();
        self.slow_down(message.len(), now);
        match message {
            Message::Text(text) => self.on_text(text, now),
            // JSON is JSON: some clients send it as bytes, and the guide's relay reads it.
            Message::Binary(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => self.on_text(text, now),
                Err(_) => self.on_bad_frame(now),
            },
            // Answered by the library.
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_) => Ok(()),
        }
    }

    fn slow_down(&mut self, bytes: usize, now: Instant) {
        let wait = self
            .frames
            .take(1, now)
            .max(self.bytes.take(bytes, now))
            .max(self.permit.read(bytes, now));
        if !wait.is_zero() {
            self.read_at = now.checked_add(wait);
        }
    }

    fn on_text(&mut self, text: &str, now: Instant) -> Result<(), CloseReason> {
        match (ClientFrame::decode(text), self.seat.session()) {
            (
                Ok(ClientFrameRef::Register {
                    user_id,
                    public_key,
                }),
                _,
            ) => {
                self.liveness.registered();
                self.seat.register(
                    ListedUser {
                        user_id,
                        public_key,
                    },
                    now,
                )
            }
            (Ok(ClientFrameRef::Message { to, encrypted }), Some(session)) => {
                self.seat
                    .registry()
                    .forward(session, &to, encrypted, unix_time_ms(), now);
                Ok(())
            }
            (Ok(ClientFrameRef::GetUsers), Some(_)) => {
                self.list_at = Some(self.next_list);
                if self.next_list <= now {
                    self.give_list(now);
                }
                Ok(())
            }
            (Ok(ClientFrameRef::Unknown), _) => Ok(()),
            // Not a frame, or one that needs a name first.
            (Err(_) | Ok(_), _) => self.on_bad_frame(now),
        }
    }

    fn on_bad_frame(&mut self, now: Instant) -> Result<(), CloseReason> {
        let overdrawn = !self
            .bad_frames
            .take(BAD_FRAME_UNITS as usize, now)
            .is_zero();
        if overdrawn {
            Err(CloseReason::BadFrames)
        } else {
            Ok(())
        }
    }

    fn give_list(&mut self, now: Instant) {
        self.list_at = None;
        let Some(session) = self.seat.session() else {
            return;
        };
        match self.seat.registry().user_list(session, now) {
            Ok((list, wait)) => {
                self.next_list = now + wait;
                self.seat.outbox().push(list);
            }
            Err(again) => self.list_at = Some(again),
        }
    }

    /// Gives up the name, says why, and closes. Where the client did nothing wrong it is given what waits for it.
    async fn finish(mut self, reason: CloseReason) {
        tracing::debug!(connection = self.seat.connection(), ?reason, "closing");
        let (waiting, time) = match reason {
            CloseReason::Restart => (self.seat.outbox().hand_over(), self.drain_time),
            CloseReason::Replaced => (VecDeque::new(), CLOSE_TIME),
            _ => {
                self.writing.batch.clear();
                (VecDeque::new(), CLOSE_TIME)
            }
        };
        self.seat.leave();
        let Self {
            socket, writing, ..
        } = &mut self;
        let _ = timeout(time, async {
            for frame in writing.batch.drain(..).chain(waiting) {
                socket.feed(Message::Text(frame)).await?;
            }
            socket.send(Message::Close(Some(reason.frame()))).await
        })
        .await;
        http::linger(socket.get_mut().inner_mut()).await;
    }
}

/// Milliseconds since 1970 by this machine's clock, as the guide's relay stamps messages.
fn unix_time_ms() -> i64 {
    let since_1970 = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX)
}
