//! Which pictures are kept. The pictures themselves are made anew each time; what is kept is which
//! they are and what each has to be.

use crate::class::Class;

/// So many pictures of each class are kept.
pub const EACH: u32 = 48;

/// The kept pictures, one a line: class, number, digest.
pub const KEPT: Kept = Kept(include_str!("../kept.txt"));

/// A list of pictures.
pub struct Kept(&'static str);

impl Kept {
    /// The digest of a picture; none if it is not kept.
    #[must_use]
    pub fn digest(&self, class: Class, number: u32) -> Option<&'static str> {
        let start = Self::start(class, number);
        self.0.lines().find_map(|line| line.strip_prefix(&*start))
    }

    /// The line of a picture.
    #[must_use]
    pub fn line(class: Class, number: u32, digest: &str) -> String {
        format!("{}{digest}\n", Self::start(class, number))
    }

    fn start(class: Class, number: u32) -> String {
        format!("{}, {number}: ", class.name())
    }
}
