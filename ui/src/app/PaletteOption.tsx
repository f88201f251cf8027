/** One thing that the palette offers. */
import { TriangleAlert } from "lucide-react";
import { Fragment, type ReactNode } from "react";
import { Avatar } from "~/components/Avatar";
import { Name } from "~/components/Bdi";
import { Kbd } from "~/components/Kbd";
import { keysOf } from "~/components/shortcuts";
import { listTime } from "~/i18n/format";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import type { PersonView, SearchHit } from "~/ipc/bindings";
import { Fingerprint } from "~/parts/Fingerprint";
import { chatName, contactOf } from "~/state/chatKind";
import { useChat, useContact } from "~/state/selectors";
import styles from "./Palette.module.css";
import type { PaletteItem } from "./paletteItems";

export interface PaletteOptionProps {
  id: string;
  item: PaletteItem;
  now: number;
  selected: boolean;
  onPoint: () => void;
  onChoose: () => void;
}

export function PaletteOption({ id, item, now, selected, onPoint, onChoose }: PaletteOptionProps) {
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter in the field chooses
    <div
      id={id}
      role="option"
      aria-selected={selected}
      className={styles.option}
      onPointerMove={onPoint}
      onClick={onChoose}
      data-kind={item.kind}
      data-testid="palette-option"
    >
      <Content item={item} now={now} />
    </div>
  );
}

function Content({ item, now }: Pick<PaletteOptionProps, "item" | "now">): ReactNode {
  switch (item.kind) {
    case "chat":
      return (
        <>
          <Avatar name={chatName(item.chat)} hue={contactOf(item.chat).hue} size={28} />
          <Name text={chatName(item.chat)} />
        </>
      );
    case "command":
      return (
        <>
          <span className={styles.icon}>
            <item.icon size={18} strokeWidth={1.8} aria-hidden />
          </span>
          <span>{t(item.label)}</span>
          {item.keys && <Kbd keys={keysOf(item.keys)} />}
        </>
      );
    case "person":
      return <Person person={item.person} />;
    case "message":
      return <Hit hit={item.hit} now={now} />;
    case "more":
      return <span className={styles.more}>{t("palette.more")}</span>;
  }
}

/** A name proves nothing at a relay: the key stands beside it, and whose name it is. */
function Person({ person }: { person: PersonView }) {
  const other = useContact(person.nameOfOther);
  return (
    <>
      <Avatar name={person.userId} hue={person.hue} size={28} />
      <span className={styles.words}>
        <Name text={person.userId} />
        {other ? (
          <span className={styles.warning}>
            <TriangleAlert size={14} aria-hidden />
            <span>
              <T id="people.other_key" values={{ name: other.name }} />
            </span>
          </span>
        ) : (
          <Fingerprint digits={person.fingerprint} />
        )}
      </span>
    </>
  );
}

function Hit({ hit, now }: { hit: SearchHit; now: number }) {
  const chat = useChat(hit.chat);
  const name = chat ? chatName(chat) : "";
  const text = <Marked parts={hit.snippet} />;
  return (
    <>
      <Avatar name={name} hue={chat ? contactOf(chat).hue : 0} size={28} />
      <span className={styles.words}>
        <span className={styles.line}>
          <Name text={name} />
          <span className={styles.time}>{listTime(hit.at, now)}</span>
        </span>
        <span className={styles.snippet} data-testid="search-hit">
          {hit.direction === "out" ? <T id="chats.you" values={{ text }} /> : text}
        </span>
      </span>
    </>
  );
}

/** Every second part, beginning with the second, is what was looked for. */
function Marked({ parts }: { parts: readonly string[] }) {
  return (
    <bdi dir="auto">
      {parts.map((part, index) => {
        const key = `${index}-${part}`;
        return index % 2 === 1 ? (
          <mark key={key}>{part}</mark>
        ) : (
          <Fragment key={key}>{part}</Fragment>
        );
      })}
    </bdi>
  );
}
