/**
 * The text that is being written. It is saved a moment after the last key, and at once when the
 * person leaves the field, the chat or the window, so that a crash costs at most that moment.
 */
import { useCallback, useEffect, useRef, useState } from "react";
import type { ChatId } from "~/ipc/bindings";
import { ipc } from "~/ipc/client";
import { beforeLeaving } from "~/parts/leaving";

const SAVED_AFTER_MS = 300;

export function useDraft(chat: ChatId, saved: string) {
  const [text, setText] = useState(saved);
  const latest = useRef({ text: saved, saved });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const save = useCallback(async () => {
    clearTimeout(timer.current);
    const { text: now, saved: before } = latest.current;
    if (now === before) return;
    latest.current.saved = now;
    await ipc.saveDraft(chat, now).catch(() => {
      // Not written: the next moment tries again.
      latest.current.saved = before;
    });
  }, [chat]);

  const write = useCallback(
    (next: string) => {
      setText(next);
      latest.current.text = next;
      clearTimeout(timer.current);
      timer.current = setTimeout(save, SAVED_AFTER_MS);
    },
    [save],
  );

  useEffect(() => {
    const stop = beforeLeaving(save);
    window.addEventListener("blur", save);
    window.addEventListener("pagehide", save);
    document.addEventListener("visibilitychange", save);
    return () => {
      stop();
      window.removeEventListener("blur", save);
      window.removeEventListener("pagehide", save);
      document.removeEventListener("visibilitychange", save);
      void save();
    };
  }, [save]);

  return { text, write, save };
}
