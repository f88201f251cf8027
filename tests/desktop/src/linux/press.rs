//! Pressing what does not move. The driver presses where a part was when it looked, so that the press
//! meets something else if the part moves meanwhile: before a press it has to rest, and afterwards it
//! is known what was met.

use super::webdriver::Session;
use serde_json::Value;

/// Aims at a part. Gives something if it is where it was two frames ago and nothing lies over its
/// middle: else a dialog still opens, or rows find their places.
pub(super) fn aim(session: &Session, element: &Value) -> Option<()> {
    let script = "const [part, done] = arguments;
        part.scrollIntoView({ block: 'nearest', inline: 'nearest' });
        const place = () => JSON.stringify(part.getBoundingClientRect());
        const before = place();
        const isOnTop = () => {
            const { x, y, width, height } = part.getBoundingClientRect();
            const met = document.elementFromPoint(x + width / 2, y + height / 2);
            return part.contains(met) || met?.closest('label')?.contains(part) === true;
        };
        window.pressMet = null;
        window.pressAimedAt = part;
        window.pressPlace = before;
        window.pressWatched ??= (addEventListener('pointerdown', ({ target }) => {
            const aimed = window.pressAimedAt;
            window.pressAimedAt = null;
            if (!aimed || aimed.contains(target)) return;
            if (target.closest?.('label')?.contains(aimed)) return;
            window.pressMet = `${target.outerHTML?.slice(0, 200)}; it went from ${
                window.pressPlace} to ${JSON.stringify(aimed.getBoundingClientRect())}`;
        }, true), true);
        const look = () => done(place() === before && isOnTop());
        requestAnimationFrame(() => requestAnimationFrame(look));
        // A window that nobody sees draws nothing.
        setTimeout(look, 500);";
    let rests = session.script_async(script, std::slice::from_ref(element));
    (rests.ok()? == true).then_some(())
}

/// What the last press met if not what was aimed at, and where that was and is.
pub(super) fn met_another(session: &Session) -> Option<String> {
    // Whoever has pressed the last button of a window finds no page any more.
    let met = session.script("return window.pressMet ?? null", &[]).ok()?;
    met.as_str().map(ToOwned::to_owned)
}
