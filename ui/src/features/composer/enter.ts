/** What the Enter key does in the composer. Pure. */

export interface EnterPress {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  isComposing: boolean;
  keyCode: number;
}

/** WebKit ends a composition before its Enter arrives; the old code number still tells. */
const COMPOSING_CODE = 229;

/**
 * Whether this press sends. Enter that ends a composition (Chinese, Japanese, Korean) never does.
 * Ctrl+Enter always does; Enter alone only if the person wants it so.
 */
export function sends(press: EnterPress, enterSends: boolean): boolean {
  if (press.key !== "Enter" || press.isComposing || press.keyCode === COMPOSING_CODE) return false;
  if (press.altKey) return false;
  if (press.ctrlKey || press.metaKey) return true;
  return enterSends && !press.shiftKey;
}
