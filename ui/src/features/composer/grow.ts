import { type RefObject, useLayoutEffect, useRef } from "react";

const MOST_LINES = 8;

/**
 * Lets a text field grow with its text from 1 to 8 lines; WebKitGTK has no `field-sizing`. Most keys
 * change no height, and finding the height anew lays out the messages beside the field: it is done
 * only where the text fits no more, or may need fewer lines than it has.
 */
export function useGrow(field: RefObject<HTMLTextAreaElement | null>, text: string): void {
  const before = useRef({ text: "", width: 0, oneLine: false });
  useLayoutEffect(() => {
    const area = field.current;
    const box = area?.parentElement;
    if (!area || !box) return;
    const { text: beginning, width, oneLine } = before.current;
    before.current.text = text;
    const needsNoLess = width === area.clientWidth && (oneLine || text.startsWith(beginning));
    if (needsNoLess && !isTooLow(area)) return;
    const { lineHeight, paddingBlockStart, paddingBlockEnd } = getComputedStyle(area);
    const line = Number.parseFloat(lineHeight);
    const padding = Number.parseFloat(paddingBlockStart) + Number.parseFloat(paddingBlockEnd);
    const most = line * MOST_LINES + padding;
    box.style.height = `${box.offsetHeight}px`;
    area.style.height = "auto";
    const wanted = area.scrollHeight;
    area.style.height = `${Math.min(wanted, most)}px`;
    area.style.overflowY = wanted > most ? "auto" : "hidden";
    box.style.height = "";
    before.current = { text, width: area.clientWidth, oneLine: wanted < 2 * line + padding };
  }, [field, text]);
}

/** Whether a field could show more of its text if it were higher. */
function isTooLow(area: HTMLTextAreaElement): boolean {
  return area.style.overflowY === "hidden" && area.scrollHeight > area.clientHeight;
}
