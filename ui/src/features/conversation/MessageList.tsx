import { ArrowDown, MessageCircle } from "lucide-react";
import {
  type ClipboardEvent,
  type KeyboardEvent,
  type MouseEvent,
  memo,
  type Ref,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
} from "react";
import { Badge } from "~/components/Badge";
import { Button } from "~/components/Button";
import { EmptyState } from "~/components/EmptyState";
import type { MenuPlace } from "~/components/Menu";
import { Spinner } from "~/components/Spinner";
import { useDay } from "~/components/useDay";
import { VisuallyHidden } from "~/components/VisuallyHidden";
import { dayChip } from "~/i18n/format";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import type { ContactView, MessageId, MessageView } from "~/ipc/bindings";
import type { Mark, Sought } from "~/search/marks";
import { actions, type OpenChat } from "~/state/store";
import styles from "./MessageList.module.css";
import { MessageRow } from "./MessageRow";
import { quoted } from "./messageWords";
import { type Row, rowsOf } from "./rows";
import { useMarks } from "./useMarks";
import { useRoving } from "./useRoving";
import { useScrolling } from "./useScrolling";

export interface MessageListHandle {
  toNewest: () => void;
  focus: () => void;
  /** The message at the top of the window, or null at the newest one. */
  here: () => MessageId | null;
}

export type MessageAct =
  | { kind: "menu"; message: MessageView; place: MenuPlace; link: string | null }
  | { kind: "link"; url: string; text: string }
  | { kind: "copy" | "retry" | "delete"; message: MessageView };

export interface MessageListProps {
  open: OpenChat;
  contact: ContactView;
  unread: number;
  /** What is looked for, to be marked. */
  sought: Sought | null;
  /** The message of the place that the search shows. */
  hit: MessageId | null;
  /** Always the same function: the list is drawn anew only for what is in it. */
  onAct: (act: MessageAct) => void;
  ref?: Ref<MessageListHandle>;
}

/**
 * The messages of the open chat: a scroller that grows from its bottom (`column-reverse`) around one
 * block in natural order, so that older pages come in without moving what is in sight.
 */
export const MessageList = memo(function MessageList(props: MessageListProps) {
  const { open, contact, onAct, ref } = props;
  const rows = useMemo(
    () => rowsOf(open.messages, open.unreadLine),
    [open.messages, open.unreadLine],
  );
  const { scroller, content, away, flash, toNewest, here, sight } = useScrolling(open);
  const roving = useRoving(open.messages, scroller, sight);
  const { current, setCurrent, focusRow, enter } = roving;
  const marksOf = useMarks(props.sought);
  const now = useDay();
  const newestAtStart = useRef<MessageId | null>(null);
  if (newestAtStart.current === null && open.loading !== "first") {
    newestAtStart.current = open.messages.at(-1)?.id ?? (0 as MessageId);
  }

  useImperativeHandle(ref, () => ({ toNewest, here, focus: enter }), [toNewest, here, enter]);
  const target = open.target?.message ?? null;
  useEffect(() => {
    if (target !== null) setCurrent(target);
  }, [target, setCurrent]);

  const byId = (id: number) => open.messages.find((message) => message.id === id);
  const messageAt = (target: EventTarget | null) => {
    const row = target instanceof Element ? target.closest<HTMLElement>("[data-message]") : null;
    const message = row && byId(Number(row.dataset.message));
    return row && message ? { row, message } : null;
  };

  const onClick = (event: MouseEvent) => {
    const target = event.target as Element;
    const link = target.closest("a");
    if (link) {
      event.preventDefault();
      onAct({ kind: "link", url: link.getAttribute("href") ?? "", text: link.textContent });
      return;
    }
    const found = messageAt(target);
    const act = target.closest<HTMLElement>("[data-act]");
    if (!found || !act) return;
    const { message } = found;
    if (act.dataset.act === "menu") onAct({ kind: "menu", message, place: act, link: null });
    else onAct({ kind: act.dataset.act as "retry" | "delete", message });
  };

  const onContextMenu = (event: MouseEvent) => {
    const found = messageAt(event.target);
    if (!found) return;
    event.preventDefault();
    setCurrent(found.message.id);
    onAct({
      kind: "menu",
      message: found.message,
      place: { x: event.clientX, y: event.clientY },
      link: (event.target as Element).closest("a")?.getAttribute("href") ?? null,
    });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const found = messageAt(event.target);
    if (!found || event.altKey) return;
    const onRow = event.target === found.row;
    const plain = onRow && !event.ctrlKey && !event.metaKey;
    const next = plain ? roving.next(event.key, found.message.id) : null;
    if (next !== null) focusRow(next);
    else if (event.key === "End") toNewest();
    else if (event.key === "ContextMenu" || (event.shiftKey && event.key === "F10")) {
      onAct({ kind: "menu", message: found.message, place: found.row, link: null });
    } else if (onRow && event.key === "Enter") {
      onAct({ kind: "menu", message: found.message, place: found.row, link: null });
    } else if (onRow && event.key === "Delete") onAct({ kind: "delete", message: found.message });
    else if (isCopy(event) && (getSelection()?.isCollapsed ?? true)) {
      onAct({ kind: "copy", message: found.message });
    } else return;
    event.preventDefault();
  };

  const onCopy = (event: ClipboardEvent) => {
    const selection = getSelection();
    if (!selection || selection.isCollapsed || !content.current) return;
    const chosen = [...content.current.querySelectorAll<HTMLElement>("[data-message]")]
      .filter((row) => selection.containsNode(row, true))
      .flatMap((row) => byId(Number(row.dataset.message)) ?? []);
    if (chosen.length < 2) return;
    event.clipboardData.setData("text/plain", quoted(chosen, contact.name));
    event.preventDefault();
  };

  return (
    <div className={styles.frame}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys and clicks of the messages inside */}
      <div
        ref={scroller}
        className={styles.scroller}
        onClick={onClick}
        onContextMenu={onContextMenu}
        onKeyDown={onKeyDown}
        onCopy={onCopy}
        onFocus={(event) => {
          const found = messageAt(event.target);
          if (found) setCurrent(found.message.id);
        }}
        data-testid="messages"
      >
        <div
          ref={content}
          className={styles.content}
          role="group"
          aria-label={t("list.name", { name: contact.name })}
        >
          {open.loading === "older" && (
            <div className={styles.loading}>
              <Spinner label={t("list.loading")} />
            </div>
          )}
          {rows.map((row) => (
            <RowView
              key={row.key}
              row={row}
              contact={contact}
              now={now}
              current={current}
              flash={flash}
              newestAtStart={newestAtStart.current}
              hit={props.hit}
              marks={row.kind === "message" ? marksOf(row.message) : NO_MARKS}
            />
          ))}
        </div>
        <Hello open={open} name={contact.name} />
      </div>
      <State open={open} />
      {away && (
        <button
          type="button"
          className={styles.newest}
          onClick={toNewest}
          data-testid="jump-newest"
        >
          <ArrowDown size={18} strokeWidth={1.8} aria-hidden />
          <VisuallyHidden>{t("list.newest")}</VisuallyHidden>
          <span className={styles.count}>
            <Badge count={props.unread} label={t("list.newestUnread", { count: props.unread })} />
          </span>
        </button>
      )}
    </div>
  );
});

const NO_MARKS: readonly Mark[] = [];

interface RowViewProps {
  row: Row;
  contact: ContactView;
  now: number;
  current: MessageId | null;
  flash: MessageId | null;
  newestAtStart: MessageId | null;
  hit: MessageId | null;
  marks: readonly Mark[];
}

function RowView(props: RowViewProps) {
  const { row, contact, now, current, flash, newestAtStart } = props;
  switch (row.kind) {
    case "day":
      return (
        <div className={styles.day}>
          <span>{dayChip(row.at, now)}</span>
        </div>
      );
    case "unread":
      return (
        <div className={styles.unread} data-unread data-testid="unread-line">
          {t("list.unread")}
        </div>
      );
    case "message":
      return (
        <MessageRow
          message={row.message}
          contact={contact}
          joined={row.joined}
          reachable={row.message.id === current}
          flash={row.message.id === flash}
          fresh={newestAtStart !== null && row.message.id > newestAtStart}
          marks={props.marks}
          hit={row.message.id === props.hit}
        />
      );
  }
}

/** What stands in the middle of a list that cannot be shown yet. */
function State({ open }: { open: OpenChat }) {
  if (open.failed && open.messages.length === 0) {
    return (
      <div className={styles.middle} role="alert">
        <p>{t("list.failed")}</p>
        <Button onClick={() => actions.retryLoad()}>{t("common.tryAgain")}</Button>
      </div>
    );
  }
  if (open.loading === "first" || open.loading === "around") {
    return open.messages.length > 0 ? null : (
      <div className={styles.middle}>
        <Spinner label={t("list.loading")} />
      </div>
    );
  }
  return null;
}

/** Fills what the program's own lines leave free where nobody has said anything. */
function Hello({ open, name }: { open: OpenChat; name: string }) {
  if (open.failed || open.loading === "first" || open.loading === "around" || open.hasOlder) {
    return null;
  }
  if (open.messages.some((message) => message.direction !== "system")) return null;
  return (
    <div className={styles.hello}>
      <EmptyState
        icon={MessageCircle}
        title={<T id="list.emptyTitle" values={{ name }} />}
        text={t("list.emptyText")}
      />
    </div>
  );
}

function isCopy(event: KeyboardEvent): boolean {
  return (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "c";
}
