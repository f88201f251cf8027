//! A code as modules, as the window draws it, and the texts that the codes of the pictures have.

use crate::chance::Chance;
use crate::class::Class;

/// The modules of a code, with the white ones around it.
#[derive(Clone)]
pub struct Code {
    /// Modules a side.
    pub(crate) side: usize,
    dark: Vec<bool>,
}

impl Code {
    /// Takes a code as it is drawn: modules a side, and the `d` of an SVG path of the dark ones whose
    /// runs are `M{x} {y}h{len}v1h-{len}z`.
    ///
    /// # Panics
    /// If the path is of another form.
    #[must_use]
    pub fn drawn(side: u32, path: &str) -> Self {
        let side = side as usize;
        let mut dark = vec![false; side * side];
        for run in path.split_terminator('z') {
            let run = run.strip_prefix('M').expect("a run");
            let (place, rest) = run.split_once('h').expect("a length");
            let (x, y) = place.split_once(' ').expect("two numbers");
            let (len, _) = rest.split_once('v').expect("a height");
            let number = |text: &str| text.parse::<usize>().expect("a number");
            let start = number(y) * side + number(x);
            dark[start..start + number(len)].fill(true);
        }
        Self { side, dark }
    }

    /// Whether the module at a place is dark; around the code nothing is.
    pub(crate) fn is_dark(&self, x: f32, y: f32) -> bool {
        let inside = |at: f32| at >= 0.0 && at < self.side as f32;
        inside(x) && inside(y) && self.dark[y as usize * self.side + x as usize]
    }

    /// A code like this one that nobody can read: a part of its modules is blotted out.
    pub(crate) fn spoiled(&self, chance: &mut Chance) -> Self {
        let mut spoiled = self.clone();
        // Two fifths of the rows: more than any error correction mends.
        for row in spoiled.dark.chunks_exact_mut(self.side).skip(14).step_by(5) {
            row[4..self.side - 4].fill_with(|| chance.next() & 1 == 0);
        }
        for row in spoiled.dark.chunks_exact_mut(self.side).skip(15).step_by(5) {
            row[4..self.side - 4].fill_with(|| chance.next() & 1 == 0);
        }
        spoiled
    }
}

/// The text of the code in picture `number` of a class: a link as long as one of ours can be.
#[must_use]
pub fn link(class: Class, number: u32) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    /// A contact card; what the verification screen shows; invites with one relay, with a relay
    /// that has a name of one's own, with two; and the longest that there is.
    const LENGTHS: [u32; 6] = [118, 136, 152, 178, 213, 271];
    let mut chance = class.chance(number);
    let length = LENGTHS[(number % 6) as usize];
    let payload = (0..length - 10).map(|_| char::from(ALPHABET[chance.below(64) as usize]));
    format!("sotto:add#{}", payload.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_is_drawn_module_by_module() {
        let code = Code::drawn(4, "M1 1h2v1h-2zM2 2h1v1h-1z");
        let dark: Vec<(u32, u32)> = (0..4)
            .flat_map(|y| (0..4).map(move |x| (x, y)))
            .filter(|(x, y)| code.is_dark(*x as f32 + 0.5, *y as f32 + 0.5))
            .collect();
        assert_eq!(dark, [(1, 1), (2, 1), (2, 2)]);
        assert!(!code.is_dark(-0.5, 1.0) && !code.is_dark(4.0, 1.0));
    }

    #[test]
    fn links_are_of_every_length_and_none_twice() {
        let lengths: Vec<usize> = (0..6).map(|n| link(Class::Blur, n).len()).collect();
        assert_eq!(lengths, [118, 136, 152, 178, 213, 271]);
        assert_ne!(link(Class::Blur, 0), link(Class::Blur, 6));
        assert_ne!(link(Class::Blur, 0), link(Class::Noise, 0));
    }
}
