import { type FocusEvent, type RefObject, useLayoutEffect, useRef } from "react";

export interface FocusKept<E extends HTMLElement> {
  readonly ref: RefObject<E | null>;
  readonly tabIndex: -1;
  readonly onFocus: (event: FocusEvent) => void;
  readonly onBlur: () => void;
}

/**
 * Keeps the focus in a part whose contents change: when what had it there is gone, the part has it,
 * and Tab goes on from there. To be spread over the element of the part.
 */
export function useFocusKept<E extends HTMLElement>(): FocusKept<E> {
  const part = useRef<E>(null);
  const had = useRef<Element | null>(null);
  useLayoutEffect(() => {
    const gone = had.current?.isConnected === false;
    if (gone && document.activeElement === document.body) part.current?.focus();
  });
  return {
    ref: part,
    tabIndex: -1,
    onFocus: (event) => {
      had.current = event.target;
    },
    onBlur: () => {
      had.current = null;
    },
  };
}
