import { Search, SearchX } from "lucide-react";
import {
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { Dialog } from "~/components/Dialog";
import { EmptyState } from "~/components/EmptyState";
import { Spinner } from "~/components/Spinner";
import { showToast } from "~/components/Toast";
import { useDay } from "~/components/useDay";
import { errorWords } from "~/i18n/errors";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import type { Theme } from "~/ipc/bindings";
import { codeOf, ipc } from "~/ipc/client";
import { useSearch } from "~/search/useSearch";
import { usePeople, useSortedChats } from "~/state/selectors";
import { useStore } from "~/state/store";
import { shortcutOf } from "./keys";
import { openChat, openFound } from "./navigate";
import styles from "./Palette.module.css";
import { PaletteOption } from "./PaletteOption";
import { type CommandId, keyOf, type PaletteItem, paletteGroups } from "./paletteItems";
import { focusComposer } from "./panes";
import { shell } from "./shell";

export interface PaletteProps {
  open: boolean;
  onClose: () => void;
  /** What is looked for from the beginning. */
  words?: string | undefined;
}

/**
 * Ctrl K: finds chats, commands, people and messages, and goes there.
 * https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
 */
export function Palette({ open, onClose, words }: PaletteProps) {
  const field = useRef<HTMLInputElement>(null);
  const leads = useRef(false);
  const before = useRef<Element | null>(null);
  return (
    <Dialog
      open={open}
      onOpenChange={(shown) => !shown && onClose()}
      title={t("palette.field")}
      width={640}
      initialFocus={field}
      returnsFocus={() =>
        !leads.current && (before.current instanceof HTMLElement ? before.current : true)
      }
      bare
      quick
      testid="palette"
    >
      <Choices field={field} leads={leads} before={before} onClose={onClose} begin={words ?? ""} />
    </Dialog>
  );
}

interface ChoicesProps {
  field: RefObject<HTMLInputElement | null>;
  /** What is chosen takes the focus itself. */
  leads: RefObject<boolean>;
  /** What had the focus before. */
  before: RefObject<Element | null>;
  onClose: () => void;
  begin: string;
}

/** So many rows PageUp and PageDown go. */
const PAGE = 8;

function Choices({ field, leads, before, onClose, begin }: ChoicesProps) {
  const chats = useSortedChats();
  const people = usePeople();
  const now = useDay();
  const [words, setWords] = useState(begin);
  const [at, setAt] = useState(0);
  const id = useId();
  useEffect(() => {
    leads.current = false;
  }, [leads]);
  // The dialog would wait for a frame: the first one can be typed into already.
  useLayoutEffect(() => {
    before.current = document.activeElement;
    field.current?.focus();
  }, [before, field]);
  const { found, running, failed, more } = useSearch(words);
  const inChat = useStore(({ open }) => open !== null);
  const groups = useMemo(
    () => paletteGroups(words, { chats, people, found, inChat }),
    [words, chats, people, found, inChat],
  );
  const items = groups.flatMap((group) => group.items);
  const place = Math.min(at, items.length - 1);
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  const idOf = (index: number) => `${id}-${index}`;

  const choose = (item: PaletteItem | undefined) => {
    if (!item) return;
    if (item.kind === "more") {
      more();
      return;
    }
    leads.current = item.kind === "chat" || item.kind === "message";
    onClose();
    goTo(item, found?.text ?? "");
  };
  const move = (to: number) => {
    const next = Math.min(items.length - 1, Math.max(0, to));
    setAt(next);
    document.getElementById(idOf(next))?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown") move(place === items.length - 1 ? 0 : place + 1);
    else if (event.key === "ArrowUp") move(place === 0 ? items.length - 1 : place - 1);
    else if (event.key === "PageDown") move(place + PAGE);
    else if (event.key === "PageUp") move(place - PAGE);
    else if (event.key === "Enter") choose(items[place]);
    else if (shortcutOf(event.nativeEvent) === "palette") onClose();
    else return;
    event.preventDefault();
  };

  const waiting = running && !failed;
  const nothing = items.length === 0 && !waiting && !failed;
  return (
    <>
      <div className={styles.field}>
        <Search size={18} strokeWidth={1.8} aria-hidden />
        <input
          ref={field}
          type="text"
          dir="auto"
          role="combobox"
          spellCheck={false}
          autoComplete="off"
          aria-label={t("palette.field")}
          aria-expanded={items.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={items.length > 0 ? idOf(place) : undefined}
          placeholder={t("palette.field")}
          value={words}
          onChange={(event) => {
            setWords(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
          data-testid="palette-field"
        />
      </div>
      <p role="status" className="visually-hidden" data-testid="palette-count">
        {!waiting && words.trim() !== "" && t("palette.count", { count })}
      </p>
      <div className={styles.results}>
        <div
          className={styles.list}
          role="listbox"
          id={`${id}-list`}
          aria-label={t("palette.field")}
        >
          {groups.map((group) => {
            const first = items.indexOf(group.items[0] as PaletteItem);
            return (
              <div key={group.id} role="group" aria-labelledby={`${id}-${group.id}`}>
                <div className={styles.group} id={`${id}-${group.id}`} role="presentation">
                  <span>{t(group.heading)}</span>
                  {group.id === "messages" && (
                    <span className="num">{t("palette.messageCount", { count: group.count })}</span>
                  )}
                </div>
                {group.items.map((item, index) => (
                  <PaletteOption
                    key={keyOf(item)}
                    id={idOf(first + index)}
                    item={item}
                    now={now}
                    selected={first + index === place}
                    onPoint={() => setAt(first + index)}
                    onChoose={() => choose(item)}
                  />
                ))}
              </div>
            );
          })}
        </div>
        {failed && (
          <p role="alert" className={styles.note}>
            {t("search.failed")}
          </p>
        )}
        {waiting && items.length === 0 && (
          <div className={styles.note}>
            <Spinner label={t("search.running")} />
          </div>
        )}
        {nothing && (
          <EmptyState
            icon={SearchX}
            title={<T id="search.nothing" values={{ text: words.trim() }} />}
            text={t("palette.nothing")}
          />
        )}
      </div>
    </>
  );
}

function goTo(item: Exclude<PaletteItem, { kind: "more" }>, words: string): void {
  switch (item.kind) {
    case "chat":
      openChat(item.chat.id);
      // One that was open already does not take the focus by itself.
      requestAnimationFrame(focusComposer);
      break;
    case "command":
      run(item.id);
      break;
    // There it is seen whose key it is before anybody is added.
    case "person":
      shell.open({ kind: "people", words: item.person.userId });
      break;
    case "message":
      openFound({ chat: item.hit.chat, message: item.hit.message, words });
      break;
  }
}

function run(command: CommandId): void {
  switch (command) {
    case "add":
      shell.open({ kind: "add-contact" });
      break;
    case "people":
      shell.open({ kind: "people" });
      break;
    case "settings":
      shell.open({ kind: "settings" });
      break;
    case "verify": {
      const { open } = useStore.getState();
      if (open) shell.open({ kind: "verify", chat: open.chat });
      break;
    }
    case "requests":
      shell.showRequests(true);
      break;
    case "reconnect":
      ipc.reconnectNow().catch(complain);
      break;
    case "light":
    case "dark":
    case "system":
      setTheme(command);
      break;
  }
}

function setTheme(theme: Theme): void {
  ipc.updateSettings({ theme }).catch(complain);
}

function complain(error: unknown): void {
  showToast({ text: errorWords(codeOf(error)).title, tone: "danger" });
}
