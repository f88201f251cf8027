import { useRef } from "react";
import type { MessageView } from "~/ipc/bindings";
import { type Mark, marksIn, type Sought } from "~/search/marks";

const NONE: readonly Mark[] = [];

/**
 * Where what was looked for stands in a message. Each is gone through once a search, and one without
 * a mark has always the same list: only rows that change are drawn anew.
 */
export function useMarks(sought: Sought | null): (message: MessageView) => readonly Mark[] {
  const known = useRef({ sought, marks: new WeakMap<MessageView, readonly Mark[]>() });
  if (known.current.sought !== sought) known.current = { sought, marks: new WeakMap() };
  const { marks } = known.current;
  return (message) => {
    if (sought === null || message.body.kind !== "text") return NONE;
    const before = marks.get(message);
    if (before) return before;
    const found = marksIn(message.body.spans.map(({ text }) => text).join(""), sought);
    const kept = found.length === 0 ? NONE : found;
    marks.set(message, kept);
    return kept;
  };
}
