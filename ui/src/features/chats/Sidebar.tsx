import { CheckCheck, Search, UserPlus, Users, X } from "lucide-react";
import { type ReactNode, type RefObject, useState } from "react";
import { Button } from "~/components/Button";
import { EmptyState } from "~/components/EmptyState";
import { IconButton } from "~/components/IconButton";
import { Kbd } from "~/components/Kbd";
import { keysOf } from "~/components/shortcuts";
import { useDay } from "~/components/useDay";
import { t } from "~/i18n/t";
import type { ChatId, ChatView, MessageId } from "~/ipc/bindings";
import { ChatList } from "./ChatList";
import { SearchResults } from "./SearchResults";
import styles from "./Sidebar.module.css";

export interface SidebarProps {
  chats: readonly ChatView[];
  selected: ChatId | null;
  /** Only pictures: the window is narrow. */
  rail: boolean;
  compact: boolean;
  words: string;
  onWords: (words: string) => void;
  searchRef: RefObject<HTMLInputElement | null>;
  onOpen: (chat: ChatId, message?: MessageId) => void;
  onAdd: () => void;
  onPeople: () => void;
  /** From the rail, which has no field. */
  onSearch: () => void;
  menu: (chat: ChatView) => ReactNode;
  /** In place of the list while there are no chats. */
  nobody?: ReactNode;
  /** Above the list: requests. */
  top?: ReactNode;
  /** At the foot: how the relays are, settings. */
  foot: ReactNode;
  /** On its border: changes the width. */
  edge?: ReactNode;
}

type Filter = "all" | "unread";

/** The column of chats: search, filter, list, state of the connection. */
export function Sidebar(props: SidebarProps) {
  const { chats, rail, words, onOpen } = props;
  const [filter, setFilter] = useState<Filter>("all");
  const now = useDay();
  // A chat that is being read stays under "Unread" until another one is opened.
  const shown =
    filter === "all"
      ? chats
      : chats.filter(({ id, unread }) => unread > 0 || id === props.selected);
  const searching = words.trim() !== "" && !rail;
  return (
    <nav className={styles.side} aria-label={t("chats.title")} data-rail={rail || undefined}>
      <Head {...props} />
      {!rail && <SearchField {...props} />}
      {!rail && !searching && chats.length > 0 && (
        <Chips chats={chats} filter={filter} onFilter={setFilter} />
      )}
      {!searching && props.top}
      {searching ? (
        <SearchResults
          words={words}
          chats={chats}
          now={now}
          onOpen={onOpen}
          onLeave={() => props.searchRef.current?.focus()}
        />
      ) : shown.length > 0 ? (
        <ChatList
          chats={shown}
          selected={props.selected}
          now={now}
          compact={props.compact}
          onOpen={onOpen}
          menu={props.menu}
        />
      ) : (
        <div className={styles.empty}>
          {chats.length > 0 && !rail && <AllRead onAll={() => setFilter("all")} />}
          {chats.length === 0 && props.nobody}
        </div>
      )}
      {props.foot}
      {props.edge}
    </nav>
  );
}

function Head({ rail, onAdd, onPeople, onSearch }: SidebarProps) {
  return (
    <div className={styles.head}>
      <h1 className="type-title">{t("chats.title")}</h1>
      {rail && (
        <IconButton
          icon={Search}
          label={t("chats.search")}
          shortcut={keysOf("find-all")}
          onClick={onSearch}
          data-testid="rail-search"
        />
      )}
      <IconButton
        icon={Users}
        label={t("chats.people")}
        onClick={onPeople}
        data-testid="open-people"
      />
      <IconButton
        icon={UserPlus}
        label={t("chats.add")}
        shortcut={keysOf("new-chat")}
        onClick={onAdd}
        data-testid="add-contact"
      />
    </div>
  );
}

function SearchField({ words, onWords, searchRef }: SidebarProps) {
  return (
    <div role="search" aria-label={t("chats.search")} className={styles.search}>
      <Search size={16} strokeWidth={1.8} aria-hidden />
      <input
        ref={searchRef}
        type="text"
        dir="auto"
        spellCheck={false}
        autoComplete="off"
        aria-label={t("chats.search")}
        placeholder={t("chats.search")}
        value={words}
        onChange={(event) => onWords(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && words !== "") {
            onWords("");
            event.stopPropagation();
          } else if (event.key === "ArrowDown" || (event.key === "Enter" && words !== "")) {
            if (event.nativeEvent.isComposing) return;
            const side = event.currentTarget.closest("nav");
            const first = side?.querySelector<HTMLElement>(
              "[data-result], [data-chat][tabindex='0']",
            );
            if (event.key === "Enter") first?.click();
            else first?.focus();
            event.preventDefault();
          }
        }}
        data-testid="search"
      />
      {words === "" ? (
        <Kbd keys={keysOf("palette")} />
      ) : (
        <button
          type="button"
          className={styles.clear}
          aria-label={t("chats.searchClear")}
          onClick={() => {
            onWords("");
            searchRef.current?.focus();
          }}
        >
          <X size={16} aria-hidden />
        </button>
      )}
    </div>
  );
}

interface ChipsProps {
  chats: readonly ChatView[];
  filter: Filter;
  onFilter: (filter: Filter) => void;
}

function Chips({ chats, filter, onFilter }: ChipsProps) {
  const unread = chats.filter((chat) => chat.unread > 0).length;
  const chips = [
    { id: "all", label: t("chats.all") },
    { id: "unread", label: t("chats.unread", { count: unread }) },
  ] as const;
  return (
    <fieldset className={styles.chips}>
      <legend className="visually-hidden">{t("chats.filter")}</legend>
      {chips.map(({ id, label }) => (
        <button
          key={id}
          type="button"
          className={styles.chip}
          aria-pressed={filter === id}
          onClick={() => onFilter(id)}
          data-testid={`chip-${id}`}
        >
          {label}
        </button>
      ))}
    </fieldset>
  );
}

function AllRead({ onAll }: { onAll: () => void }) {
  return (
    <EmptyState
      icon={CheckCheck}
      title={t("chats.allRead")}
      action={<Button onClick={onAll}>{t("chats.showAll")}</Button>}
    />
  );
}
