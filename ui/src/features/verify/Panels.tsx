/** What takes the place of codes and number: questions, and what came of comparing. */
import {
  CircleHelp,
  type LucideIcon,
  ShieldAlert,
  ShieldCheck,
  ShieldQuestionMark,
} from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { cx } from "~/components/cx";
import { RadioGroup } from "~/components/RadioGroup";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import type { CameFrom, ContactView, Verdict } from "~/ipc/bindings";
import { useContact } from "~/state/selectors";
import styles from "./Panels.module.css";

type Tone = "ok" | "warn" | "danger";

interface PanelProps {
  readonly tone: Tone;
  readonly icon: LucideIcon;
  readonly title: ReactNode;
  readonly children?: ReactNode;
  readonly testid: string;
  /** The panel itself has the focus: nobody has asked for it, so that no key may answer it. */
  readonly focused?: boolean;
}

/** Fills the screen. Its words are spoken as it comes. */
function Panel({ tone, icon: Icon, title, children, testid, focused }: PanelProps) {
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (focused) panel.current?.focus();
  }, [focused]);
  return (
    <div ref={panel} tabIndex={-1} className={cx(styles.panel, styles[tone])} data-testid={testid}>
      <Icon size={56} strokeWidth={1.5} aria-hidden />
      <div role="alert">
        <h3 className="type-title">{title}</h3>
      </div>
      {children && <div className={styles.text}>{children}</div>}
    </div>
  );
}

export interface VerdictPanelProps {
  readonly contact: ContactView;
  readonly verdict: Verdict;
  /** A code of theirs was read: their screen waits for an answer. */
  readonly scanned: boolean;
}

export function VerdictPanel({ contact, verdict, scanned }: VerdictPanelProps) {
  const { name } = contact;
  const values = { name };
  switch (verdict.kind) {
    case "verified":
      return (
        <Panel
          tone="ok"
          icon={ShieldCheck}
          title={<T id={verdict.asks ? "verify.doneAsks" : "verify.done"} values={values} />}
          testid="verify-verified"
        >
          <p>
            <T id="verify.doneText" values={values} />
          </p>
        </Panel>
      );
    case "differs":
      return (
        <Panel
          tone="danger"
          icon={ShieldAlert}
          title={t("verify.mismatch")}
          testid="verify-differs"
          focused
        >
          <p>{t("verify.mismatchText")}</p>
          <ul className={styles.reasons}>
            <li>{t("verify.mismatch.between")}</li>
            <li>
              <T id="verify.mismatch.new" values={values} />
            </li>
            <li>{t("verify.mismatch.old")}</li>
          </ul>
          {scanned && (
            <p>
              <T id="verify.mismatch.tell" values={values} />
            </p>
          )}
        </Panel>
      );
    case "other_contact":
      return <OtherPanel contact={contact} other={verdict.contact} />;
    case "matches":
      return (
        <Panel
          tone="warn"
          icon={ShieldQuestionMark}
          title={t("verify.inside")}
          testid="verify-inside"
          focused
        >
          <p>{t("verify.insideText")}</p>
        </Panel>
      );
    case "matches_other_key":
      return (
        <Panel
          tone="warn"
          icon={ShieldQuestionMark}
          title={t(scanned ? "verify.otherKeyCode" : "verify.otherKeyDigits")}
          testid="verify-other-key"
          focused
        >
          <p>
            <T
              id={scanned ? "verify.otherKeyCodeText" : "verify.otherKeyDigitsText"}
              values={values}
            />
          </p>
        </Panel>
      );
    case "own_code":
    case "expired":
    case "used":
    case "not_comparable":
      return (
        <Panel
          tone="warn"
          icon={ShieldQuestionMark}
          title={t(ENDS[verdict.kind][0])}
          testid={`verify-${verdict.kind}`}
          focused
        >
          <p>
            <T id={ENDS[verdict.kind][1]} values={values} />
          </p>
        </Panel>
      );
  }
}

const ENDS = {
  own_code: ["verify.own", "verify.ownText"],
  expired: ["verify.expired", "verify.expiredText"],
  used: ["verify.used", "verify.usedText"],
  not_comparable: ["verify.notYet", "verify.notYetText"],
} as const;

function OtherPanel({ contact, other }: { contact: ContactView; other: ContactView["id"] }) {
  const found = useContact(other);
  // It may be deleted while this is read.
  const values = { name: contact.name, other: found?.name ?? "?" };
  return (
    <Panel
      tone="danger"
      icon={ShieldAlert}
      title={<T id="verify.other" values={values} />}
      testid="verify-other-contact"
      focused
    >
      <p>
        <T id="verify.otherText" values={values} />
      </p>
      <p>
        <T id="verify.mismatch.tell" values={values} />
      </p>
    </Panel>
  );
}

/** The contact's program has proved that it scanned the code: is it in front of the person? */
export function SeenPanel({ contact: { name } }: { contact: ContactView }) {
  return (
    <Panel
      tone="warn"
      icon={CircleHelp}
      title={<T id="verify.seen" values={{ name }} />}
      testid="verify-seen"
      focused
    >
      <p>
        <T id="verify.seenText" values={{ name }} />
      </p>
    </Panel>
  );
}

export type Where = Exclude<CameFrom, "camera">;

export interface WherePanelProps {
  readonly contact: ContactView;
  readonly byEye: boolean;
  readonly value: Where | null;
  readonly onValue: (where: Where) => void;
}

/** Where what matches came from. Nothing is chosen beforehand: a habit must not answer. */
export function WherePanel({ contact: { name }, byEye, value, onValue }: WherePanelProps) {
  const option = (key: Where, label: ReactNode) => ({ value: key, label, testid: `where-${key}` });
  return (
    <Panel
      tone="warn"
      icon={CircleHelp}
      title={t(byEye ? "verify.whereEye" : "verify.where")}
      testid="verify-where"
    >
      <p>{t("verify.whereText")}</p>
      <div className={styles.where}>
        <RadioGroup
          label={t(byEye ? "verify.whereEye" : "verify.where")}
          hideLabel
          value={value}
          onValueChange={onValue}
          options={[
            option("their_screen", <T id="verify.where.screen" values={{ name }} />),
            option("outside_sotto", <T id="verify.where.outside" values={{ name }} />),
            option("inside_sotto", t("verify.where.inside")),
          ]}
        />
      </div>
    </Panel>
  );
}

/** The answer to where it came from, until it is given. */
export function useWhere(): [Where | null, (where: Where | null) => void] {
  return useState<Where | null>(null);
}
