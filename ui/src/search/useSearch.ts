import { useCallback, useEffect, useState } from "react";
import type { ChatId, SearchHit } from "~/ipc/bindings";
import { ipc } from "~/ipc/client";

/** Typing pauses this long before the search runs. */
const PAUSE_MS = 120;
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

/** Looks for messages while the person types; an answer to older words is dropped. */
export function useSearch(words: string, chat: ChatId | null = null): Search {
  const text = words.trim();
  const [found, setFound] = useState<Found | null>(null);
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    if (text === "") {
      setFound(null);
      return;
    }
    let late = false;
    const timer = setTimeout(() => {
      ipc.search({ text, chat, before: null, limit: PAGE }).then(
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
  }, [text, chat]);

  const more = useCallback(() => {
    const last = found?.hits.at(-1);
    if (!found || !last) return;
    ipc.search({ text: found.text, chat, before: last.message, limit: PAGE }).then(
      (page) =>
        setFound((now) =>
          now === found
            ? { ...now, hits: [...now.hits, ...page.hits], hasMore: page.hasMore }
            : now,
        ),
      () => setFailed(true),
    );
  }, [found, chat]);

  return { found, running: text !== "" && found?.text !== text && !failed, failed, more };
}
