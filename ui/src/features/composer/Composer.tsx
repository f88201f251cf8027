import { ArrowUp, Ban, MonitorX } from "lucide-react";
import { type KeyboardEvent, type RefObject, useRef, useState } from "react";
import { Button } from "~/components/Button";
import { cx } from "~/components/cx";
import { LearnMore } from "~/components/LearnMore";
import { shortName } from "~/components/names";
import { Tooltip } from "~/components/Tooltip";
import { errorWords } from "~/i18n/errors";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import type { ChatView, ErrorCode } from "~/ipc/bindings";
import { codeOf, ipc } from "~/ipc/client";
import { chatName, contactOf } from "~/state/chatKind";
import { useMoved } from "~/state/selectors";
import styles from "./Composer.module.css";
import { sends } from "./enter";
import { useGrow } from "./grow";
import { roomLeft } from "./limit";
import { useDraft } from "./useDraft";

export interface ComposerProps {
  chat: ChatView;
  enterSends: boolean;
  fieldRef: RefObject<HTMLTextAreaElement | null>;
  /** After a text was taken: the list shows the newest message. */
  onSent: () => void;
  onUnblock: () => void;
}

/** Where a message is written. Keyed by the chat: each has its own draft. */
export function Composer(props: ComposerProps) {
  const { chat, onUnblock } = props;
  if (useMoved()) {
    return (
      <div className={styles.blocked} data-testid="composer-moved">
        <MonitorX size={18} strokeWidth={1.8} aria-hidden />
        <span>{t("composer.moved")}</span>
      </div>
    );
  }
  if (!contactOf(chat).blocked) return <Field {...props} />;
  return (
    <div className={styles.blocked}>
      <Ban size={18} strokeWidth={1.8} aria-hidden />
      <span>
        <T id="composer.blocked" values={{ name: shortName(chatName(chat), 40) }} />
      </span>
      <Button onClick={onUnblock} data-testid="unblock">
        {t("chat.unblock")}
      </Button>
    </div>
  );
}

function Field({ chat, enterSends, fieldRef, onSent }: ComposerProps) {
  const { text, write, save } = useDraft(chat.id, chat.draft);
  const [failed, setFailed] = useState<ErrorCode | null>(null);
  const sending = useRef(false);
  useGrow(fieldRef, text);
  const left = roomLeft(text);
  const over = left !== null && left < 0;
  const ready = text.trim() !== "" && !over;
  const label = t("composer.placeholder", { name: shortName(chatName(chat), 40) });

  const send = async () => {
    if (!ready || sending.current) return;
    sending.current = true;
    const taken = text;
    write("");
    setFailed(null);
    try {
      await ipc.sendText(chat.id, taken);
      onSent();
      save();
    } catch (error) {
      // What was typed comes back, before what was typed meanwhile.
      const meanwhile = fieldRef.current?.value ?? "";
      write(meanwhile === "" ? taken : `${taken}\n${meanwhile}`);
      setFailed(codeOf(error));
    } finally {
      sending.current = false;
    }
  };

  return (
    <div className={styles.foot}>
      {failed && (
        <p role="alert" className={styles.failed}>
          {t("composer.failed")} {errorWords(failed).title}
        </p>
      )}
      {over && (
        <div className={styles.failed}>
          <p role="status">{t("composer.overText")}</p>
          <LearnMore about={t("info.size")}>
            <p>{t("composer.bytes")}</p>
          </LearnMore>
        </div>
      )}
      <div className={styles.composer}>
        <textarea
          ref={fieldRef}
          className={styles.field}
          rows={1}
          dir="auto"
          spellCheck
          aria-label={label}
          placeholder={label}
          value={text}
          onChange={(event) => {
            write(event.currentTarget.value);
            setFailed(null);
          }}
          onBlur={save}
          onKeyDown={(event) => {
            if (!sends(pressOf(event), enterSends)) return;
            event.preventDefault();
            void send();
          }}
          data-testid="composer"
        />
        {left !== null && (
          <span
            className={cx(styles.room, over && styles.over, "num")}
            role="status"
            data-testid="composer-room"
          >
            {over ? t("composer.over", { count: -left }) : t("composer.left", { count: left })}
          </span>
        )}
        <Tooltip text={t("composer.send")} shortcut={enterSends ? "Enter" : "Ctrl Enter"}>
          <button
            type="button"
            className={styles.send}
            aria-label={t("composer.send")}
            aria-disabled={!ready || undefined}
            onClick={() => {
              void send();
              fieldRef.current?.focus();
            }}
            data-testid="send"
          >
            <ArrowUp size={18} strokeWidth={1.8} aria-hidden />
          </button>
        </Tooltip>
      </div>
    </div>
  );
}

function pressOf(event: KeyboardEvent) {
  const { key, shiftKey, ctrlKey, metaKey, altKey, keyCode } = event;
  return {
    key,
    shiftKey,
    ctrlKey,
    metaKey,
    altKey,
    keyCode,
    isComposing: event.nativeEvent.isComposing,
  };
}
