import { ChevronDown, ChevronUp, Search, X } from "lucide-react";
import { Button } from "~/components/Button";
import { IconButton } from "~/components/IconButton";
import { keysOf } from "~/components/shortcuts";
import { t } from "~/i18n/t";
import styles from "./FindBar.module.css";
import type { Find } from "./useFind";

export interface FindBarProps {
  find: Find;
  /** Looks for these words in every chat. */
  onSearchAll: (words: string) => void;
}

/** Search in one chat: newest result first, Enter goes to older ones, Shift+Enter to newer ones. */
export function FindBar({ find, onSearchAll }: FindBarProps) {
  const { words, count, running, failed, step, close } = find;
  const nothing = count === 0 && words.trim() !== "";
  return (
    <div role="search" aria-label={t("find.field")} className={styles.bar} data-testid="find-bar">
      <Search size={16} strokeWidth={1.8} aria-hidden />
      <input
        ref={find.field}
        type="text"
        dir="auto"
        spellCheck={false}
        autoComplete="off"
        // biome-ignore lint/a11y/noAutofocus: the bar appears because the person asked to type in it
        autoFocus
        aria-label={t("find.field")}
        placeholder={t("find.field")}
        value={words}
        onChange={(event) => find.change(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
          else if (event.key === "ArrowUp") step(1);
          else if (event.key === "ArrowDown") step(-1);
          else if (event.key === "Escape") close();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
        data-testid="find-field"
      />
      <span role="status" className="num dim" data-testid="find-count">
        {placeWords(find)}
      </span>
      {nothing && !running && !failed && (
        <Button size="small" onClick={() => onSearchAll(words)} data-testid="find-all">
          {t("find.all")}
        </Button>
      )}
      <IconButton
        size="small"
        icon={ChevronUp}
        label={t("find.older")}
        shortcut={keysOf("find-next")}
        disabled={find.hit === null}
        onClick={() => step(1)}
        data-testid="find-older"
      />
      <IconButton
        size="small"
        icon={ChevronDown}
        label={t("find.newer")}
        shortcut={keysOf("find-previous")}
        disabled={find.hit === null}
        onClick={() => step(-1)}
        data-testid="find-newer"
      />
      <IconButton size="small" icon={X} label={t("find.close")} shortcut="Esc" onClick={close} />
    </div>
  );
}

function placeWords({ words, place, count, hasMore, failed }: Find): string {
  if (failed) return t("search.failed");
  if (count === null || words.trim() === "") return "";
  if (count === 0) return t("find.none");
  return t(hasMore ? "find.placeMany" : "find.place", { place: place + 1, count });
}
