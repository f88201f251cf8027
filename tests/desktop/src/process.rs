//! A running program, its output as lines, and its certain end.

use crate::wait;
use serde_json::Value;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// A program that runs until it ends by itself, is ended, or is dropped.
///
/// It leads a process group of its own, so that what it started ends with it. Everything that it
/// prints is kept; the last of it is shown when a wait is in vain.
pub struct Process {
    name: String,
    child: Child,
    input: Option<ChildStdin>,
    output: Output,
    errors: Output,
    readers: Vec<JoinHandle<()>>,
    ended: Option<ExitStatus>,
}

impl Process {
    /// Starts the program.
    ///
    /// # Panics
    /// Where it cannot be started.
    pub fn start(name: &str, command: &mut Command) -> Self {
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        lead_a_group(command);
        let mut child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{name} cannot be started: {error}"));
        let (output, errors) = (Output::default(), Output::default());
        let readers = vec![
            output.fill_from(child.stdout.take().expect("stdout is piped")),
            errors.fill_from(child.stderr.take().expect("stderr is piped")),
        ];
        Self {
            name: name.to_owned(),
            input: child.stdin.take(),
            child,
            output,
            errors,
            readers,
            ended: None,
        }
    }

    /// Starts the program with the output of this one: none of it is kept.
    ///
    /// # Panics
    /// Where it cannot be started.
    pub fn start_in_view(name: &str, command: &mut Command) -> Self {
        lead_a_group(command);
        let child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{name} cannot be started: {error}"));
        Self {
            name: name.to_owned(),
            child,
            input: None,
            output: Output::default(),
            errors: Output::default(),
            readers: Vec::new(),
            ended: None,
        }
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it prints on stdout.
    pub fn output(&self) -> &Output {
        &self.output
    }

    /// What it prints on stderr.
    pub fn errors(&self) -> &Output {
        &self.errors
    }

    /// Writes a line to its stdin. That it has ended meanwhile is for the next wait to find.
    pub fn write_line(&mut self, line: &str) {
        if let Some(input) = &mut self.input {
            let _gone = writeln!(input, "{line}").and_then(|()| input.flush());
        }
    }

    /// Writes a text to its stdin and closes it.
    pub fn write_and_close(&mut self, text: &str) {
        self.write_bytes_and_close(text.as_bytes());
    }

    /// Writes to its stdin and closes it.
    pub fn write_bytes_and_close(&mut self, bytes: &[u8]) {
        if let Some(mut input) = self.input.take() {
            let _gone = input.write_all(bytes);
        }
    }

    /// Closes its stdin.
    pub fn close_input(&mut self) {
        self.input = None;
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        self.look().is_none()
    }

    /// Waits for a JSON line on stdout that fits, starting at line number `from`; gives the number
    /// of the line after it, too.
    ///
    /// # Panics
    /// Where none comes in time, or the program ends before.
    pub fn json_line(
        &self,
        from: usize,
        what: &str,
        fits: impl Fn(&Value) -> bool,
    ) -> (usize, Value) {
        let found = self.output.wait_for(from, wait::patience(), |line| {
            serde_json::from_str::<Value>(line).ok().filter(&fits)
        });
        found.unwrap_or_else(|| panic!("{} never printed {what}\n{}", self.name, self.report()))
    }

    /// Waits for a line on stdout that gives something.
    ///
    /// # Panics
    /// Where none comes in time, or the program ends before.
    pub fn line<T>(&self, what: &str, pick: impl Fn(&str) -> Option<T>) -> T {
        let found = self.output.wait_for(0, wait::patience(), pick);
        let (_, value) = found
            .unwrap_or_else(|| panic!("{} never printed {what}\n{}", self.name, self.report()));
        value
    }

    /// Waits until it ends by itself.
    ///
    /// # Panics
    /// Where it does not in time.
    pub fn wait(&mut self) -> ExitStatus {
        self.wait_within(wait::patience())
    }

    /// Waits until it ends by itself, at most so long.
    ///
    /// # Panics
    /// Where it does not in time.
    pub fn wait_within(&mut self, patience: Duration) -> ExitStatus {
        let deadline = Instant::now() + patience;
        while self.look().is_none() {
            assert!(
                Instant::now() < deadline,
                "{} did not end in {patience:?}\n{}",
                self.name,
                self.report()
            );
            thread::park_timeout(Duration::from_millis(5));
        }
        self.join_readers();
        self.ended.expect("it was just seen to have ended")
    }

    /// Ends it with all that it started, at once (`kill -9`), and reaps it.
    pub fn kill(&mut self) {
        if self.look().is_none() {
            kill_group(&mut self.child);
            self.ended = self.child.wait().ok();
        }
        self.join_readers();
    }

    /// Asks it to end as an operating system does (SIGTERM).
    #[cfg(unix)]
    pub fn terminate(&self) {
        signal(&self.child, rustix::process::Signal::TERM);
    }

    /// The end of what it printed, for the words of a failure.
    pub fn report(&self) -> String {
        let mut report = String::new();
        for (title, lines) in [("stdout", &self.output), ("stderr", &self.errors)] {
            let lines = lines.lines();
            let _infallible = writeln!(
                report,
                "--- {} {title}, last of {}:",
                self.name,
                lines.len()
            );
            for line in &lines[lines.len().saturating_sub(40)..] {
                let short: String = line.chars().take(600).collect();
                let _infallible = writeln!(report, "    {short}");
            }
        }
        report
    }

    fn look(&mut self) -> Option<ExitStatus> {
        if self.ended.is_none() {
            self.ended = self.child.try_wait().ok().flatten();
        }
        self.ended
    }

    fn join_readers(&mut self) {
        // A grandchild outside the group may hold the pipe open; the lines are complete up to the
        // end of the program itself, which is what tests look at.
        let deadline = Instant::now() + Duration::from_secs(2);
        for reader in self.readers.drain(..) {
            while !reader.is_finished() && Instant::now() < deadline {
                thread::park_timeout(Duration::from_millis(2));
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("{}", self.report());
        }
        self.kill();
    }
}

/// Lines that a program prints, as they come.
#[derive(Clone, Default)]
pub struct Output {
    shared: Arc<(Mutex<Lines>, Condvar)>,
}

#[derive(Default)]
struct Lines {
    lines: Vec<String>,
    closed: bool,
}

impl Output {
    /// All lines so far.
    pub fn lines(&self) -> Vec<String> {
        self.shared.0.lock().unwrap().lines.clone()
    }

    /// All lines so far that are JSON.
    pub fn json(&self) -> Vec<Value> {
        let lines = self.lines();
        lines
            .iter()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect()
    }

    /// How many lines there are so far.
    pub fn len(&self) -> usize {
        self.shared.0.lock().unwrap().lines.len()
    }

    /// Whether there is none so far.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Waits for a line that gives something, from line number `from` on; `None` when the time is
    /// over or no further line can come.
    pub fn wait_for<T>(
        &self,
        from: usize,
        patience: Duration,
        pick: impl Fn(&str) -> Option<T>,
    ) -> Option<(usize, T)> {
        let deadline = Instant::now() + patience;
        let (state, changed) = &*self.shared;
        let mut next = from;
        let mut state = state.lock().unwrap();
        loop {
            while let Some(line) = state.lines.get(next) {
                next += 1;
                if let Some(value) = pick(line) {
                    return Some((next, value));
                }
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if state.closed || left.is_zero() {
                return None;
            }
            state = changed.wait_timeout(state, left).unwrap().0;
        }
    }

    fn fill_from(&self, source: impl Read + Send + 'static) -> JoinHandle<()> {
        let shared = Arc::clone(&self.shared);
        thread::spawn(move || {
            let mut source = BufReader::new(source);
            let mut line = Vec::new();
            while matches!(source.read_until(b'\n', &mut line), Ok(length) if length > 0) {
                let text = String::from_utf8_lossy(&line)
                    .trim_end_matches('\n')
                    .to_owned();
                shared.0.lock().unwrap().lines.push(text);
                shared.1.notify_all();
                line.clear();
            }
            shared.0.lock().unwrap().closed = true;
            shared.1.notify_all();
        })
    }
}

#[cfg(unix)]
fn lead_a_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(not(unix))]
fn lead_a_group(_: &mut Command) {}

#[cfg(unix)]
fn kill_group(child: &mut Child) {
    signal(child, rustix::process::Signal::KILL);
}

#[cfg(not(unix))]
fn kill_group(child: &mut Child) {
    let _ended_already = child.kill();
}

/// Signals the group that the child leads. The child is not reaped yet, so the number cannot be
/// somebody else's.
#[cfg(unix)]
fn signal(child: &Child, signal: rustix::process::Signal) {
    let id = i32::try_from(child.id())
        .ok()
        .and_then(rustix::process::Pid::from_raw);
    if let Some(id) = id {
        let _ended_already = rustix::process::kill_process_group(id, signal);
    }
}
