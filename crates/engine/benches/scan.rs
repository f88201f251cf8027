//! How many codes are found in pictures, and how soon: the kept pictures of `tests/pictures`, through
//! our reader and through two others on the same pixels in the same run.
//!
//! Aims: at least 98 % read outside of the class "very hard", the median at most 50 ms and the 99th of
//! a hundred at most 400 ms, no text that is not there, and at least as many as the better of the
//! others. Times are those of the processor, one thread each.
//!
//! `cargo xtask bench scan [EACH] [FOLDER]` installs the others and starts this. EACH is how many
//! pictures of each class are taken (more than are kept, if wanted); in FOLDER those are left that we
//! do not read. Without `SOTTO_SCAN_PYTHON`, a Python that has the others, ours is measured alone.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a benchmark"
)]

use image::GrayImage;
use rustix::time::{ClockId, clock_gettime};
use serde_json::Value;
use sotto_engine::qr;
use sotto_pictures::{Class, Code, EACH, KEPT, Picture};
use std::collections::BTreeMap;
use std::env;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

/// The program that asks the other readers.
const OTHERS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../tests/pictures/other_readers.py"
);

const OURS: &str = "sotto";

/// What a reader made of a picture.
struct Read {
    text: Option<String>,
    took: Duration,
}

/// The other readers, in a process of their own.
struct Others {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Others {
    fn start() -> Option<Self> {
        let python = env::var_os("SOTTO_SCAN_PYTHON")?;
        let mut child = Command::new(python)
            .arg(OTHERS)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (to, from) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let from = BufReader::new(from);
        Some(Self { child, to, from })
    }

    /// What each of them says about a picture.
    fn read(&mut self, picture: &GrayImage) -> Vec<(String, Read)> {
        self.to.write_all(&picture.width().to_be_bytes()).unwrap();
        self.to.write_all(&picture.height().to_be_bytes()).unwrap();
        self.to.write_all(picture.as_raw()).unwrap();
        self.to.flush().unwrap();
        let mut line = String::new();
        self.from.read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        let said = said.as_object().unwrap();
        let one = |(name, read): (&String, &Value)| {
            let text = read["text"].as_str().map(ToOwned::to_owned);
            let took = Duration::from_secs_f64(read["seconds"].as_f64().unwrap());
            (name.clone(), Read { text, took })
        };
        said.iter().map(one).collect()
    }
}

impl Drop for Others {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What came of one reader.
#[derive(Default)]
struct Account {
    /// Pictures read, by class.
    right: BTreeMap<Class, u32>,
    /// Texts that were not there.
    wrong: u32,
    times: Vec<Duration>,
}

impl Account {
    fn take(&mut self, class: Class, text: Option<&str>, read: &Read) -> bool {
        self.times.push(read.took);
        let right = read.text.as_deref() == text;
        if right {
            *self.right.entry(class).or_default() += 1;
        } else if read.text.is_some() {
            self.wrong += 1;
        }
        right
    }

    fn right(&self, classes: impl Iterator<Item = Class>) -> u32 {
        let of = |class| self.right.get(&class).copied().unwrap_or_default();
        classes.map(of).sum()
    }

    /// The time within which so many of a hundred pictures were read or given up, ms.
    fn within(&self, percent: usize) -> f64 {
        let mut times = self.times.clone();
        times.sort_unstable();
        let place = (times.len() * percent).div_ceil(100).max(1) - 1;
        times[place].as_secs_f64() * 1_000.0
    }
}

fn main() {
    let mut arguments = env::args().skip(1).filter(|word| !word.starts_with("--"));
    let each = arguments.next().map_or(EACH, |each| each.parse().unwrap());
    let folder = arguments.next().map(PathBuf::from);
    if let Some(folder) = &folder {
        std::fs::create_dir_all(folder).unwrap();
    }
    let mut others = Others::start();
    let mut accounts: BTreeMap<String, Account> = BTreeMap::new();
    for class in Class::ALL {
        for number in 0..each {
            let (picture, text) = Picture::take(class, number, draw);
            let kept = KEPT.digest(class, number);
            assert!(
                kept.is_none_or(|kept| kept == picture.digest),
                "picture {number} of {} is another one",
                class.name()
            );
            let text = (class != Class::Nothing).then_some(&*text);
            let started = processor_time();
            let read = ours(&picture.pixels);
            let took = processor_time().saturating_sub(started);
            let ours = Read { text: read, took };
            let right = accounts.entry(OURS.to_owned()).or_default();
            let right = right.take(class, text, &ours);
            if let (Some(folder), false) = (&folder, right) {
                let name = format!("{} {number}.png", class.name());
                picture.pixels.save(folder.join(name)).unwrap();
            }
            for (name, read) in others
                .iter_mut()
                .flat_map(|others| others.read(&picture.pixels))
            {
                accounts.entry(name).or_default().take(class, text, &read);
            }
        }
    }
    print(&accounts, each);
}

fn draw(text: &str) -> Code {
    let matrix = qr::matrix(text).unwrap();
    Code::drawn(matrix.side, &matrix.path)
}

/// What this thread has had: other programs may be busy beside it.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap()
}

fn ours(picture: &GrayImage) -> Option<String> {
    qr::read_luma(picture.width(), picture.height(), picture.as_raw()).ok()
}

fn print(accounts: &BTreeMap<String, Account>, each: u32) {
    let names: Vec<&String> = accounts.keys().collect();
    let row = |title: &str, cell: &dyn Fn(&Account) -> String| {
        print!("{title:<28}");
        for name in &names {
            print!("{:>16}", cell(&accounts[*name]));
        }
        println!();
    };
    print!("{:<28}", format!("{each} pictures each"));
    for name in &names {
        print!("{name:>16}");
    }
    println!();
    for class in Class::ALL {
        let title = match class {
            Class::Nothing => "nothing (nothing is right)",
            class => class.name(),
        };
        row(title, &|account| {
            account.right([class].into_iter()).to_string()
        });
    }
    let usual = || {
        let all = Class::ALL.into_iter();
        all.filter(|class| !matches!(class, Class::VeryHard | Class::Nothing))
    };
    let pictures = f64::from(each) * usual().count() as f64;
    row("read outside of very hard", &|account| {
        let part = 100.0 * f64::from(account.right(usual())) / pictures;
        format!("{part:.1} %")
    });
    row("texts that are not there", &|account| {
        account.wrong.to_string()
    });
    row("median, ms", &|account| {
        format!("{:.1}", account.within(50))
    });
    row("99 of 100 within, ms", &|account| {
        format!("{:.1}", account.within(99))
    });
    row("longest, ms", &|account| {
        format!("{:.1}", account.within(100))
    });
}
