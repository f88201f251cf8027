import { useEffect, useState } from "react";
import { Bdi } from "~/components/Bdi";
import { CopyField } from "~/components/CopyField";
import { Dialog } from "~/components/Dialog";
import { LearnMore } from "~/components/LearnMore";
import { Spinner } from "~/components/Spinner";
import { dateTime } from "~/i18n/format";
import { t } from "~/i18n/t";
import type {
  ContactView,
  MessageId,
  MessageInfo,
  MessageState,
  Protection,
  RecipientView,
} from "~/ipc/bindings";
import { ipc } from "~/ipc/client";
import { relayName } from "~/parts/relayWords";
import { useContact, useMoved } from "~/state/selectors";
import styles from "./MessageInfoDialog.module.css";
import { recipientWords, stateWords } from "./messageWords";

export interface MessageInfoDialogProps {
  /** Null while it is closed. */
  message: MessageId | null;
  contact: ContactView;
  onClose: () => void;
}

/** All that is known of one message: times, way, protection, key. */
export function MessageInfoDialog({ message, contact, onClose }: MessageInfoDialogProps) {
  return (
    <Dialog
      open={message !== null}
      onOpenChange={(open) => !open && onClose()}
      title={t("info.title")}
      testid="message-info"
    >
      {message !== null && <Facts key={message} message={message} contact={contact} />}
    </Dialog>
  );
}

function Facts({ message, contact }: { message: MessageId; contact: ContactView }) {
  const [info, setInfo] = useState<MessageInfo | "failed" | null>(null);
  const moved = useMoved();
  useEffect(() => {
    let late = false;
    ipc.messageInfo(message).then(
      (found) => !late && setInfo(found),
      () => !late && setInfo("failed"),
    );
    return () => {
      late = true;
    };
  }, [message]);
  if (info === null) return <Spinner label={t("list.loading")} />;
  if (info === "failed") return <p role="alert">{t("info.failed")}</p>;
  return (
    <div className={styles.info}>
      <dl className={styles.facts}>
        {facts(info, contact, moved).map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className="num">{value}</dd>
          </div>
        ))}
        {info.recipients.length > 1 &&
          info.recipients.map((one) => <Recipient key={one.contact} recipient={one} />)}
      </dl>
      {info.protection === "plain" && (
        <LearnMore about={t("chat.noForwardSecrecy")}>
          <p className="dim">{t("details.plainMore")}</p>
        </LearnMore>
      )}
      {info.fingerprint !== null && (
        <CopyField label={printLabel(info)} value={info.fingerprint} grouped={4} />
      )}
      <CopyField label={t("info.id")} value={info.publicId} testid="info-id" />
    </div>
  );
}

function protectionWords(protection: Protection): string {
  switch (protection) {
    case "plain":
      return t("info.plain");
    case "pq":
      return t("info.pq");
  }
}

/** What the fingerprint is of: one key, or the whole identity behind a secure session. */
function printLabel({ message, protection }: MessageInfo): string {
  const own = message.direction === "out";
  switch (protection) {
    case "plain":
      return own ? t("info.keySent") : t("info.keyReceived");
    case "pq":
      return own ? t("info.identitySent") : t("info.identityReceived");
  }
}

/** Since when a message to one person alone is in this state, if it is. */
function reached({ recipients }: MessageInfo, state: MessageState): string | null {
  const [only, ...others] = recipients;
  if (others.length > 0 || only?.state !== state || only.stateAt === null) return null;
  return dateTime(only.stateAt);
}

/** How far a message to several came with one of them. */
function Recipient({ recipient }: { recipient: RecipientView }) {
  const contact = useContact(recipient.contact);
  return (
    <div data-testid="info-recipient">
      <dt>{contact ? <Bdi text={contact.name} /> : t("info.recipient.gone")}</dt>
      <dd className="num">{recipientWords(recipient)}</dd>
    </div>
  );
}

function facts(
  info: MessageInfo,
  contact: ContactView,
  moved: boolean,
): [label: string, value: string][] {
  const own = info.message.direction === "out";
  const all: [string, string | null | undefined][] = [
    [own ? t("info.typed") : t("info.received"), dateTime(info.createdAt)],
    [t("info.relaySays"), info.relayAt !== null ? dateTime(info.relayAt) : null],
    [t("info.state"), stateWords(info.message, contact, moved)?.text],
    [t("info.handed"), reached(info, "handed")],
    [t("info.delivered"), reached(info, "delivered")],
    [t("info.relay"), info.relay === null ? null : relayName(info.relay)],
    [t("info.protection"), protectionWords(info.protection)],
    [t("info.size"), t("info.bytes", { count: info.sizeBytes })],
  ];
  return all.filter((fact): fact is [string, string] => Boolean(fact[1]));
}
