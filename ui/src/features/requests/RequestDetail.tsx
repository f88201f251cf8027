/** One request: who says to be writing, with which key, the texts, and Accept, Delete, Block. */

import { Ban, Check, ShieldQuestionMark, Trash2, TriangleAlert } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { AlertDialog } from "~/components/AlertDialog";
import { Avatar } from "~/components/Avatar";
import { Bdi } from "~/components/Bdi";
import { Button } from "~/components/Button";
import { Card } from "~/components/Card";
import { CopyField } from "~/components/CopyField";
import { Fault } from "~/components/Fault";
import { showToast } from "~/components/Toast";
import { errorSentence } from "~/i18n/errors";
import { dateTime, machineTime } from "~/i18n/format";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import type { ChatId, ChatView, RequestView } from "~/ipc/bindings";
import { ipc } from "~/ipc/client";
import { NameDialog } from "~/parts/NameDialog";
import who from "~/parts/Who.module.css";
import { chatName } from "~/state/chatKind";
import { useChat } from "~/state/selectors";
import { useAction } from "~/state/useAction";
import styles from "./RequestDetail.module.css";

export interface RequestDetailProps {
  readonly request: RequestView;
  /** The request is gone. */
  readonly onDecided: () => void;
  readonly onOpenChat: (chat: ChatId) => void;
}

export function RequestDetail({ request, onDecided, onOpenChat }: RequestDetailProps) {
  const [asking, setAsking] = useState<"accept" | "block" | null>(null);
  const claimed = useChat(request.claims);
  const { busy, failed, run } = useAction();
  const name = useRef<HTMLHeadingElement>(null);

  useEffect(() => name.current?.focus(), []);

  const remove = async (): Promise<void> => {
    if (!(await run(() => ipc.deleteRequest(request.id)))) return;
    showToast({ text: t("requests.deleted") });
    onDecided();
  };
  const block = async (): Promise<void> => {
    if (await run(() => ipc.blockRequest(request.id))) onDecided();
    setAsking(null);
  };

  return (
    <article className={styles.request} data-testid="request-detail">
      <div className={who.who}>
        <Avatar name={request.userId} hue={request.hue} size={56} />
        <div className={who.words}>
          <span className="type-caption dim">{t("requests.says")}</span>
          <h2 ref={name} tabIndex={-1} className={styles.name}>
            <Bdi text={request.userId} />
          </h2>
          <span className="type-caption dim">
            {t("requests.first", { time: dateTime(request.firstAt) })}
          </span>
        </div>
      </div>
      {claimed ? (
        <Claim chat={claimed} held={request.texts.length} onOpenChat={onOpenChat} />
      ) : (
        <Card tone="warn" icon={ShieldQuestionMark} title={t("requests.unchecked")} />
      )}
      <Texts request={request} />
      <CopyField
        label={t("requests.fingerprint")}
        value={request.fingerprint}
        grouped={4}
        testid="request-fingerprint"
      />
      <CopyField label={t("requests.key")} value={request.publicKey} testid="request-public-key" />
      <Fault words={failed && errorSentence(failed)} />
      <div className={styles.actions}>
        {!claimed && (
          <Button
            variant="primary"
            icon={Check}
            onClick={() => setAsking("accept")}
            data-testid="request-accept"
          >
            {t("requests.accept")}
          </Button>
        )}
        <Button
          icon={Trash2}
          busy={busy}
          onClick={() => void remove()}
          data-testid="request-delete"
        >
          {t("requests.delete")}
        </Button>
        <Button
          variant="ghost"
          icon={Ban}
          onClick={() => setAsking("block")}
          data-testid="request-block"
        >
          {t("requests.block")}
        </Button>
      </div>
      <NameDialog
        open={asking === "accept"}
        onClose={() => setAsking(null)}
        title={t("requests.accept.title")}
        description={t("requests.accept.text")}
        label={t("requests.accept.name")}
        hint={<T id="requests.accept.hint" values={{ id: request.userId }} />}
        initial=""
        action={t("requests.accept")}
        onName={async (given) => onOpenChat(await ipc.acceptRequest(request.id, given))}
        testid="request-accept"
      />
      <AlertDialog
        open={asking === "block"}
        onOpenChange={(open) => !open && setAsking(null)}
        title={t("requests.block.title")}
        action={t("requests.block")}
        danger
        onAction={block}
        testid="request-block-dialog"
      >
        {t("requests.block.text")}
      </AlertDialog>
    </article>
  );
}

interface ClaimProps {
  readonly chat: ChatView;
  readonly held: number;
  readonly onOpenChat: (chat: ChatId) => void;
}

/** Another key under a contact's name: the decision is made in the chat of that contact. */
function Claim({ chat, held, onOpenChat }: ClaimProps) {
  const name = chatName(chat);
  return (
    <Card
      tone="danger"
      icon={TriangleAlert}
      title={<T id="requests.claims" values={{ name }} />}
      testid="request-claims"
      actions={
        <Button size="small" variant="outline" onClick={() => onOpenChat(chat.id)}>
          {t("requests.open_chat", { name })}
        </Button>
      }
    >
      <p>
        <T id="requests.claims.text" values={{ name }} />
      </p>
      <p>
        <T id="requests.held" values={{ count: held, name }} />
      </p>
    </Card>
  );
}

/** The texts exactly as they came: no links, no markup. */
function Texts({ request }: { request: RequestView }) {
  return (
    <section aria-label={t("requests.texts")} className={styles.texts}>
      {request.texts.map((text, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: texts are only ever added at the end
          key={index}
          className={styles.text}
          data-testid="request-text"
        >
          <p dir="auto" className={styles.body}>
            {text.text}
          </p>
          <time className={styles.time} dateTime={machineTime(text.at)}>
            {dateTime(text.at)}
          </time>
        </div>
      ))}
    </section>
  );
}
