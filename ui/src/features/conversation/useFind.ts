/**
 * The search in one chat: what is looked for, where it stands, which of the places is shown. The
 * newest place is the first. It jumps when the person moves; where they were before is kept.
 */
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { ChatId, MessageId } from "~/ipc/bindings";
import { ipc } from "~/ipc/client";
import { type Sought, soughtIn } from "~/search/marks";
import { PAUSE_MS } from "~/search/useSearch";
import { actions, store } from "~/state/store";
import type { MessageListHandle } from "./MessageList";

/** The first places are shown before all are counted, which takes longer in a long history. */
const FIRST = 30;
/** So many are counted. */
const MOST_COUNTED = 1_000;

/** A message that was found elsewhere, and by which words. */
export interface FoundPlace {
  readonly words: string;
  readonly message: MessageId;
}

interface Places {
  readonly text: string;
  /** Newest first. */
  readonly messages: readonly MessageId[];
  readonly hasMore: boolean;
  /** Whether as many were looked for as are counted. */
  readonly counted: boolean;
}

export interface Find {
  readonly active: boolean;
  readonly words: string;
  /** Which of the places is shown, from 0. */
  readonly place: number;
  /** How many places there are, or null until they are counted. */
  readonly count: number | null;
  readonly hasMore: boolean;
  readonly running: boolean;
  readonly failed: boolean;
  /** What is marked in the messages. */
  readonly sought: Sought | null;
  /** The message of the place that is shown. */
  readonly hit: MessageId | null;
  readonly field: RefObject<HTMLInputElement | null>;
  readonly start: () => void;
  readonly change: (words: string) => void;
  /** To an older place (1) or a newer one (-1), round at the ends; opens the search first. */
  readonly step: (by: 1 | -1) => void;
  readonly close: () => void;
}

export function useFind(
  chat: ChatId,
  list: RefObject<MessageListHandle | null>,
  asked: FoundPlace | null,
  onClosed: () => void,
): Find {
  const [active, setActive] = useState(false);
  const [words, setWords] = useState("");
  const [wanted, setWanted] = useState<MessageId | null>(null);
  const [answered, setAnswered] = useState<FoundPlace | null>(null);
  const [place, setPlace] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  /** Where closing goes back to: a message, the newest one (null), or nowhere. */
  const before = useRef<MessageId | null | undefined>(undefined);

  if (asked !== answered) {
    setAnswered(asked);
    if (asked) {
      setActive(true);
      setWords(asked.words);
      setWanted(asked.message);
    }
  }
  useEffect(() => {
    if (!asked) return;
    before.current = undefined;
    field.current?.focus();
  }, [asked]);

  const text = active ? words.trim() : "";
  const begin = useCallback((at: number) => setPlace(at), []);
  const { found, failed, more } = usePlaces(chat, text, wanted, begin);
  const shown = found?.text === text ? found : null;
  const messages = shown?.messages ?? [];

  const goTo = (at: number, among: readonly MessageId[]) => {
    const message = among[at];
    if (message === undefined) return;
    setPlace(at);
    actions.jumpTo(message);
  };

  const start = useCallback(() => {
    setActive((already) => {
      if (!already) before.current = list.current?.here() ?? null;
      return true;
    });
    field.current?.focus();
    field.current?.select();
  }, [list]);

  const step = (by: 1 | -1) => {
    if (!active) start();
    if (!shown || messages.length === 0) return;
    const next = place + by;
    if (next >= messages.length && shown.hasMore) {
      void more().then((grown) => goTo(next, grown));
    } else goTo((next + messages.length) % messages.length, messages);
  };

  const close = () => {
    const jumped = store.getState().open?.target !== null;
    setActive(false);
    setWanted(null);
    onClosed();
    list.current?.focus();
    if (!jumped || before.current === undefined) return;
    if (before.current === null) list.current?.toNewest();
    else actions.jumpTo(before.current);
  };

  return {
    active,
    words,
    place,
    count: shown?.counted ? messages.length : null,
    hasMore: shown?.hasMore ?? false,
    running: text !== "" && !shown && !failed,
    failed,
    sought: useMemo(() => (text === "" ? null : soughtIn(text)), [text]),
    hit: messages[place] ?? null,
    field,
    start,
    change: (next) => {
      setWords(next);
      setWanted(null);
    },
    step,
    close,
  };
}

/** Where the words are; `begin` hears at which place, once that is known. */
function usePlaces(
  chat: ChatId,
  text: string,
  wanted: MessageId | null,
  begin: (place: number) => void,
) {
  const [found, setFound] = useState<Places | null>(null);
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    setFailed(false);
    if (text === "") {
      setFound(null);
      return;
    }
    let late = false;
    const look = async () => {
      try {
        let places: Places = { text, messages: [], hasMore: true, counted: false };
        do {
          places = await withMore(
            chat,
            places,
            places.messages.length === 0 ? FIRST : MOST_COUNTED,
          );
          if (late) return;
        } while (places.hasMore && wanted !== null && !places.messages.includes(wanted));
        const at = wanted === null ? 0 : Math.max(0, places.messages.indexOf(wanted));
        setFound(places);
        begin(at);
        const message = places.messages[at];
        // Also to what was found elsewhere and is shown already: now its place in a long text is known.
        if (message !== undefined) actions.jumpTo(message);
        if (places.counted) return;
        const all = await withMore(chat, places, MOST_COUNTED - places.messages.length);
        if (!late) setFound((now) => (now === places ? { ...all, counted: true } : now));
      } catch {
        if (!late) setFailed(true);
      }
    };
    const timer = setTimeout(() => void look(), wanted === null ? PAUSE_MS : 0);
    return () => {
      late = true;
      clearTimeout(timer);
    };
  }, [chat, text, wanted, begin]);

  const more = async (): Promise<readonly MessageId[]> => {
    if (!found) return [];
    try {
      const grown = await withMore(chat, found, MOST_COUNTED);
      setFound((now) => (now === found ? grown : now));
      return grown.messages;
    } catch {
      setFailed(true);
      return [];
    }
  };

  return { found, failed, more };
}

/** The places with the next older ones. */
async function withMore(chat: ChatId, places: Places, limit: number): Promise<Places> {
  const { text } = places;
  const before = places.messages.at(-1) ?? null;
  const page = await ipc.findInChat({ text, chat, before, limit });
  const messages = [...places.messages, ...page.messages];
  const counted = places.counted || !page.hasMore || messages.length >= MOST_COUNTED;
  return { text, messages, hasMore: page.hasMore, counted };
}
