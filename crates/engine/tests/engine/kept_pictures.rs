//! The kept pictures of codes (`tests/pictures`): that they are still those, and that ours are read.
//! `cargo xtask bench scan` tries all of them; here it is as many of each class as `SOTTO_PICTURES`
//! says.

use sotto_engine::qr::{QrError, matrix, read_luma};
use sotto_pictures::{Class, Code, EACH, KEPT, Kept, Picture, a_third_high};
use std::env;

/// How many pictures of each class are tried.
const USUALLY: u32 = 1;
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/pictures/kept.txt");

fn each() -> u32 {
    let wanted = env::var("SOTTO_PICTURES").ok();
    wanted.map_or(USUALLY, |each| each.parse().unwrap())
}

fn draw(text: &str) -> Code {
    let code = matrix(text).unwrap();
    Code::drawn(code.side, &code.path)
}

#[test]
fn kept_pictures_are_the_same_and_are_read() {
    let bless = env::var_os("SOTTO_BLESS").is_some();
    let (mut list, mut tried, mut unread) = (String::new(), 0, Vec::new());
    for class in Class::ALL {
        for number in 0..if bless { EACH } else { each() } {
            let (picture, text) = Picture::take(class, number, draw);
            list.push_str(&Kept::line(class, number, &picture.digest));
            if bless {
                continue;
            }
            let name = format!("{} {number}", class.name());
            assert_eq!(
                KEPT.digest(class, number),
                Some(&*picture.digest),
                "{name} is another picture: `cargo xtask bless`, if it is meant to be"
            );
            let (width, height) = picture.pixels.dimensions();
            let read = read_luma(width, height, picture.pixels.as_raw());
            match class {
                Class::Nothing => assert_eq!(read, Err(QrError::NoCode), "{name}"),
                Class::VeryHard => assert!(read.is_err() || read == Ok(text), "{name}"),
                _ if read == Ok(text) => tried += 1,
                _ => {
                    assert!(read.is_err(), "{name}: a text that is not there");
                    tried += 1;
                    unread.push(name);
                }
            }
        }
    }
    if bless {
        std::fs::write(FILE, list).unwrap();
    }
    // 98 of 100 are read.
    assert!(unread.len() * 50 <= tried, "{unread:?} of {tried}");
}

#[test]
fn more_than_five_hundred_pictures_are_kept() {
    let with_a_code = Class::ALL.len() - 1;
    assert!(with_a_code * usize::try_from(EACH).unwrap() >= 500);
    for class in Class::ALL {
        assert!(KEPT.digest(class, EACH - 1).is_some(), "{class:?}");
        assert_eq!(KEPT.digest(class, EACH), None);
    }
}

/// From the shortest to the longest that there can be, with its white frame.
#[test]
fn every_code_is_found_by_a_webcam_in_which_it_is_a_third_of_the_height() {
    for (number, length) in (0..).zip([20, 84, 108, 118, 136, 152, 178, 192, 213, 271]) {
        let text: String = "sotto:add#"
            .chars()
            .chain("aB3-xY7_".chars().cycle())
            .take(length)
            .collect();
        let picture = a_third_high(&draw(&text), number);
        let read = read_luma(640, 480, picture.as_raw());
        assert_eq!(read.as_deref(), Ok(&*text), "{length} characters");
    }
}
