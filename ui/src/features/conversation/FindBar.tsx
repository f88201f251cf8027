import { ChevronDown, ChevronUp, Search, X } from "lucide-react";
import { type RefObject, useEffect, useRef, useState } from "react";
import { Button } from "~/components/Button";
import { IconButton } from "~/components/IconButton";
import { t } from "~/i18n/t";
import type { ChatId, MessageId } from "~/ipc/bindings";
import { useSearch } from "~/search/useSearch";
import { actions } from "~/state/store";
import styles from "./FindBar.module.css";

export interface FindBarProps {
  chat: ChatId;
  fieldRef: RefObject<HTMLInputElement | null>;
  /** Closes it; the list goes back to where it was unless the person stays at a result. */
  onClose: () => void;
  /** Looks for these words in every chat. */
  onSearchAll: (words: string) => void;
}

/** Search in one chat: newest result first, Enter goes to older ones, Shift+Enter to newer ones. */
export function FindBar({ chat, fieldRef, onClose, onSearchAll }: FindBarProps) {
  const [words, setWords] = useState("");
  const { found, running, failed, more } = useSearch(words, chat);
  const [place, setPlace] = useState(0);
  const hits = found?.hits ?? [];
  const jumped = useRef<{ text: string; message: MessageId } | null>(null);
  const hit = hits[place];

  useEffect(() => {
    if (!found) jumped.current = null;
    if (!found || !hit) return;
    if (jumped.current?.text === found.text && jumped.current.message === hit.message) return;
    jumped.current = { text: found.text, message: hit.message };
    actions.jumpTo(hit.message);
  }, [found, hit]);

  const step = (by: number) => {
    const next = place + by;
    if (next < 0 || !found) return;
    if (next >= hits.length - 1 && found.hasMore) more();
    if (next < hits.length) setPlace(next);
  };

  return (
    <div role="search" aria-label={t("find.field")} className={styles.bar} data-testid="find-bar">
      <Search size={16} strokeWidth={1.8} aria-hidden />
      <input
        ref={fieldRef}
        type="text"
        dir="auto"
        spellCheck={false}
        autoComplete="off"
        // biome-ignore lint/a11y/noAutofocus: the bar appears because the person asked to type in it
        autoFocus
        aria-label={t("find.field")}
        placeholder={t("find.field")}
        value={words}
        onChange={(event) => {
          setWords(event.currentTarget.value);
          setPlace(0);
        }}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
          else if (event.key === "ArrowUp") step(1);
          else if (event.key === "ArrowDown") step(-1);
          else if (event.key === "Escape") onClose();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
        data-testid="find-field"
      />
      <span role="status" className="num dim" data-testid="find-count">
        {placeWords(place, found?.total ?? null, running, failed)}
      </span>
      {found?.total === 0 && !running && !failed && (
        <Button size="small" onClick={() => onSearchAll(words)} data-testid="find-all">
          {t("find.all")}
        </Button>
      )}
      <IconButton
        size="small"
        icon={ChevronUp}
        label={t("find.older")}
        shortcut="Enter"
        disabled={place + 1 >= (found?.total ?? 0)}
        onClick={() => step(1)}
      />
      <IconButton
        size="small"
        icon={ChevronDown}
        label={t("find.newer")}
        shortcut="Shift Enter"
        disabled={place === 0}
        onClick={() => step(-1)}
      />
      <IconButton size="small" icon={X} label={t("find.close")} shortcut="Esc" onClick={onClose} />
    </div>
  );
}

/** The engine counts up to here. */
const MOST_COUNTED = 1_000;

function placeWords(
  place: number,
  total: number | null,
  running: boolean,
  failed: boolean,
): string {
  if (failed) return t("search.failed");
  if (running || total === null) return "";
  if (total === 0) return t("find.none");
  const id = total < MOST_COUNTED ? "find.place" : "find.placeMany";
  return t(id, { place: place + 1, count: total });
}
