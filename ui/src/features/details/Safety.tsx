/** The cards that say how safe a chat is: another key, what protects it, whether the key was checked. */
import {
  Atom,
  Clock,
  ClockAlert,
  ShieldAlert,
  ShieldCheck,
  ShieldQuestionMark,
} from "lucide-react";
import { useRef, useState } from "react";
import { AlertDialog } from "~/components/AlertDialog";
import { Button } from "~/components/Button";
import { Card } from "~/components/Card";
import { LearnMore } from "~/components/LearnMore";
import { useDay } from "~/components/useDay";
import { dayMonth } from "~/i18n/format";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import type { ContactView, Inviter } from "~/ipc/bindings";
import { DifferedCard } from "~/parts/DifferedCard";
import {
  askAgain,
  MarkActions,
  MarkQuestion,
  markVerified,
  questionOf,
  useIsPutOff,
} from "~/parts/markVerified";
import { howWords, type VerifiedTrust } from "~/parts/verifiedHow";
import styles from "./Safety.module.css";

export interface SafetyProps {
  readonly contact: ContactView;
  /** Opens the screen on which keys are compared. */
  readonly onVerify: () => void;
}

export function Safety({ contact, onVerify }: SafetyProps) {
  const cards = useRef<HTMLDivElement>(null);
  // A card whose button was pressed is replaced: the focus stays among the cards.
  const stay = () => cards.current?.focus();
  return (
    <div className={styles.cards} ref={cards} tabIndex={-1}>
      {contact.keyChange && (
        <KeyChange contact={contact} seenAt={contact.keyChange.seenAt} onVerify={onVerify} />
      )}
      <TrustCard contact={contact} onDone={stay} onVerify={onVerify} />
      <ProtectionCard contact={contact} />
    </div>
  );
}

function KeyChange({ contact, seenAt, onVerify }: SafetyProps & { seenAt: number }) {
  const now = useDay();
  const verified = contact.trust.kind === "verified";
  return (
    <Card
      tone="danger"
      icon={ShieldAlert}
      title={t(verified ? "chat.keyChanged" : "details.otherKeyTitle")}
      actions={
        <Button size="small" variant="outline" onClick={onVerify} data-testid="details-verify">
          {t(verified ? "verify.again" : "verify.open")}
        </Button>
      }
    >
      <T
        id={verified ? "key.verifiedTitle" : "key.title"}
        values={{ name: contact.name, date: dayMonth(seenAt, now) }}
      />
    </Card>
  );
}

function ProtectionCard({ contact }: { contact: ContactView }) {
  switch (contact.protection) {
    case "plain":
      return <PlainCard contact={contact} />;
    case "pq":
      return contact.session === "ready" ? (
        <Card tone="pq" icon={Atom} title={t("chat.postQuantum")} testid="card-pq">
          {t("details.pqText")}
        </Card>
      ) : (
        <Card icon={Clock} title={t("chat.messagesWait")} testid="card-waiting">
          <T id="details.sessionWaits" values={{ name: contact.name }} />
        </Card>
      );
  }
}

function PlainCard({ contact }: { contact: ContactView }) {
  return (
    <Card tone="warn" icon={ClockAlert} title={t("chat.noForwardSecrecy")} testid="card-plain">
      <p>{t("details.plainText")}</p>
      <LearnMore about={t("chat.noForwardSecrecy")} testid="plain-learn-more">
        <p>{t("details.plainMore")}</p>
        {contact.client === "guide" && <p>{t("details.guideMore")}</p>}
      </LearnMore>
      {contact.client === "guide" && <p className={styles.next}>{t("details.guide")}</p>}
    </Card>
  );
}

interface TrustCardProps extends SafetyProps {
  readonly onDone: () => void;
}

function TrustCard(props: TrustCardProps) {
  const { contact, onVerify } = props;
  const { trust, keyChange } = contact;
  const inviter = questionOf(contact);
  if (inviter) return <LinkCard {...props} inviter={inviter} />;
  // Another key puts the mark in question: the card of the key is enough until it is decided.
  if (trust.kind === "verified" && keyChange) return null;
  if (trust.kind === "verified") return <VerifiedCard {...props} trust={trust} />;
  // The card of a key that is in question offers it.
  if (keyChange) return null;
  if (contact.differedAt !== null) {
    return (
      <DifferedCard
        name={contact.name}
        at={contact.differedAt}
        testid="card-differed"
        actions={
          <Button size="small" variant="outline" onClick={onVerify} data-testid="details-verify">
            {t("verify.again")}
          </Button>
        }
      />
    );
  }
  return (
    <Card
      tone="warn"
      icon={ShieldQuestionMark}
      title={t("chat.notVerified")}
      testid="card-unverified"
      actions={
        <Button size="small" variant="outline" onClick={onVerify} data-testid="details-verify">
          {t("verify.open")}
        </Button>
      }
    >
      {t("details.unverified")}
    </Card>
  );
}

function LinkCard({ contact, inviter, onDone }: TrustCardProps & { inviter: Inviter }) {
  const off = useIsPutOff(contact.id);
  return (
    <Card
      tone="warn"
      icon={ShieldQuestionMark}
      title={t("chat.notVerified")}
      testid="card-by-link"
      actions={
        off ? (
          <Button
            size="small"
            variant="outline"
            onClick={() => {
              askAgain(contact.id);
              onDone();
            }}
            data-testid="mark-again"
          >
            {t("mark.again")}
          </Button>
        ) : (
          <MarkActions contact={contact} onDone={onDone} />
        )
      }
    >
      {off ? t("details.unverified") : <MarkQuestion name={contact.name} inviter={inviter} />}
    </Card>
  );
}

function VerifiedCard(props: TrustCardProps & { trust: VerifiedTrust }) {
  const { contact, trust, onDone, onVerify } = props;
  const { name } = contact;
  const [asking, setAsking] = useState(false);
  const now = useDay();
  const date = dayMonth(trust.at, now);
  return (
    <>
      <Card
        tone="ok"
        icon={ShieldCheck}
        title={t("chat.verified")}
        testid="card-verified"
        actions={
          <>
            <Button size="small" onClick={() => setAsking(true)} data-testid="remove-mark">
              {t("details.removeMark")}
            </Button>
            <Button size="small" variant="outline" onClick={onVerify} data-testid="details-verify">
              {t("verify.number")}
            </Button>
          </>
        }
      >
        <T id={howWords(trust)} values={{ name, date }} />
      </Card>
      <AlertDialog
        open={asking}
        onOpenChange={setAsking}
        title={<T id="details.removeMarkTitle" values={{ name }} />}
        action={t("details.removeMark")}
        onAction={async () => {
          await markVerified(contact.id, false);
          setAsking(false);
          onDone();
        }}
        danger
        testid="remove-mark-dialog"
      >
        <T id="details.removeMarkText" values={{ name }} />
      </AlertDialog>
    </>
  );
}
