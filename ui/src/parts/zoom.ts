/** The sizes of everything in the window, as the engine takes them, %. */
export const ZOOMS = [80, 90, 100, 110, 125, 150, 175, 200] as const;

/** The usual size. */
export const WHOLE = 100;

/** The next size up or down, or the same at an end. */
export function zoomAfter(percent: number, step: 1 | -1): number {
  const further = ZOOMS.filter((one) => (step > 0 ? one > percent : one < percent));
  return (step > 0 ? further[0] : further.at(-1)) ?? percent;
}
