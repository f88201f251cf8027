/** The list of relays with the state of each; sorted by hand or by Alt and an arrow key. */
import { GripVertical, Trash2 } from "lucide-react";
import { useLayoutEffect, useRef, useState } from "react";
import { Name } from "~/components/Bdi";
import { cx } from "~/components/cx";
import { IconButton } from "~/components/IconButton";
import { showToast } from "~/components/Toast";
import { errorSentence } from "~/i18n/errors";
import { duration, listTime } from "~/i18n/format";
import { type MessageKey, t } from "~/i18n/t";
import type { RelayId, RelayView } from "~/ipc/bindings";
import { codeOf, ipc } from "~/ipc/client";
import { relayName, relayProblemWords } from "~/parts/relayWords";
import { useNow } from "~/state/useNow";
import styles from "./RelayList.module.css";
import { useReorder } from "./useReorder";

export interface RelayListProps {
  readonly relays: readonly RelayView[];
  readonly onRemove: (relay: RelayView) => void;
}

export function RelayList({ relays, onRemove }: RelayListProps) {
  const list = useRef<HTMLUListElement>(null);
  const [announcement, setAnnouncement] = useState("");
  const refocus = useRef<RelayId | null>(null);
  const waiting = relays.some((relay) => relay.state.kind === "waiting");
  const now = useNow(waiting ? 1000 : null);

  const order = (ids: RelayId[], id: RelayId): void => {
    refocus.current = id;
    const name = relayName(relays.find((relay) => relay.id === id)?.name ?? "");
    const place = ids.indexOf(id) + 1;
    ipc.orderRelays(ids).then(
      () => setAnnouncement(t("settings.relays.moved", { name, place, count: ids.length })),
      (error: unknown) => showToast({ text: errorSentence(codeOf(error)), tone: "danger" }),
    );
  };
  const ids = relays.map((relay) => relay.id);
  const reorder = useReorder(ids, list, order);

  // A row that changes its place in the document loses the focus.
  useLayoutEffect(() => {
    if (refocus.current === null) return;
    const handle = list.current?.querySelector<HTMLElement>(
      `[data-relay="${refocus.current}"] button`,
    );
    if (document.activeElement === document.body) handle?.focus();
  });

  return (
    <>
      <ul ref={list} className={styles.list}>
        {reorder.shown.map((id) => {
          const relay = relays.find((known) => known.id === id);
          if (!relay) return null;
          const name = relayName(relay.name);
          const label = t("settings.relays.move", { name });
          return (
            <li
              key={id}
              className={cx(styles.row, reorder.dragged === id && styles.dragged)}
              data-relay={id}
              data-testid="settings-relay"
              data-state={relay.state.kind}
              onKeyDown={reorder.onKeyDown(id)}
            >
              {relays.length > 1 && (
                <button
                  type="button"
                  className={styles.handle}
                  aria-label={label}
                  aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
                  {...reorder.handle(id)}
                >
                  <GripVertical size={18} strokeWidth={1.8} aria-hidden />
                </button>
              )}
              <Facts relay={relay} now={now} />
              <IconButton
                icon={Trash2}
                label={t("settings.relays.remove", { name })}
                onClick={() => onRemove(relay)}
                data-testid="settings-relay-remove"
              />
            </li>
          );
        })}
      </ul>
      <span className="visually-hidden" role="status">
        {announcement}
      </span>
    </>
  );
}

const WORDS: Readonly<Record<RelayView["state"]["kind"], MessageKey>> = {
  connected: "relay.connected",
  connecting: "relay.connecting",
  waiting: "relay.waiting",
  stopped: "relay.stopped",
};

/** The time facts of a state: since when, or until the next try. */
function stateTime(relay: RelayView, now: number): string | null {
  switch (relay.state.kind) {
    case "connecting":
    case "stopped":
      return null;
    case "connected":
      return t("settings.relays.since", { time: listTime(relay.state.since, Date.now()) });
    case "waiting": {
      const rest = relay.state.retry_at - now;
      return rest > 0 ? t("settings.relays.retry", { time: duration(Math.max(1000, rest)) }) : null;
    }
  }
}

function Facts({ relay, now }: { relay: RelayView; now: number }) {
  const { kind } = relay.state;
  const insecure = relay.place === "custom" && relay.url.startsWith("ws:");
  const facts = [
    t(WORDS[kind]),
    kind === "connected" && relay.roundTripMs !== null
      ? t("settings.relays.round_trip", { time: relay.roundTripMs })
      : null,
    stateTime(relay, now),
    kind === "connected" ? t("settings.relays.people", { count: relay.people }) : null,
  ].filter((fact) => fact !== null);
  return (
    <div className={styles.words}>
      <Name text={relayName(relay.name)} className={styles.name} />
      {relay.place === "custom" && (
        <span className={styles.url} dir="ltr">
          {relay.url}
        </span>
      )}
      <div className={styles.state}>
        <span className={styles.facts}>
          <span className={cx(styles.dot, styles[kind])} aria-hidden />
          <span>{facts.join(" · ")}</span>
        </span>
        {relay.state.kind === "waiting" && (
          <span className={styles.problem}>{relayProblemWords(relay.state.problem)}</span>
        )}
      </div>
      {insecure && <span className={styles.problem}>{t("settings.relays.private_no")}</span>}
    </div>
  );
}
