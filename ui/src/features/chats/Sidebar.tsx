import { CheckCheck, Search, UserPlus, Users } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "~/components/Button";
import { EmptyState } from "~/components/EmptyState";
import { IconButton } from "~/components/IconButton";
import { Kbd } from "~/components/Kbd";
import { keysOf } from "~/components/shortcuts";
import { useDay } from "~/components/useDay";
import { t } from "~/i18n/t";
import type { ChatId, ChatView } from "~/ipc/bindings";
import { ChatList } from "./ChatList";
import styles from "./Sidebar.module.css";

export interface SidebarProps {
  chats: readonly ChatView[];
  selected: ChatId | null;
  /** Only pictures: the window is narrow. */
  rail: boolean;
  compact: boolean;
  onOpen: (chat: ChatId) => void;
  onAdd: () => void;
  onPeople: () => void;
  /** Opens what finds everything. */
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
  const { chats, rail, onOpen, onSearch } = props;
  const [filter, setFilter] = useState<Filter>("all");
  const now = useDay();
  // A chat that is being read stays under "Unread" until another one is opened.
  const shown =
    filter === "all"
      ? chats
      : chats.filter(({ id, unread }) => unread > 0 || id === props.selected);
  return (
    <nav className={styles.side} aria-label={t("chats.title")} data-rail={rail || undefined}>
      <Head {...props} />
      {!rail && <SearchButton onSearch={onSearch} />}
      {!rail && chats.length > 0 && <Chips chats={chats} filter={filter} onFilter={setFilter} />}
      {props.top}
      {shown.length > 0 ? (
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
          shortcut={keysOf("palette")}
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

/** Looks like the field that it leads to. */
function SearchButton({ onSearch }: Pick<SidebarProps, "onSearch">) {
  return (
    <button
      type="button"
      className={styles.search}
      aria-haspopup="dialog"
      onClick={onSearch}
      data-testid="search"
    >
      <Search size={16} strokeWidth={1.8} aria-hidden />
      <span className={styles.searchLabel}>{t("chats.search")}</span>
      <Kbd keys={keysOf("palette")} />
    </button>
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
