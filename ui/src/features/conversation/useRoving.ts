/**
 * The messages are one stop of Tab: the one that the person went to, or one that is in sight. So keys
 * begin where the eyes are, and nothing is scrolled away.
 */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { MessageId, MessageView } from "~/ipc/bindings";
import { type Sight, stepTo } from "./scrolling";

/** The stop follows the sight this long after the last scrolling. */
const REST_MS = 120;

export interface Roving {
  current: MessageId | null;
  setCurrent: (message: MessageId) => void;
  /** Puts the focus on a message. */
  focusRow: (message: MessageId | null) => void;
  /** Puts the focus on the message where keys begin. */
  enter: () => void;
  /** The message that a key moves to from this one, or null if it moves nothing. */
  next: (key: string, from: MessageId) => MessageId | null;
}

export function useRoving(
  messages: readonly MessageView[],
  scroller: RefObject<HTMLElement | null>,
  sight: () => Sight | null,
): Roving {
  const [chosen, setCurrent] = useState<MessageId | null>(null);
  const known = chosen !== null && messages.some((message) => message.id === chosen);
  const current = known ? chosen : (messages.at(-1)?.id ?? null);
  const latest = useRef(current);
  latest.current = current;

  const focusRow = useCallback(
    (id: MessageId | null) => {
      const row = scroller.current?.querySelector<HTMLElement>(`[data-message="${id}"]`);
      row?.scrollIntoView({ block: "nearest" });
      row?.focus({ preventScroll: true });
    },
    [scroller],
  );

  /** Where keys begin: the stop if it is in sight, else the newest message that is. */
  const start = useCallback(() => {
    const now = sight();
    const stop = latest.current;
    return now && (stop === null || !now.has(stop)) ? now.last : stop;
  }, [sight]);
  const enter = useCallback(() => focusRow(start()), [focusRow, start]);

  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const follow = () => {
      if (!box.contains(document.activeElement)) setCurrent(start());
    };
    const onScroll = () => {
      clearTimeout(timer);
      timer = setTimeout(follow, REST_MS);
    };
    box.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      clearTimeout(timer);
      box.removeEventListener("scroll", onScroll);
    };
  }, [scroller, start]);

  useKeptFocus(messages, scroller, enter);

  const next = (key: string, from: MessageId): MessageId | null => {
    const index = messages.findIndex(({ id }) => id === from);
    const step = stepTo(key, index, messages.length);
    if (step === null) return null;
    const now = key === "Home" ? null : sight();
    if (now && !now.has(from)) return key === "ArrowUp" ? now.last : now.first;
    return messages[step]?.id ?? null;
  };

  return { current, setCurrent, focusRow, enter, next };
}

/** When the row with the focus goes, as those far out of sight do, a row in sight gets it. */
function useKeptFocus(
  messages: readonly MessageView[],
  scroller: RefObject<HTMLElement | null>,
  enter: () => void,
): void {
  const inside = useRef(false);
  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const look = (event: FocusEvent) => {
      inside.current = event.type === "focusin";
    };
    box.addEventListener("focusin", look);
    box.addEventListener("focusout", look);
    return () => {
      box.removeEventListener("focusin", look);
      box.removeEventListener("focusout", look);
    };
  }, [scroller]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other messages are what takes a row away
  useLayoutEffect(() => {
    if (inside.current && document.activeElement === document.body) enter();
  }, [messages, enter]);
}
