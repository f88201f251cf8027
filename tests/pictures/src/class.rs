//! The kinds of pictures, named by what makes them hard.

use crate::camera::{Camera, Shot};
use crate::chance::Chance;
use crate::code::Code;
use crate::sheet::Sheet;
use crate::view::View;

/// A kind of picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Seen from the side.
    Perspective,
    /// Turned by any angle.
    Rotation,
    /// Lit from one side, in the edge of a shadow, beside a lamp.
    UnevenLight,
    /// Out of focus or moved.
    Blur,
    /// Taken with little light.
    Noise,
    /// Saved as a JPEG of quality 20.
    Jpeg20,
    /// The raster of a screen that was photographed.
    Moire,
    /// On the plate of a dark window in a dark room.
    DarkTheme,
    /// Light on dark.
    Inverted,
    /// At the edge of the picture: the white around the code is not all there.
    Edge,
    /// Held in front of a webcam of 640 by 480.
    Webcam,
    /// Several of these at once, and small. Not all can be read.
    VeryHard,
    /// Nothing to be read: no code, or one that is spoiled.
    Nothing,
}

impl Class {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Perspective,
        Self::Rotation,
        Self::UnevenLight,
        Self::Blur,
        Self::Noise,
        Self::Jpeg20,
        Self::Moire,
        Self::DarkTheme,
        Self::Inverted,
        Self::Edge,
        Self::Webcam,
        Self::VeryHard,
        Self::Nothing,
    ];

    /// Its name in lists.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Perspective => "perspective",
            Self::Rotation => "rotation",
            Self::UnevenLight => "uneven light",
            Self::Blur => "blur",
            Self::Noise => "noise",
            Self::Jpeg20 => "jpeg 20",
            Self::Moire => "moire",
            Self::DarkTheme => "dark theme",
            Self::Inverted => "inverted",
            Self::Edge => "edge",
            Self::Webcam => "webcam",
            Self::VeryHard => "very hard",
            Self::Nothing => "nothing",
        }
    }

    /// What decides by chance about picture `number`.
    pub(crate) fn chance(self, number: u32) -> Chance {
        let class = self as u64 + 1;
        let mut chance = Chance::new((class << 32) | u64::from(number));
        // Seeds side by side are to have nothing in common.
        chance.next();
        chance
    }

    /// Takes picture `number` of a code.
    pub(crate) fn shoot(self, number: u32, code: &Code) -> Shot {
        // The text of the code came from the same numbers, from another place among them.
        let mut chance = self.chance(number ^ 0x5000_0000);
        let scene = Scene {
            code,
            chance: &mut chance,
            number,
        };
        match self {
            Self::Perspective => scene.perspective(),
            Self::Rotation => scene.rotation(),
            Self::UnevenLight => scene.uneven_light(),
            Self::Blur => scene.blur(),
            Self::Noise => scene.noise(),
            Self::Jpeg20 => scene.jpeg_20(),
            Self::Moire => scene.moire(),
            Self::DarkTheme => scene.dark_theme(),
            Self::Inverted => scene.inverted(),
            Self::Edge => scene.edge(),
            Self::Webcam => scene.webcam(),
            Self::VeryHard => scene.very_hard(),
            Self::Nothing => scene.nothing(),
        }
    }
}

/// One picture to be taken.
struct Scene<'a> {
    code: &'a Code,
    chance: &'a mut Chance,
    number: u32,
}

impl Scene<'_> {
    fn perspective(mut self) -> Shot {
        let part = self.between(0.45, 0.62);
        let view = self.view(part).tilted(0.42, self.chance);
        let view = view.turned(20.0, self.chance).anywhere(self.chance);
        self.usual_camera(view).shot()
    }

    fn rotation(mut self) -> Shot {
        let part = self.between(0.4, 0.62);
        let view = self.view(part).any_turn(self.chance);
        let view = view.tilted(0.08, self.chance).anywhere(self.chance);
        self.usual_camera(view).shot()
    }

    fn uneven_light(mut self) -> Shot {
        let part = self.between(0.4, 0.7);
        let view = self.somewhat_askew(part);
        let (least, left) = (self.between(0.12, 0.3), self.between(0.25, 0.5));
        let spot = self.between(0.4, 0.8);
        let camera = self.usual_camera(view);
        match self.number % 3 {
            0 => camera.lit_from_one_side(least),
            1 => camera.shaded(left),
            _ => camera.lit_from_one_side(0.5).with_spot(spot),
        }
        .shot()
    }

    fn blur(mut self) -> Shot {
        let part = self.between(0.45, 0.75);
        let view = self.somewhat_askew(part);
        let module = self.module(view);
        let (focus, moved) = (self.between(0.3, 0.5), self.between(0.5, 0.85));
        let camera = self.camera(view);
        let camera = if self.number.is_multiple_of(2) {
            camera.blurred(focus * module)
        } else {
            camera.moved(moved * module).blurred(0.2 * module)
        };
        camera.noisy(0.012).shot()
    }

    fn noise(mut self) -> Shot {
        let part = self.between(0.45, 0.75);
        let view = self.somewhat_askew(part);
        let deviation = self.between(0.08, 0.17);
        let camera = self.camera(view).blurred(0.7).exposed(0.08, 0.75);
        camera.noisy(deviation).shot()
    }

    fn jpeg_20(mut self) -> Shot {
        let part = self.between(0.4, 0.75);
        let view = self.somewhat_askew(part);
        let camera = self.camera(view).blurred(0.6).exposed(0.05, 0.9);
        camera.noisy(0.02).jpeg(20)
    }

    fn moire(mut self) -> Shot {
        let part = self.between(0.5, 0.75);
        let view = self.somewhat_askew(part);
        let (pitch, depth) = (self.between(0.8, 2.6), self.between(0.25, 0.55));
        let bands = self.between(0.0, 0.3);
        let camera = self.camera(view).of_a_screen(pitch, depth, bands);
        camera.blurred(0.6).noisy(0.025).jpeg(80)
    }

    fn dark_theme(mut self) -> Shot {
        let part = self.between(0.35, 0.65);
        let view = self.somewhat_askew(part);
        let sheet = Sheet::dark_window(self.code, self.chance);
        let module = self.module(view);
        let (glow, white) = (self.between(0.1, 0.35), self.between(0.5, 1.25));
        let camera = self.camera_of(view, &sheet);
        let camera = camera.blooming(glow, 2.5 * module).blurred(0.8);
        camera.exposed(0.02, white).noisy(0.025).shot()
    }

    fn inverted(mut self) -> Shot {
        let part = self.between(0.4, 0.7);
        let view = self.somewhat_askew(part);
        let sheet = Sheet::inverted(self.code, self.chance);
        let camera = self.camera_of(view, &sheet).blurred(0.7);
        camera.exposed(0.05, 0.9).noisy(0.025).jpeg(70)
    }

    fn edge(mut self) -> Shot {
        let part = self.between(0.4, 0.65);
        let view = self.view(part).turned(4.0, self.chance);
        let module = self.module(view);
        // From the middle of the code to the edge: less than half of it is white.
        let reach = view.side / 2.0 - module * self.between(1.0, 3.0);
        let far = (view.width as f32 - reach, view.height as f32 - reach);
        let middle = match self.number % 4 {
            0 => (reach, view.middle.1),
            1 => (far.0, view.middle.1),
            2 => (view.middle.0, reach),
            _ => far,
        };
        self.usual_camera(View { middle, ..view }).shot()
    }

    fn webcam(mut self) -> Shot {
        let part = self.between(0.36, 0.8);
        let view = View::straight(640, 480, part);
        let view = view.tilted(0.14, self.chance).turned(14.0, self.chance);
        let view = view.anywhere(self.chance);
        let (blur, noise) = (self.between(0.5, 0.85), self.between(0.015, 0.04));
        let (black, white) = (self.between(0.05, 0.2), self.between(0.6, 0.95));
        let camera = self.camera(view).lit_from_one_side(0.6);
        let camera = camera.blurred(blur).exposed(black, white);
        camera.noisy(noise).jpeg(60)
    }

    fn very_hard(mut self) -> Shot {
        let part = self.between(0.4, 0.65);
        let view = View::straight(640, 480, part).tilted(0.3, self.chance);
        let view = view.any_turn(self.chance).anywhere(self.chance);
        let (blur, moved) = (self.between(0.15, 0.32), self.between(0.0, 0.4));
        let (noise, white) = (self.between(0.015, 0.045), self.between(0.35, 0.8));
        let depth = self.between(0.0, 0.3);
        let module = self.module(view);
        let camera = self.camera(view).lit_from_one_side(0.4);
        let camera = camera.of_a_screen(1.7, depth, 0.2).moved(moved * module);
        let camera = camera.blurred(blur * module).exposed(0.03, white);
        camera.noisy(noise).jpeg(40)
    }

    fn nothing(mut self) -> Shot {
        let part = self.between(0.4, 0.7);
        let view = self.somewhat_askew(part);
        let spoiled = self.code.spoiled(self.chance);
        let sheet = Sheet::paper(&spoiled, self.chance);
        let view = match self.number % 3 {
            0 => view,
            // Only what lies around it.
            1 => View {
                middle: (-2.0 * view.side, view.middle.1),
                ..view
            },
            // So small that its modules run together.
            _ => View {
                side: 0.06 * view.height as f32,
                ..view
            },
        };
        self.camera_of(view, &sheet).blurred(0.6).noisy(0.02).shot()
    }

    /// What is usual: a picture of one of the usual sizes.
    fn view(&mut self, part: f32) -> View {
        let (width, height) = [(800, 600), (1_280, 720), (640, 480)][(self.number % 3) as usize];
        // What is small to begin with is not made smaller.
        let part = if height == 480 { part * 1.15 } else { part };
        View::straight(width, height, part)
    }

    fn somewhat_askew(&mut self, part: f32) -> View {
        let view = self.view(part).tilted(0.1, self.chance);
        view.turned(10.0, self.chance).anywhere(self.chance)
    }

    /// Paper, with what no camera is without.
    fn usual_camera(&mut self, view: View) -> Camera {
        self.camera(view)
            .blurred(0.7)
            .exposed(0.05, 0.95)
            .noisy(0.015)
    }

    fn camera(&mut self, view: View) -> Camera {
        let sheet = Sheet::paper(self.code, self.chance);
        let sheet = if self.number.is_multiple_of(5) {
            sheet.wide()
        } else {
            sheet
        };
        self.camera_of(view, &sheet)
    }

    fn camera_of(&mut self, view: View, sheet: &Sheet) -> Camera {
        Camera {
            plane: view.of(sheet, self.code.side),
            chance: self.chance.clone(),
        }
    }

    /// The side of a module in the picture, pixels.
    fn module(&self, view: View) -> f32 {
        view.side / self.code.side as f32
    }

    fn between(&mut self, low: f32, high: f32) -> f32 {
        self.chance.between(low, high)
    }
}
