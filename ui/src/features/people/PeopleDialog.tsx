/**
 * Who is listed at the relays now. A name proves nothing there: each row shows the beginning of its
 * key, and says when it is a contact's name with another key.
 */

import { Search, TriangleAlert, UsersRound } from "lucide-react";
import { type KeyboardEvent, type RefObject, useMemo, useRef, useState } from "react";
import { VList, type VListHandle } from "virtua";
import { Avatar } from "~/components/Avatar";
import { Name } from "~/components/Bdi";
import { Button } from "~/components/Button";
import { cx } from "~/components/cx";
import { Dialog } from "~/components/Dialog";
import { EmptyState } from "~/components/EmptyState";
import { Progress } from "~/components/Progress";
import { Tag } from "~/components/Tag";
import { TextField } from "~/components/TextField";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import type { ChatId, PersonView } from "~/ipc/bindings";
import type { Prefill } from "~/parts/contactForm";
import { Fingerprint } from "~/parts/Fingerprint";
import { folded } from "~/search/fold";
import { chatName } from "~/state/chatKind";
import { useChat, useConnection, useContact, usePeople, useRelays } from "~/state/selectors";
import styles from "./PeopleDialog.module.css";
import { rowKey, type SteadyRow, useSteady } from "./steady";

export interface PeopleDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onAdd: (prefill: Prefill) => void;
  readonly onOpenChat: (chat: ChatId) => void;
  /** What is looked for from the beginning. */
  readonly words?: string | undefined;
}

/** Whether the name holds or the fingerprint begins with what was typed. */
export function matches(person: PersonView, text: string): boolean {
  const wanted = folded(text.trim());
  const digits = wanted.replace(/\s/g, "");
  return folded(person.userId).includes(wanted) || person.fingerprint.startsWith(digits);
}

export function PeopleDialog({ open, onClose, onAdd, onOpenChat, words }: PeopleDialogProps) {
  const search = useRef<HTMLInputElement>(null);
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      width={560}
      title={t("people.title")}
      description={t("people.text")}
      initialFocus={search}
      testid="people-dialog"
    >
      <People search={search} onAdd={onAdd} onOpenChat={onOpenChat} words={words} />
    </Dialog>
  );
}

interface PeopleProps extends Pick<PeopleDialogProps, "onAdd" | "onOpenChat" | "words"> {
  readonly search: RefObject<HTMLInputElement | null>;
}

function People({ search, onAdd, onOpenChat, words = "" }: PeopleProps) {
  const people = usePeople();
  const connection = useConnection();
  const asking = useRelays().some(({ state, listed }) => state.kind === "connected" && !listed);
  const [text, setText] = useState(words);
  const rows = useSteady(people, text);
  const found = useMemo(() => rows.filter(({ person }) => matches(person, text)), [rows, text]);
  if (rows.length === 0) {
    const connected = connection.kind === "connected";
    return (
      <div className={cx(styles.people, styles.nobody)}>
        {asking ? (
          <Progress label={t("people.asking")} />
        ) : (
          <EmptyState
            icon={UsersRound}
            title={t("people.empty")}
            text={t(connected ? "people.empty.text" : "people.empty.offline")}
          />
        )}
      </div>
    );
  }
  return (
    <div className={styles.people}>
      <TextField
        ref={search}
        label={t("people.search")}
        hideLabel
        type="search"
        placeholder={t("people.search")}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        data-testid="people-search"
      />
      {found.length === 0 ? (
        <EmptyState icon={Search} title={<T id="people.none" values={{ text }} />} />
      ) : (
        <List rows={found} onAdd={onAdd} onOpenChat={onOpenChat} />
      )}
    </div>
  );
}

interface ListProps {
  readonly rows: readonly SteadyRow[];
  readonly onAdd: (prefill: Prefill) => void;
  readonly onOpenChat: (chat: ChatId) => void;
}

/** The rows; a relay may list thousands, so only those in sight are drawn. */
function List({ rows, onAdd, onOpenChat }: ListProps) {
  const list = useRef<VListHandle>(null);
  const box = useRef<HTMLDivElement>(null);

  /** Arrows go from button to button. */
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const row = (event.target as HTMLElement).closest<HTMLElement>("[data-index]");
    if (!step || !row) return;
    event.preventDefault();
    const next = Number(row.dataset.index) + step;
    if (next < 0 || next >= rows.length) return;
    list.current?.scrollToIndex(next, { align: "nearest" });
    requestAnimationFrame(() =>
      box.current?.querySelector<HTMLElement>(`[data-index="${next}"] button`)?.focus(),
    );
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrows are a shortcut beside Tab
    <div ref={box} className={styles.list} onKeyDown={move}>
      <VList ref={list} className={styles.scroll}>
        {rows.map(({ person, left }, index) => (
          <Row
            key={rowKey(person)}
            person={person}
            left={left}
            index={index}
            onAdd={onAdd}
            onOpenChat={onOpenChat}
          />
        ))}
      </VList>
    </div>
  );
}

interface RowProps extends Omit<ListProps, "rows"> {
  readonly person: PersonView;
  readonly left: boolean;
  readonly index: number;
}

function Row({ person, left, index, onAdd, onOpenChat }: RowProps) {
  const other = useContact(person.nameOfOther);
  const chat = useChat(person.chat);
  const name = chat ? chatName(chat) : person.userId;
  return (
    <div
      className={cx(styles.row, left && styles.left)}
      data-index={index}
      data-testid="person"
      data-user-id={person.userId}
    >
      <Avatar name={name} hue={person.hue} size={36} />
      <div className={styles.words}>
        <span className={styles.name}>
          <Name text={name} />
          {chat && <Tag>{t("people.contact")}</Tag>}
          {left && <Tag>{t("people.left")}</Tag>}
        </span>
        <Fingerprint digits={person.fingerprint} />
        {other && (
          <span className={styles.warning}>
            <TriangleAlert size={14} aria-hidden />
            <span>
              <T id="people.other_key" values={{ name: other.name }} />
            </span>
          </span>
        )}
      </div>
      {person.chat !== null ? (
        <Button
          size="small"
          aria-label={t("people.open.label", { name })}
          onClick={() => person.chat !== null && onOpenChat(person.chat)}
          data-testid="person-open"
        >
          {t("people.open")}
        </Button>
      ) : (
        <Button
          size="small"
          aria-label={t("people.add.label", { name })}
          held={left}
          onClick={() => onAdd({ userId: person.userId, publicKey: person.publicKey })}
          data-testid="person-add"
        >
          {t("people.add")}
        </Button>
      )}
    </div>
  );
}
