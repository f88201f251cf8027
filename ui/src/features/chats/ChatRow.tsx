import { CheckCheck, CircleAlert, Clock, ShieldAlert, ShieldCheck } from "lucide-react";
import { memo } from "react";
import { Avatar } from "~/components/Avatar";
import { Badge } from "~/components/Badge";
import { Name } from "~/components/Bdi";
import { cx } from "~/components/cx";
import { DashedCheck } from "~/components/DashedCheck";
import { VisuallyHidden } from "~/components/VisuallyHidden";
import { listTime } from "~/i18n/format";
import { t } from "~/i18n/t";
import type { ChatId, ChatView } from "~/ipc/bindings";
import { contactOf } from "~/state/chatKind";
import styles from "./ChatRow.module.css";
import { isVerified, type RowMark, rowWords, spokenRow } from "./rowWords";

export interface ChatRowProps {
  chat: ChatView;
  selected: boolean;
  /** Whether Tab comes to this row. */
  reachable: boolean;
  now: number;
  onOpen: (chat: ChatId) => void;
}

/** A chat in the list: one button, drawn in four places and spoken as one sentence. */
export const ChatRow = memo(function ChatRow(props: ChatRowProps) {
  const { chat, selected, reachable, now, onOpen } = props;
  const { unread } = chat;
  const contact = contactOf(chat);
  return (
    <button
      type="button"
      className={cx(styles.row, selected && styles.selected, unread > 0 && styles.unread)}
      aria-current={selected || undefined}
      tabIndex={reachable ? 0 : -1}
      onClick={() => onOpen(chat.id)}
      data-chat={chat.id}
      data-testid="chat-row"
      data-name={contact.name}
      data-unread={unread}
    >
      <VisuallyHidden>{spokenRow(chat, selected, now)}</VisuallyHidden>
      <Avatar name={contact.name} hue={contact.hue} />
      <span className={styles.words} aria-hidden>
        <span className={styles.line}>
          <Name text={contact.name} className={styles.name} />
          {contact.keyChange ? (
            <ShieldAlert size={14} strokeWidth={2} className={styles.danger} />
          ) : (
            isVerified(chat) && (
              <ShieldCheck
                size={14}
                strokeWidth={2}
                className={styles.verified}
                data-testid="row-verified"
              />
            )
          )}
          <span className={cx(styles.time, "num")}>{listTime(chat.activityAt, now)}</span>
        </span>
        <span className={styles.line}>
          <Snippet chat={chat} open={selected} />
          <Badge count={unread} label={t("chats.unreadCount", { count: unread })} />
        </span>
      </span>
      {unread > 0 && <span className={styles.dot} />}
    </button>
  );
});

function Snippet({ chat, open }: { chat: ChatView; open: boolean }) {
  const { lead, text, tone, mark } = rowWords(chat, open);
  return (
    <>
      <Mark mark={mark} />
      <span className={cx(styles.snippet, tone === "danger" && styles.danger)}>
        {lead !== null && <span className={cx(tone === "draft" && styles.danger)}>{lead}</span>}
        <Name text={text} />
      </span>
    </>
  );
}

function Mark({ mark }: { mark: RowMark | null }) {
  switch (mark) {
    case "waiting":
      return <Clock size={14} strokeWidth={2} className={styles.mark} />;
    case "sending":
      return <Clock size={14} strokeWidth={2} className={cx(styles.mark, styles.late)} />;
    case "handed":
      return <DashedCheck size={14} className={styles.mark} />;
    case "delivered":
      return <CheckCheck size={14} strokeWidth={2} className={styles.mark} />;
    case "failed":
      return <CircleAlert size={14} strokeWidth={2} className={styles.danger} />;
    case null:
      return null;
  }
}
