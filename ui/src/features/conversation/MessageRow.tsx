import { CheckCheck, CircleAlert, Clock, ShieldCheck } from "lucide-react";
import { Fragment, memo, type ReactNode, useState } from "react";
import { Button } from "~/components/Button";
import { cx } from "~/components/cx";
import { DashedCheck } from "~/components/DashedCheck";
import { Tag } from "~/components/Tag";
import { timeOfDay } from "~/i18n/format";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import type { Body, ContactView, MessageView, Span } from "~/ipc/bindings";
import { type Mark, piecesOf } from "~/search/marks";
import { useMoved } from "~/state/selectors";
import { type LineTone, systemKey, systemTone } from "~/words/systemLine";
import styles from "./MessageRow.module.css";
import { type StateMark, spokenMessage, stateWords } from "./messageWords";
import { beginning, isEmojiOnly } from "./text";

export interface MessageRowProps {
  message: MessageView;
  contact: ContactView;
  joined: boolean;
  /** Whether Tab comes to this message. */
  reachable: boolean;
  flash: boolean;
  /** Came while the list was open: own messages rise a little. */
  fresh: boolean;
  /** Where what was looked for stands in the text. */
  marks: readonly Mark[];
  /** Whether it is the message of the place that a search shows. */
  hit: boolean;
}

/**
 * One message. What happens on click and keys is decided by the list, which looks for `data-message`,
 * `data-act` and links; so a row is only its picture and is drawn again only when that changes.
 */
export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { message, contact, reachable, flash } = props;
  const moved = useMoved();
  return (
    <article
      className={cx(
        styles.row,
        styles[message.direction],
        props.joined && styles.joined,
        flash && styles.flash,
        props.fresh && message.direction === "out" && styles.fresh,
        props.hit && styles.hit,
      )}
      aria-label={spokenMessage(message, contact, moved)}
      tabIndex={reachable ? 0 : -1}
      data-message={message.id}
      data-testid="message"
      data-direction={message.direction}
      data-state={message.state ?? undefined}
    >
      {message.body.kind === "system" ? (
        <SystemLineView {...props} />
      ) : (
        <TextMessage {...props} body={message.body} />
      )}
    </article>
  );
});

const LINE_ICONS: Readonly<Record<LineTone, typeof CircleAlert | undefined>> = {
  plain: undefined,
  ok: ShieldCheck,
  warn: CircleAlert,
  danger: CircleAlert,
};

function SystemLineView({ message, contact }: MessageRowProps) {
  if (message.body.kind !== "system") return null;
  const tone = systemTone(message.body.line);
  return (
    <Tag tone={tone} icon={LINE_ICONS[tone]} soft>
      <T id={systemKey(message.body.line)} values={{ name: contact.name }} />
    </Tag>
  );
}

type TextProps = MessageRowProps & { body: Extract<Body, { kind: "text" }> };

function TextMessage(props: TextProps) {
  const { message, contact, body, reachable, marks } = props;
  const [whole, setWhole] = useState(false);
  const moved = useMoved();
  const state = stateWords(message, contact, moved);
  const cut = whole ? null : beginning(body.spans);
  // What was found has to be seen.
  const short = cut && props.hit && reaches(marks, cut) ? null : cut;
  const emoji = isEmojiOnly(body.text);
  const time = timeOfDay(message.at);
  return (
    <>
      <div className={styles.line}>
        <div className={cx(styles.bubble, emoji && styles.emoji)}>
          <div className={styles.text} dir="auto">
            <span className={styles.words}>
              <Spans spans={short ?? body.spans} reachable={reachable} marks={marks} />
            </span>
            {short && (
              <button
                type="button"
                className={styles.rest}
                tabIndex={reachable ? 0 : -1}
                onClick={() => setWhole(true)}
              >
                {t("message.showAll")}
              </button>
            )}
            {/* Keeps room for the time at the end of the last line. */}
            <span
              className={cx(styles.room, state !== null && styles.roomForState, "num")}
              data-time={time}
            />
            <span className={cx(styles.time, "num")} title={state?.text}>
              {time}
              {state && <StateIcon mark={state.mark} />}
            </span>
          </div>
        </div>
        <button
          type="button"
          className={styles.more}
          aria-label={t("message.menu")}
          tabIndex={reachable ? 0 : -1}
          data-act="menu"
        />
      </div>
      {state?.mark === "failed" && (
        <div className={styles.failed} data-testid="message-failed">
          <CircleAlert size={14} strokeWidth={2} aria-hidden />
          <span>{state.text}</span>
          {!moved && (
            <Button variant="ghost" size="small" data-act="retry" tabIndex={reachable ? 0 : -1}>
              {t("state.retry")}
            </Button>
          )}
          <Button variant="ghost" size="small" data-act="delete" tabIndex={reachable ? 0 : -1}>
            {t("state.delete")}
          </Button>
        </div>
      )}
    </>
  );
}

/** Whether a mark lies behind the beginning that is shown. */
function reaches(marks: readonly Mark[], spans: readonly Span[]): boolean {
  const shown = spans.reduce((sum, { text }) => sum + text.length, 0);
  return (marks.at(-1)?.end ?? 0) >= shown;
}

interface SpansProps {
  spans: readonly Span[];
  reachable: boolean;
  marks: readonly Mark[];
}

/** The text in its pieces. It is never taken as markup: each piece is a text node. */
function Spans({ spans, reachable, marks }: SpansProps) {
  let offset = 0;
  return spans.map((span, index) => {
    const key = `${index}-${span.kind}`;
    const text = marks.length === 0 ? span.text : marked(span.text, offset, marks);
    offset += span.text.length;
    if (span.kind === "text") return <span key={key}>{text}</span>;
    return (
      <a key={key} href={span.url} tabIndex={reachable ? 0 : -1} draggable={false}>
        {text}
      </a>
    );
  });
}

function marked(text: string, offset: number, marks: readonly Mark[]): ReactNode {
  const pieces = piecesOf(text, offset, marks);
  return pieces.map((piece, index) => {
    const key = `${index}-${piece.marked}`;
    return piece.marked ? (
      <mark key={key}>{piece.text}</mark>
    ) : (
      <Fragment key={key}>{piece.text}</Fragment>
    );
  });
}

function StateIcon({ mark }: { mark: StateMark }) {
  switch (mark) {
    case "sending":
      return <Clock size={14} strokeWidth={2} className={styles.late} aria-hidden />;
    case "waiting":
      return <Clock size={14} strokeWidth={2} aria-hidden />;
    case "handed":
      return <DashedCheck size={14} />;
    case "delivered":
      return <CheckCheck size={14} strokeWidth={2} aria-hidden />;
    case "failed":
      return <CircleAlert size={14} strokeWidth={2} aria-hidden />;
  }
}
