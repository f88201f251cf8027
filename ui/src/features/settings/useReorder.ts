/**
 * Sorting a list by hand: by dragging a handle (pointer events, because files dropped on the window
 * go to the shell and HTML drag and drop does not work beside that) and by Alt and an arrow key.
 */
import { type KeyboardEvent, type PointerEvent, type RefObject, useState } from "react";

/** The ids with one of them at another place. */
export function moved<Id>(ids: readonly Id[], id: Id, to: number): Id[] {
  const others = ids.filter((other) => other !== id);
  const place = Math.max(0, Math.min(others.length, to));
  return [...others.slice(0, place), id, ...others.slice(place)];
}

/** How many of the rows, without the dragged one, lie above the pointer. */
export function placeAt(middles: readonly number[], y: number): number {
  return middles.filter((middle) => middle < y).length;
}

export interface Reorder<Id> {
  /** The ids as they are drawn, also while one is dragged. */
  readonly shown: readonly Id[];
  readonly dragged: Id | null;
  readonly handle: (id: Id) => {
    readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerMove: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerUp: () => void;
    readonly onPointerCancel: () => void;
  };
  readonly onKeyDown: (id: Id) => (event: KeyboardEvent) => void;
}

/** `list` is the element whose children are the rows, in the order of `ids`. */
export function useReorder<Id>(
  ids: readonly Id[],
  list: RefObject<HTMLElement | null>,
  onOrder: (ids: Id[], moved: Id) => void,
): Reorder<Id> {
  const [drag, setDrag] = useState<{ readonly id: Id; readonly ids: readonly Id[] } | null>(null);
  const shown = drag?.ids ?? ids;

  const drop = (): void => {
    if (drag?.ids.some((id, index) => id !== ids[index])) onOrder([...drag.ids], drag.id);
    setDrag(null);
  };
  return {
    shown,
    dragged: drag?.id ?? null,
    handle: (id) => ({
      onPointerDown: (event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag({ id, ids });
      },
      onPointerMove: (event) => {
        if (!drag || !list.current) return;
        const middles = [...list.current.children]
          .filter((_, index) => shown[index] !== drag.id)
          .map((row) => row.getBoundingClientRect())
          .map((box) => box.top + box.height / 2);
        setDrag({ id: drag.id, ids: moved(drag.ids, drag.id, placeAt(middles, event.clientY)) });
      },
      onPointerUp: drop,
      onPointerCancel: () => setDrag(null),
    }),
    onKeyDown: (id) => (event) => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!step || !event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      const to = ids.indexOf(id) + step;
      if (to >= 0 && to < ids.length) onOrder(moved(ids, id, to), id);
    },
  };
}
