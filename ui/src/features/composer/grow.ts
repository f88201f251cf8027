import { type RefObject, useLayoutEffect } from "react";

const MOST_LINES = 8;

/**
 * Lets a text field grow with its text from 1 to 8 lines; WebKitGTK has no `field-sizing`. What the
 * field stands in keeps its height meanwhile: else each key would lay out the messages beside it
 * twice, for one line and for as many as there are.
 */
export function useGrow(field: RefObject<HTMLTextAreaElement | null>, text: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text decides the height
  useLayoutEffect(() => {
    const area = field.current;
    const box = area?.parentElement;
    if (!area || !box) return;
    const { lineHeight, paddingBlockStart, paddingBlockEnd } = getComputedStyle(area);
    const padding = Number.parseFloat(paddingBlockStart) + Number.parseFloat(paddingBlockEnd);
    const most = Number.parseFloat(lineHeight) * MOST_LINES + padding;
    box.style.height = `${box.offsetHeight}px`;
    area.style.height = "auto";
    const wanted = area.scrollHeight;
    area.style.height = `${Math.min(wanted, most)}px`;
    area.style.overflowY = wanted > most ? "auto" : "hidden";
    box.style.height = "";
  }, [field, text]);
}
