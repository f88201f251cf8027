/** What jsdom lacks and the window has. Tests of pure functions run without a document. */
import { afterEach } from "vitest";

if (typeof window !== "undefined") {
  const { cleanup } = await import("@testing-library/react");
  afterEach(cleanup);

  class NoResize implements ResizeObserver {
    observe() {}
    unobserve() {}
    disconnect() {}
  }

  globalThis.ResizeObserver ??= NoResize;

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
