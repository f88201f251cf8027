/**
 * Holds back what came without being asked for: a press or a key that was meant for what stood there
 * before must not answer it.
 */
import { useEffect, useState } from "react";

/** Long enough to see that something else is there, ms. */
const HELD_MS = 1_000;

/** Gives whether this very thing has been there for a moment; nothing needs no moment. */
export function useSettled(shown: object | null): boolean {
  const [seen, setSeen] = useState<object | null>(null);
  useEffect(() => {
    if (shown === null) return;
    const timer = setTimeout(() => setSeen(shown), HELD_MS);
    return () => {
      clearTimeout(timer);
      // The same again has to stand for a moment again.
      setSeen(null);
    };
  }, [shown]);
  return shown === null || seen === shown;
}
