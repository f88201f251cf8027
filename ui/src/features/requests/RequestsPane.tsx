/**
 * Texts from keys that were not added, in place of the conversation: a list, and one request with
 * its texts as plain text. Nothing is answered from here before it is accepted.
 */
import { ArrowLeft, Inbox, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Avatar } from "~/components/Avatar";
import { Name } from "~/components/Bdi";
import { cx } from "~/components/cx";
import { EmptyState } from "~/components/EmptyState";
import { IconButton } from "~/components/IconButton";
import { beginningOf } from "~/components/names";
import { listTime } from "~/i18n/format";
import { t } from "~/i18n/t";
import type { ChatId, RequestId, RequestView } from "~/ipc/bindings";
import { useRequests } from "~/state/selectors";
import { RequestDetail } from "./RequestDetail";
import styles from "./RequestsPane.module.css";

export interface RequestsPaneProps {
  readonly onClose: () => void;
  readonly onOpenChat: (chat: ChatId) => void;
}

/** The newest first: somebody may be waiting. */
function newestFirst(requests: readonly RequestView[]): RequestView[] {
  return [...requests].sort((a, b) => b.lastAt - a.lastAt || b.id - a.id);
}

export function RequestsPane({ onClose, onOpenChat }: RequestsPaneProps) {
  const requests = newestFirst(useRequests());
  const [chosen, setChosen] = useState<RequestId | null>(null);
  const request = requests.find(({ id }) => id === chosen) ?? null;
  const list = useRef<HTMLUListElement>(null);
  const title = useRef<HTMLHeadingElement>(null);

  useEffect(() => title.current?.focus(), []);

  /** After a decision the next request is at hand, or the title where none is left. */
  const decided = (): void => {
    setChosen(null);
    requestAnimationFrame(() => {
      const next = list.current?.querySelector<HTMLElement>("button");
      (next ?? title.current)?.focus();
    });
  };
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const rows = [...(list.current?.querySelectorAll<HTMLElement>("button") ?? [])];
    rows[rows.indexOf(event.target as HTMLElement) + step]?.focus();
  };

  return (
    <section
      className={cx(styles.pane, request !== null && styles.withDetail)}
      aria-labelledby="requests-title"
      data-testid="requests-pane"
    >
      <header className={styles.header}>
        {request && (
          <IconButton
            icon={ArrowLeft}
            label={t("requests.back")}
            className={styles.back}
            onClick={decided}
          />
        )}
        <h1
          id="requests-title"
          ref={title}
          tabIndex={-1}
          className={cx("type-title", styles.title)}
        >
          {t("requests.title")}
        </h1>
        <IconButton
          icon={X}
          label={t("requests.close")}
          onClick={onClose}
          data-testid="requests-close"
        />
      </header>
      {requests.length === 0 ? (
        <EmptyState icon={Inbox} title={t("requests.empty")} text={t("requests.empty.text")} />
      ) : (
        <div className={styles.body}>
          <div className={styles.side}>
            <p className={styles.about}>{t("requests.text")}</p>
            <ul ref={list} className={styles.list} onKeyDown={move}>
              {requests.map((row) => (
                <li key={row.id}>
                  <Row request={row} current={row.id === chosen} onOpen={() => setChosen(row.id)} />
                </li>
              ))}
            </ul>
          </div>
          <div className={styles.detail}>
            {request ? (
              <RequestDetail
                key={request.id}
                request={request}
                onDecided={decided}
                onOpenChat={onOpenChat}
              />
            ) : (
              <EmptyState icon={Inbox} title={t("requests.none_open")} />
            )}
          </div>
        </div>
      )}
    </section>
  );
}

interface RowProps {
  readonly request: RequestView;
  readonly current: boolean;
  readonly onOpen: () => void;
}

function Row({ request, current, onOpen }: RowProps) {
  const newest = request.texts.at(-1);
  return (
    <button
      type="button"
      className={cx(styles.row, current && styles.current)}
      aria-current={current || undefined}
      onClick={onOpen}
      data-testid="request-row"
      data-user-id={request.userId}
    >
      <Avatar name={request.userId} hue={request.hue} size={36} />
      <span className={styles.words}>
        <span className={styles.line}>
          <Name text={request.userId} className={styles.name} />
          <span className={cx("type-caption", "num")}>{listTime(request.lastAt, Date.now())}</span>
        </span>
        <span className={styles.snippet} dir="auto">
          {newest && beginningOf(newest.text.replace(/\s+/gu, " "), 200)}
        </span>
      </span>
      <span className="visually-hidden">
        {t("requests.count", { count: request.texts.length })}
      </span>
    </button>
  );
}
