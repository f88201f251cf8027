//! Performing steps: in order, some beside others, each with its time, and the sum at the end.

use crate::child::Beside;
use crate::failure::{Failure, Outcome};
use crate::size::Size;
use crate::tally::Tally;
use crate::times::Times;
use crate::workspace;
use std::fs;
use std::mem;
use std::time::{Duration, Instant};

/// One step.
pub(crate) struct Step {
    /// What it is called on the command line.
    pub(crate) name: &'static str,
    /// What it is about.
    pub(crate) title: &'static str,
    /// What its failure means for the others.
    pub(crate) weight: Weight,
    /// The step beside which it runs, if that is chosen, too: a later one, that mostly waits.
    pub(crate) beside: Option<&'static str>,
    /// What is done.
    pub(crate) run: fn(&mut Progress) -> Outcome,
}

/// What the failure of a step means for the others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    /// Nothing after it can work.
    Ground,
    /// The others are still worth a look. Part of `check`.
    Quick,
    /// The same, but only part of `test`.
    Long,
}

/// What the steps find out, and how large they are.
#[derive(Default)]
pub(crate) struct Progress {
    /// The tests that were counted so far.
    pub(crate) tally: Tally,
    /// How large tests are.
    pub(crate) size: Size,
    /// The steps that run beside the one at hand, once it says that they can.
    waiting: Vec<&'static str>,
    beside: Vec<(&'static str, Outcome<Beside>)>,
}

impl Progress {
    /// Starts what runs beside the step at hand.
    pub(crate) fn start_beside(&mut self) {
        for name in mem::take(&mut self.waiting) {
            let started = Beside::start(name, &["test", "--only", name]);
            self.beside.push((name, started));
        }
    }

    /// Waits for what ran beside the step.
    fn finish_beside(&mut self, times: &mut Times) {
        for (name, started) in mem::take(&mut self.beside) {
            println!("\n    beside it: {name}");
            match started {
                Ok(beside) => {
                    let (outcome, took) = beside.finish();
                    times.add(name, took, &outcome);
                }
                Err(failure) => times.add(name, Duration::ZERO, &Outcome::<()>::Err(failure)),
            }
        }
    }
}

/// Performs the steps of a command, prints how each ended, and fails if one did.
pub(crate) fn perform(command: &str, steps: &[&Step], size: Size) -> Outcome {
    let start = Instant::now();
    let mut times = Times::default();
    let mut progress = Progress {
        size,
        ..Progress::default()
    };
    let is_chosen = |name: &str| steps.iter().any(|step| step.name == name);
    for (number, step) in (1..).zip(steps) {
        if step.beside.is_some_and(is_chosen) {
            continue;
        }
        println!(
            "\n[{number}/{}] {} ({})",
            steps.len(),
            step.title,
            step.name
        );
        let company = steps.iter().filter(|other| other.beside == Some(step.name));
        progress.waiting = company.map(|other| other.name).collect();
        let outcome = times.of(step.name, || (step.run)(&mut progress));
        progress.start_beside();
        progress.finish_beside(&mut times);
        if outcome.is_err() && step.weight == Weight::Ground {
            break;
        }
    }
    println!("\n{}", times.table());
    println!("{:6} {:7.1} s", "", start.elapsed().as_secs_f64());
    if progress.tally != Tally::default() {
        println!("\n{}", progress.tally);
    }
    if steps.len() > 1 {
        times.leave(command)?;
        leave(progress.tally)?;
    }
    let failed = times.failed();
    if failed.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "failed: {}. `--only {}` repeats it.",
        failed.join(", "),
        failed.join(",")
    )))
}

/// Leaves the sum of the tests for `.ci/run`; a sum of an earlier run goes away.
fn leave(tally: Tally) -> Outcome {
    let file = workspace::target().join("xtask/tally");
    if file.exists() {
        fs::remove_file(&file).map_err(Failure::io(file.display()))?;
    }
    if tally == Tally::default() {
        return Ok(());
    }
    let folder = workspace::target().join("xtask");
    fs::create_dir_all(&folder).map_err(Failure::io(folder.display()))?;
    fs::write(&file, format!("{tally}\n")).map_err(Failure::io(file.display()))
}
