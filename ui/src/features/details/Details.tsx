import type { LucideIcon } from "lucide-react";
import { Ban, Eraser, Pencil, Trash2, X } from "lucide-react";
import { Avatar } from "~/components/Avatar";
import { Bdi } from "~/components/Bdi";
import { CopyField } from "~/components/CopyField";
import { cx } from "~/components/cx";
import { IconButton } from "~/components/IconButton";
import { useDay } from "~/components/useDay";
import { dayMonth } from "~/i18n/format";
import { t } from "~/i18n/t";
import type { ChatView, ContactView } from "~/ipc/bindings";
import { Fingerprint } from "~/parts/Fingerprint";
import { contactOf } from "~/state/chatKind";
import styles from "./Details.module.css";
import { KeyHistory } from "./KeyHistory";
import { Safety } from "./Safety";

export type DetailsAct = "rename" | "clear" | "block" | "delete";

export interface DetailsProps {
  chat: ChatView;
  onClose: () => void;
  /** Opens the screen on which keys are compared. */
  onVerify: () => void;
  onAct: (act: DetailsAct) => void;
}

/** All about one contact: who, how safe, which key, what can be done. */
export function Details({ chat, onClose, onVerify, onAct }: DetailsProps) {
  const contact = contactOf(chat);
  const now = useDay();
  return (
    <aside className={styles.details} aria-label={t("details.title")} data-testid="details">
      <div className={styles.head}>
        <h2 className="type-heading">{t("details.title")}</h2>
        <IconButton icon={X} label={t("common.close")} onClick={onClose} />
      </div>
      <div className={styles.body}>
        <div className={styles.person}>
          <Avatar name={contact.name} hue={contact.hue} size={80} />
          <p className={cx("type-heading", styles.name)}>
            <Bdi text={contact.name} />
          </p>
          <p className="type-caption dim">
            {t("details.added", { date: dayMonth(contact.addedAt, now) })}
          </p>
          {/* As it stands wherever else the contact does. */}
          <p className="dim" data-testid="details-print">
            <Fingerprint digits={contact.fingerprint} />
          </p>
        </div>
        <Safety contact={contact} onVerify={onVerify} />
        <hr className={styles.line} />
        <Act icon={Pencil} act="rename" label={t("chat.rename")} onAct={onAct} />
        <Act icon={Eraser} act="clear" label={t("chat.clear")} onAct={onAct} danger />
        <Act
          icon={Ban}
          act="block"
          label={contact.blocked ? t("chat.unblock") : t("chat.block")}
          onAct={onAct}
        />
        <Act icon={Trash2} act="delete" label={t("chat.delete")} onAct={onAct} danger />
        <hr className={styles.line} />
        <Keys contact={contact} />
      </div>
    </aside>
  );
}

/** What programs know the contact by, for whoever compares or copies it. */
function Keys({ contact }: { contact: ContactView }) {
  return (
    <details className={styles.advanced} data-testid="details-advanced">
      <summary>{t("details.advanced")}</summary>
      <div className={styles.fields}>
        {contact.userId !== contact.accountId && (
          <CopyField label={t("details.id")} value={contact.userId} testid="details-id" />
        )}
        {contact.accountId !== null && (
          <CopyField
            label={t("details.accountId")}
            value={contact.accountId}
            testid="details-account-id"
          />
        )}
        <CopyField
          label={t("details.fingerprint")}
          value={contact.fingerprint}
          grouped={4}
          testid="details-fingerprint"
        />
        {contact.publicKey !== null && (
          <CopyField
            label={t("details.publicKey")}
            value={contact.publicKey}
            testid="details-key"
          />
        )}
        <KeyHistory key={contact.id} contact={contact} />
      </div>
    </details>
  );
}

interface ActProps {
  icon: LucideIcon;
  act: DetailsAct;
  label: string;
  danger?: boolean;
  onAct: (act: DetailsAct) => void;
}

function Act({ icon: Icon, act, label, danger, onAct }: ActProps) {
  return (
    <button
      type="button"
      className={cx(styles.act, danger && styles.danger)}
      onClick={() => onAct(act)}
      data-testid={`details-${act}`}
    >
      <Icon size={18} strokeWidth={1.8} aria-hidden />
      {label}
    </button>
  );
}
