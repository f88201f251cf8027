/**
 * Turns of the mouse wheel, and scrolling that the web view animates by itself. WebKitGTK animates
 * a wheel on a thread of its own, whatever its setting says, towards a place counted from the first
 * row: rows that come in above meanwhile send it a page too far. So the list takes the wheel into
 * its own hands there, and rows wait for what stays animated (touchpads, Page Up) to come to rest.
 */

/** What a wheel event says. `wheelDeltaY` is old, not standard, and the only sign of a mouse. */
export type WheelTurn = Pick<WheelEvent, "deltaX" | "deltaY" | "deltaMode" | "ctrlKey"> & {
  readonly wheelDeltaY?: number;
};

/** One notch of a mouse wheel in `wheelDeltaY`. A touchpad gives any number. */
const NOTCH = 120;

/** How far a mouse wheel moves the list, px; null where it is another device or not this axis. */
export function wheelTravel(turn: WheelTurn): number | null {
  const { deltaX, deltaY, deltaMode, ctrlKey, wheelDeltaY = 0 } = turn;
  const isMouse = wheelDeltaY !== 0 && wheelDeltaY % NOTCH === 0;
  if (!isMouse || ctrlKey || deltaX !== 0 || deltaMode !== 0) return null;
  return deltaY;
}

/** Without a scroll event for so long, scrolling is over, ms. */
export const REST_MS = 120;

/** Knows whether the web view is scrolling by itself. */
export class Motion {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waiting: (() => void)[] = [];

  /** A scroll event came that the list has not caused; at an end nothing can move on. */
  moved(atEnd: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (atEnd) this.rest();
    else this.#timer = setTimeout(() => this.rest(), REST_MS);
  }

  /** Settles once nothing moves. */
  still(): Promise<void> {
    if (this.#timer === undefined) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Nothing moves any more, or nobody looks. */
  rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
