/**
 * The verification screen: whether the keys that protect a chat are those of the person. Codes on one
 * side, the number on the other, and in their place whatever has to be asked or was found.
 */
import {
  Camera,
  QrCode as QrIcon,
  ShieldAlert,
  ShieldCheck,
  ShieldQuestionMark,
} from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Avatar } from "~/components/Avatar";
import { Button } from "~/components/Button";
import { Card } from "~/components/Card";
import { Dialog } from "~/components/Dialog";
import { Fault } from "~/components/Fault";
import { Tabs } from "~/components/Tabs";
import { useDay } from "~/components/useDay";
import { errorSentence } from "~/i18n/errors";
import { dayMonth } from "~/i18n/format";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import type { ChatView, ContactView, SafetyNumberView } from "~/ipc/bindings";
import { ipc } from "~/ipc/client";
import { DifferedCard } from "~/parts/DifferedCard";
import { useNextOutside } from "~/parts/outside";
import { howWords } from "~/parts/verifiedHow";
import { contactOf } from "~/state/chatKind";
import { useKept } from "~/state/useKept";
import { useSettled } from "~/state/useSettled";
import { OwnCodePanel, useOwnCode } from "./OwnCode";
import { SeenPanel, useWhere, VerdictPanel, WherePanel } from "./Panels";
import { SafetyNumber } from "./SafetyNumber";
import { ScanPanel } from "./ScanPanel";
import { useVerify, type Verify } from "./useVerify";
import styles from "./Verify.module.css";

export interface VerifyDialogProps {
  /** The chat with whom is to be verified; null closes the dialog. */
  readonly chat: ChatView | null;
  readonly onClose: () => void;
  readonly onBlock: (chat: ChatView) => void;
}

export function VerifyDialog({ chat, onClose, onBlock }: VerifyDialogProps) {
  const shown = useKept(chat);
  const [round, setRound] = useState(0);
  const [was, setWas] = useState(chat !== null);
  // Each opening begins anew; what it ended with stays while it fades out.
  if ((chat !== null) !== was) {
    setWas(chat !== null);
    if (chat !== null) setRound(round + 1);
  }
  if (!shown) return null;
  return (
    <OneRound
      key={`${round}-${shown.id}`}
      open={chat !== null}
      contact={contactOf(shown)}
      chat={shown}
      onClose={onClose}
      onBlock={() => onBlock(shown)}
    />
  );
}

interface RoundProps {
  readonly open: boolean;
  readonly chat: ChatView;
  readonly contact: ContactView;
  readonly onClose: () => void;
  readonly onBlock: () => void;
}

/** What of the number is known: nothing yet, the number, or that there is none. */
type Number = SafetyNumberView | "early" | null;

const sameNumber = (one: Number, other: SafetyNumberView): boolean =>
  one !== null && one !== "early" && one.digits === other.digits && one.whole === other.whole;

function useNumber({ chat, contact, open }: RoundProps): Number {
  const [number, setNumber] = useState<Number>(null);
  const { id } = chat;
  // Whatever is told of the contact may be that all its keys are known now: then it is another number.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    if (!open) return;
    let wanted = true;
    ipc.safetyNumber(id).then(
      (found) => wanted && setNumber((known) => (sameNumber(known, found) ? known : found)),
      () => wanted && setNumber("early"),
    );
    return () => {
      wanted = false;
    };
  }, [id, open, contact]);
  return number;
}

function OneRound(props: RoundProps) {
  const { open, contact, onClose } = props;
  const { name } = contact;
  const verify = useVerify(contact.id);
  const number = useNumber(props);
  // While another key is in question the own code would be for the old one: theirs has to be scanned.
  const changed = contact.keyChange !== null;
  const shown = open && number !== null && number !== "early" && !changed ? number.digits : null;
  const own = useOwnCode(contact, shown);
  const [tab, setTab] = useState<"mine" | "scan">(changed ? "scan" : "mine");
  const [where, setWhere] = useWhere();
  const first = useRef<HTMLElement>(null);
  const { step } = verify;
  const asked = contact.verifyAsked !== null && step.kind !== "verdict";
  // A code that was dropped, or that the system opened: where it came from is asked.
  useNextOutside(
    open && !verify.busy && step.kind === "compare" && !asked,
    (item) => {
      if (item.kind !== "link" || !isVerifyCode(item.link)) return false;
      verify.given(item.link);
      return true;
    },
    null,
  );
  const settled = useSettled(asked ? SEEN : null);
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      width={880}
      divided
      initialFocus={first}
      lead={<Avatar name={name} hue={contact.hue} size={44} />}
      title={<T id="verify.title" values={{ name }} />}
      description={<T id="verify.text" values={{ name }} />}
      testid="verify-dialog"
      footer={
        <Footer
          {...props}
          verify={verify}
          number={number}
          asked={asked}
          settled={settled}
          where={where}
          onAgain={() => {
            // The code that was answered for is over.
            if (step.kind === "verdict" && step.read === null) own.another();
            setWhere(null);
            verify.back();
          }}
        />
      }
    >
      {asked ? (
        <>
          <SeenPanel contact={contact} />
          <Fault words={verify.fault && errorSentence(verify.fault)} />
        </>
      ) : step.kind === "where" ? (
        <>
          <WherePanel contact={contact} byEye={step.read.byEye} value={where} onValue={setWhere} />
          <Fault words={verify.fault && errorSentence(verify.fault)} />
        </>
      ) : step.kind === "verdict" ? (
        <VerdictPanel
          contact={contact}
          verdict={step.verdict}
          scanned={step.read?.kind === "code"}
        />
      ) : (
        <div className={styles.columns}>
          <div className={styles.codes}>
            <Tabs
              label={t("verify.ways")}
              value={tab}
              onValueChange={setTab}
              chosenRef={first}
              panelClassName={styles.panel}
              tabs={[
                {
                  value: "mine",
                  label: t("verify.way.mine"),
                  icon: QrIcon,
                  testid: "verify-way-mine",
                  panel:
                    number === "early" ? (
                      <Early contact={contact} />
                    ) : changed ? (
                      <OtherKey contact={contact} />
                    ) : (
                      <OwnCodePanel contact={contact} own={own} />
                    ),
                },
                {
                  value: "scan",
                  label: t("verify.way.scan"),
                  icon: Camera,
                  testid: "verify-way-scan",
                  panel:
                    number === "early" ? (
                      <Early contact={contact} />
                    ) : (
                      <ScanPanel verify={verify} />
                    ),
                },
              ]}
            />
          </div>
          <NumberColumn
            contact={contact}
            number={number}
            verify={verify}
            scanning={tab === "scan"}
          />
        </div>
      )}
    </Dialog>
  );
}

/** One object for as long as the question stands: `useSettled` waits anew for another one. */
const SEEN = {};

const isVerifyCode = (link: string): boolean => /^\s*sotto:(?:\/\/)?verify/i.test(link);

function OtherKey({ contact: { name } }: { contact: ContactView }) {
  return (
    <div className={styles.empty}>
      <p>
        <T id="verify.otherKey" values={{ name }} />
      </p>
    </div>
  );
}

function Early({ contact: { name } }: { contact: ContactView }) {
  return (
    <div className={styles.empty} data-testid="verify-early">
      <p>{t("verify.early")}</p>
      <p>
        <T id="verify.earlyText" values={{ name }} />
      </p>
    </div>
  );
}

interface NumberColumnProps {
  readonly contact: ContactView;
  readonly number: Number;
  readonly verify: Verify;
  readonly scanning: boolean;
}

function NumberColumn({ contact, number, verify, scanning }: NumberColumnProps) {
  const { name, keyChange } = contact;
  const shown = number !== null && number !== "early" ? number : null;
  return (
    <div className={styles.number}>
      {shown && <SafetyNumber digits={shown.digits} />}
      <StateNote contact={contact} />
      {shown && !shown.whole && contact.client !== "guide" && (
        <p className="dim">{t("verify.part")}</p>
      )}
      {!keyChange && (
        <ol className={styles.steps}>
          <li>{t("verify.step.scan")}</li>
          <li>
            <T id="verify.step.call" values={{ name }} />
          </li>
          <li>{t("verify.step.end")}</li>
        </ol>
      )}
      {/* In the other tab it stands beside what was refused. */}
      {!scanning && <Fault words={verify.fault && errorSentence(verify.fault)} />}
    </div>
  );
}

/** How the contact stands now. */
function StateNote({ contact }: { contact: ContactView }) {
  const { trust, keyChange, name } = contact;
  const now = useDay();
  if (keyChange) {
    return (
      <Card tone="danger" icon={ShieldAlert} title={t("chat.otherKey")} testid="verify-key-change">
        <T id="verify.otherKey" values={{ name }} />
      </Card>
    );
  }
  if (trust.kind === "verified") {
    return (
      <Card tone="ok" icon={ShieldCheck} title={t("chat.verified")} testid="verify-state-verified">
        <T id={howWords(trust)} values={{ name, date: dayMonth(trust.at, now) }} />{" "}
        {t("verify.still")}
      </Card>
    );
  }
  if (contact.differedAt !== null) {
    return <DifferedCard name={name} at={contact.differedAt} testid="verify-state-differed" />;
  }
  return (
    <Card
      tone="warn"
      icon={ShieldQuestionMark}
      title={t("chat.notVerified")}
      testid="verify-state-unverified"
    >
      {t("details.unverified")}
    </Card>
  );
}

type FooterProps = RoundProps & {
  readonly verify: Verify;
  readonly number: Number;
  readonly asked: boolean;
  /** Whether the question has been there long enough to be answered. */
  readonly settled: boolean;
  readonly where: ReturnType<typeof useWhere>[0];
  readonly onAgain: () => void;
};

function Footer(props: FooterProps) {
  const { verify, asked, settled, where, onAgain } = props;
  const { step, busy } = verify;
  if (asked) {
    return (
      <>
        <Button
          held={!settled}
          onClick={() => verify.answerSeen(false)}
          data-testid="verify-seen-no"
        >
          {t("verify.seen.no")}
        </Button>
        <Button
          variant="primary"
          held={!settled}
          busy={busy}
          onClick={() => verify.answerSeen(true)}
          data-testid="verify-seen-yes"
        >
          {t("verify.seen.yes")}
        </Button>
      </>
    );
  }
  switch (step.kind) {
    case "compare":
      return <CompareFooter {...props} />;
    case "where":
      return (
        <>
          <Button onClick={onAgain} data-testid="verify-where-back">
            {t("common.cancel")}
          </Button>
          <Button
            variant="primary"
            held={where === null}
            busy={busy}
            onClick={() => where && verify.answerWhere(where)}
            data-testid="verify-where-go"
          >
            {t("verify.where.go")}
          </Button>
        </>
      );
    case "verdict":
      return <VerdictFooter {...props} kind={step.verdict.kind} />;
  }
}

function CompareFooter({ contact, verify, number, onClose }: FooterProps) {
  const shown = number !== null && number !== "early" ? number : null;
  // The number is that of the old key: it says nothing of the one in question.
  const byEye = shown !== null && contact.keyChange === null;
  return (
    <>
      {byEye && (
        <Button
          variant="outline"
          className={styles.differ}
          onClick={verify.theyDiffer}
          data-testid="verify-differ"
        >
          {t("verify.differ")}
        </Button>
      )}
      <Button onClick={onClose} data-testid="verify-later">
        {t("verify.later")}
      </Button>
      {byEye && (
        <Button
          variant="primary"
          icon={ShieldCheck}
          busy={verify.busy}
          onClick={() => verify.matchesByEye(shown.digits)}
          data-testid="verify-match"
        >
          {t("verify.match")}
        </Button>
      )}
    </>
  );
}

function VerdictFooter(props: FooterProps & { kind: string }) {
  const { kind, contact, verify, onClose, onBlock, onAgain } = props;
  // The button that was pressed is gone; the one that ends it is next. Of what is wrong the panel has the
  // focus: a key that was meant for a field must not take it away unread.
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (kind === "verified") first.current?.focus();
  }, [kind]);
  // What was read differs, and a mark of before still stands.
  const stands = kind === "differs" && contact.trust.kind === "verified";
  if (kind === "verified") {
    return (
      <Button ref={first} variant="primary" onClick={onClose} data-testid="verify-done">
        {t("verify.ok")}
      </Button>
    );
  }
  return (
    <>
      {kind === "differs" && (
        <Button
          variant="outline"
          className={styles.differ}
          onClick={onBlock}
          data-testid="verify-block"
        >
          {t("verify.block")}
        </Button>
      )}
      <Button
        busy={stands && verify.busy}
        onClick={stands ? verify.theyDiffer : onClose}
        data-testid={stands ? "verify-take-back" : "verify-keep"}
      >
        {t(stands ? "details.removeMark" : kind === "differs" ? "verify.keep" : "common.close")}
      </Button>
      <Button variant="primary" onClick={onAgain} data-testid="verify-try-again">
        {t("verify.tryAgain")}
      </Button>
    </>
  );
}
