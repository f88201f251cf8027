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
import { type MessageKey, t } from "~/i18n/t";
import type { ContactView, Inviter, Trust } from "~/ipc/bindings";
import {
  askAgain,
  MarkActions,
  MarkQuestion,
  markVerified,
  questionOf,
  useIsPutOff,
} from "~/parts/markVerified";
import styles from "./Safety.module.css";

export function Safety({ contact }: { contact: ContactView }) {
  const cards = useRef<HTMLDivElement>(null);
  // A card whose button was pressed is replaced: the focus stays among the cards.
  const stay = () => cards.current?.focus();
  return (
    <div className={styles.cards} ref={cards} tabIndex={-1}>
      {contact.keyChange && <KeyChange contact={contact} seenAt={contact.keyChange.seenAt} />}
      <TrustCard contact={contact} onDone={stay} />
      <ProtectionCard contact={contact} />
    </div>
  );
}

function KeyChange({ contact, seenAt }: { contact: ContactView; seenAt: number }) {
  const now = useDay();
  const verified = contact.trust.kind === "verified";
  return (
    <Card
      tone="danger"
      icon={ShieldAlert}
      title={t(verified ? "chat.keyChanged" : "details.otherKeyTitle")}
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
      {contact.trust.kind === "unverified" && (
        <p className={styles.next}>{t("details.unverified")}</p>
      )}
      {contact.client === "guide" && <p className={styles.next}>{t("details.guide")}</p>}
    </Card>
  );
}

interface TrustCardProps {
  contact: ContactView;
  onDone: () => void;
}

function TrustCard({ contact, onDone }: TrustCardProps) {
  const { trust, protection, name, keyChange } = contact;
  const inviter = questionOf(contact);
  if (inviter) return <LinkCard contact={contact} inviter={inviter} onDone={onDone} />;
  // Another key puts the mark in question: the card of the key is enough until it is decided.
  if (trust.kind === "verified" && keyChange) return null;
  if (trust.kind === "verified")
    return <VerifiedCard contact={contact} trust={trust} onDone={onDone} />;
  // The card of a plain chat says it.
  if (protection === "plain") return null;
  return (
    <Card
      tone="warn"
      icon={ShieldQuestionMark}
      title={t("chat.notVerified")}
      testid="card-unverified"
    >
      <p>{t("details.unverified")}</p>
      <p className={styles.next}>
        <T id="details.compare" values={{ name }} />
      </p>
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

type Verified = Extract<Trust, { kind: "verified" }>;

/** The sentence that says how a contact was verified, and by whom. */
function howWords({ how, by }: Verified): MessageKey {
  switch (how) {
    case "code":
      return "details.verifiedCode";
    case "affirmed":
      return "details.verifiedAffirmed";
    case "scan":
      return by === "me" ? "details.verifiedScan" : "details.verifiedTheirScan";
    case "picture":
      return "details.verifiedPicture";
    case "digits":
      return "details.verifiedDigits";
    case "voice":
      return "details.verifiedVoice";
  }
}

function VerifiedCard({ contact, trust, onDone }: TrustCardProps & { trust: Verified }) {
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
          <Button
            size="small"
            variant="outline"
            onClick={() => setAsking(true)}
            data-testid="remove-mark"
          >
            {t("details.removeMark")}
          </Button>
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
