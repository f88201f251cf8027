/**
 * The strip under the chat list: how the connection to the relays stands, in words and with a dot,
 * and what to do about it. The app puts its settings button at the end.
 */
import type { ReactNode } from "react";
import { cx } from "~/components/cx";
import { duration } from "~/i18n/format";
import { t } from "~/i18n/t";
import { ipc } from "~/ipc/client";
import { relayProblemWords } from "~/parts/relayWords";
import { type Connection, useConnection } from "~/state/selectors";
import { useAction } from "~/state/useAction";
import { useNow } from "~/state/useNow";
import styles from "./StatusStrip.module.css";
import { useOutage } from "./useOutage";

export interface StatusStripProps {
  /** Opens the list of relays. */
  readonly onDetails: () => void;
  readonly children?: ReactNode;
}

type Connected = Extract<Connection, { kind: "connected" }>;

/** The words for a connection. */
function words(connection: Connection, now: number): string {
  switch (connection.kind) {
    case "none":
      return t("strip.none");
    case "connecting":
      return t("strip.connecting");
    case "connected":
      return connectedWords(connection);
    case "offline":
      return t("strip.offline");
    case "stopped":
      return t("strip.moved");
    case "waiting": {
      const rest = connection.retryAt - now;
      return rest > 0
        ? t("strip.waiting", { time: duration(Math.max(1000, rest)) })
        : t("strip.waiting.now");
    }
  }
}

function connectedWords({ count, total, onlyHere }: Connected): string {
  if (onlyHere) return t("strip.onlyHere");
  return count < total
    ? t("strip.connectedSome", { count, total })
    : t("strip.connected", { count });
}

/** Green is only what reaches other people, by every relay. */
function toneOf(connection: Connection): string | undefined {
  switch (connection.kind) {
    case "none":
    case "offline":
    case "stopped":
      return styles.off;
    case "connecting":
    case "waiting":
      return styles.trying;
    case "connected":
      return connection.onlyHere || connection.count < connection.total ? styles.trying : styles.on;
  }
}

export function StatusStrip({ onDetails, children }: StatusStripProps) {
  const connection = useConnection();
  const now = useNow(connection.kind === "waiting" ? 1000 : null);
  const { busy, run } = useAction();
  const text = words(connection, now);
  const { reason } = useOutage();
  const why = reason && relayProblemWords(reason);
  const retriable = connection.kind === "waiting" || connection.kind === "offline";
  return (
    <div className={styles.strip} data-testid="status-strip" data-state={connection.kind}>
      <div className={styles.inner}>
        <div className={styles.status}>
          <button
            type="button"
            className={styles.line}
            onClick={onDetails}
            title={text}
            data-testid="status-details"
          >
            <span className={cx(styles.dot, toneOf(connection))} aria-hidden />
            <span className={styles.text}>{text}</span>
            <span className="visually-hidden">{t("strip.details")}</span>
          </button>
          {why && (
            <p className={styles.reason} data-testid="status-reason">
              {why}
            </p>
          )}
          {retriable && (
            <div className={styles.links}>
              <button
                type="button"
                className={styles.link}
                aria-disabled={busy || undefined}
                onClick={() => void run(ipc.reconnectNow)}
                data-testid="status-try-now"
              >
                {t("strip.try_now")}
              </button>
              <span aria-hidden>·</span>
              <button type="button" className={styles.link} onClick={onDetails}>
                {t("strip.details")}
              </button>
            </div>
          )}
        </div>
        {/* The countdown is not read out each second, only what changed. */}
        <span className="visually-hidden" role="status">
          {connection.kind === "waiting" ? t("relay.waiting") : text} {why}
        </span>
        {children}
      </div>
    </div>
  );
}
