/** What a story does to come into its state: waits for an element, presses it, types into it. */

/** How long a story may take to come into its state, ms. */
const PATIENCE_MS = 10_000;

/** Waits, frame by frame, until the selector finds something. */
export async function found(selector: string): Promise<HTMLElement> {
  const until = performance.now() + PATIENCE_MS;
  while (performance.now() < until) {
    const element = document.querySelector<HTMLElement>(selector);
    if (element) return element;
    await new Promise(requestAnimationFrame);
  }
  throw new Error(`${selector} is not there`);
}

export const seen = (testid: string): Promise<HTMLElement> => found(`[data-testid="${testid}"]`);

export async function press(testid: string): Promise<void> {
  (await seen(testid)).click();
}

/** Writes into a field as typing would: React listens to the native setter and the input event. */
export async function type(testid: string, text: string): Promise<void> {
  const field = await seen(testid);
  const kind = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
  Object.getOwnPropertyDescriptor(kind.prototype, "value")?.set?.call(field, text);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

export async function hitKey(testid: string, key: string): Promise<void> {
  (await seen(testid)).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
}
