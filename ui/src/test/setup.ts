/** What jsdom lacks and the window has. Tests of pure functions run without a document. */
import { afterEach } from "vitest";

if (typeof window !== "undefined") {
  const { cleanup, configure } = await import("@testing-library/react");
  afterEach(() => {
    cleanup();
    // What one test left open, the next one does not find.
    localStorage.clear();
  });
  // A busy machine is slow, not wrong.
  configure({ asyncUtilTimeout: 5_000 });

  // As in index.html.
  document.documentElement.lang = "en";
  document.title = "Sotto";

  class NoResize implements ResizeObserver {
    observe() {}
    unobserve() {}
    disconnect() {}
  }

  globalThis.ResizeObserver ??= NoResize;
  // The identifiers of tests hold nothing that would need escaping.
  globalThis.CSS ??= { escape: (text: string) => text } as typeof CSS;

  window.matchMedia ??= (query: string) =>
    Object.assign(new EventTarget(), {
      // As in a window of the usual size.
      matches: query.includes("min-width: 1180px"),
      media: query,
      onchange: null,
      addListener() {},
      removeListener() {},
    }) as unknown as MediaQueryList;

  Element.prototype.scrollIntoView ??= () => {};
  Element.prototype.scrollTo ??= () => {};
  Element.prototype.getAnimations ??= () => [];
  globalThis.PointerEvent ??= MouseEvent as typeof PointerEvent;
  Element.prototype.setPointerCapture ??= () => {};
}
