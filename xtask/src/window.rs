//! `window`: shows that a program brings up its window, and how long that takes.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::child;
use crate::desktop::{Desktop, GLANCE, Running};
use crate::failure::{Failure, Outcome};
use crate::webdriver::{self, Session};

const HELP: &str = "\
cargo xtask window [OPTIONS] -- PROGRAM [ARGS]

  --title TEXT       what the window's title has to contain (Sotto)
  --within SECONDS   how long it may take (60)
  --picture FILE     where to write a PNG of the window
";

/// How long a program may take to end when it is asked to.
const GOODBYE: Duration = Duration::from_secs(10);

/// What to wait for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Expectation {
    /// What the title has to contain.
    pub(crate) title: String,
    /// How long the window may take to come up.
    pub(crate) within: Duration,
    /// Where to write a picture of the window.
    pub(crate) picture: Option<PathBuf>,
}

impl Default for Expectation {
    fn default() -> Self {
        Self {
            title: "Sotto".to_owned(),
            within: Duration::from_mins(1),
            picture: None,
        }
    }
}

/// The command line of [`appears`].
pub(crate) fn command(words: &[String]) -> Outcome {
    if words.iter().any(|word| word == "--help") {
        print!("{HELP}");
        return Ok(());
    }
    let (expectation, program) = options(words)?;
    let (name, arguments) = program
        .split_first()
        .ok_or_else(|| Failure::new(format!("no program was named\n\n{HELP}")))?;
    appears(Command::new(name).args(arguments), &expectation)
}

/// Starts `program` on a desktop in memory, waits until a WebDriver sees its title and a text,
/// and ends it. Linux only.
pub(crate) fn appears(program: &mut Command, expectation: &Expectation) -> Outcome {
    let desktop = Desktop::start()?;
    let inspector = webdriver::free_port()?;
    desktop.host(program);
    program
        .env("GDK_BACKEND", "x11")
        .env("TAURI_WEBVIEW_AUTOMATION", "true")
        .env("WEBKIT_INSPECTOR_SERVER", format!("127.0.0.1:{inspector}"));
    let start = Instant::now();
    let mut program = Group::start(program)?;
    let session = loop {
        program.must_live()?;
        if webdriver::answers(inspector) {
            match Session::attach(inspector) {
                Ok(session) => break session,
                Err(failure) if start.elapsed() > expectation.within => return Err(failure),
                Err(_) => {}
            }
        }
        in_time(start, expectation, "no window came up")?;
        sleep(GLANCE);
    };
    let (title, text) = loop {
        program.must_live()?;
        let (title, text) = (session.title()?, session.text()?);
        if title.contains(&expectation.title) && !text.trim().is_empty() {
            break (title, text);
        }
        in_time(
            start,
            expectation,
            &format!("the window is called \"{title}\" and shows \"{text}\""),
        )?;
        sleep(GLANCE);
    };
    let seconds = start.elapsed().as_secs_f64();
    println!("    the window \"{title}\" answers after {seconds:.1} s; it shows:");
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        println!("    | {line}");
    }
    if let Some(file) = &expectation.picture {
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).map_err(Failure::io(folder.display()))?;
        }
        fs::write(file, session.picture()?).map_err(Failure::io(file.display()))?;
        println!("    picture: {}", file.display());
    }
    drop(session);
    program.end();
    Ok(())
}

fn in_time(start: Instant, expectation: &Expectation, otherwise: &str) -> Outcome {
    if start.elapsed() <= expectation.within {
        return Ok(());
    }
    let limit = expectation.within.as_secs();
    Err(Failure::new(format!("after {limit} s: {otherwise}")))
}

fn options(words: &[String]) -> Outcome<(Expectation, &[String])> {
    let mut expectation = Expectation::default();
    let mut rest = words;
    while let Some((option, after)) = rest.split_first() {
        if option == "--" {
            return Ok((expectation, after));
        }
        let Some((value, after)) = after.split_first() else {
            return Err(Failure::new(format!("`{option}` needs a value\n\n{HELP}")));
        };
        match option.as_str() {
            "--title" => expectation.title.clone_from(value),
            "--picture" => expectation.picture = Some(PathBuf::from(value)),
            "--within" => expectation.within = seconds(value)?,
            _ => return Err(Failure::new(format!("unknown option `{option}`\n\n{HELP}"))),
        }
        rest = after;
    }
    Ok((expectation, rest))
}

fn seconds(text: &str) -> Outcome<Duration> {
    let seconds = text
        .parse()
        .map_err(|_| Failure::new(format!("`{text}` is no number of seconds")))?;
    Ok(Duration::from_secs(seconds))
}

/// A program with everything that it starts, ended together.
struct Group(Running);

impl Group {
    fn start(command: &mut Command) -> Outcome<Self> {
        own_group(command);
        Ok(Self(Running::start(command)?))
    }

    fn must_live(&mut self) -> Outcome {
        let ended = self
            .child()
            .and_then(|child| child.try_wait().ok().flatten());
        ended.map_or(Ok(()), |status| {
            Err(Failure::new(format!(
                "the program ended before its window was there ({status})"
            )))
        })
    }

    /// Asks the whole group to end and waits for the program.
    fn end(&mut self) {
        let Some(child) = self.child() else { return };
        let group = format!("-{}", child.id());
        child::works(Command::new("kill").args(["-TERM", "--", &group]));
        let start = Instant::now();
        while start.elapsed() < GOODBYE {
            if !matches!(child.try_wait(), Ok(None)) {
                return;
            }
            sleep(GLANCE);
        }
        println!(
            "    it did not end within {} s and is killed",
            GOODBYE.as_secs()
        );
        child::works(Command::new("kill").args(["-KILL", "--", &group]));
    }

    fn child(&mut self) -> Option<&mut Child> {
        self.0.0.as_mut()
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if self.must_live().is_ok() {
            self.end();
        }
    }
}

#[cfg(unix)]
fn own_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(not(unix))]
fn own_group(_command: &mut Command) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_end_at_the_dashes() {
        let words: Vec<String> = [
            "--title", "Alice", "--within", "5", "--", "sotto", "--title",
        ]
        .map(str::to_owned)
        .to_vec();
        let (expectation, program) = options(&words).unwrap();
        assert_eq!(expectation.title, "Alice");
        assert_eq!(expectation.within, Duration::from_secs(5));
        assert_eq!(program, ["sotto", "--title"]);
        assert!(options(&["--within".to_owned(), "soon".to_owned()]).is_err());
    }
}
