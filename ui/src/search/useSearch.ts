import { useCallback, useEffect, useState } from "react";
import type { SearchHit } from "~/ipc/bindings";
import { ipc } from "~/ipc/client";

/** Typing pauses this long before a search runs. */
export const PAUSE_MS = 60;
const PAGE = 30;

export interface Found {
  text: string;
  hits: readonly SearchHit[];
  hasMore: boolean;
  total: number;
}

export interface Search {
  /** Null until the first answer. */
  found: Found | null;
  running: boolean;
  failed: boolean;
  more: () => void;
}

/** Looks for messages in all chats while the person types; an answer to older words is dropped. */
export function useSearch(words: string): Search {
  const text = words.trim();
  const [found, setFound] = useState<Found | null>(null);
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    if (text === "") {
      setFound(null);
      setFailed(false);
      return;
    }
    let late = false;
    const timer = setTimeout(() => {
      ipc.search({ text, before: null, limit: PAGE }).then(
        ({ hits, hasMore, total }) => {
          if (late) return;
          setFound({ text, hits, hasMore, total });
          setFailed(false);
        },
        () => !late && setFailed(true),
      );
    }, PAUSE_MS);
    return () => {
      late = true;
      clearTimeout(timer);
    };
  }, [text]);

  const more = useCallback(() => {
    const last = found?.hits.at(-1);
    if (!found || !last) return;
    ipc.search({ text: found.text, before: last.message, limit: PAGE }).then(
      (page) =>
        setFound((now) =>
          now === found
            ? { ...now, hits: [...now.hits, ...page.hits], hasMore: page.hasMore }
            : now,
        ),
      () => setFailed(true),
    );
  }, [found]);

  return { found, running: text !== "" && found?.text !== text && !failed, failed, more };
}
