/** What the screens of the first start share: title, place among the five, Back and Continue. */
import { type FormEvent, type ReactNode, useEffect, useRef } from "react";
import { Button } from "~/components/Button";
import { Screen } from "~/components/Screen";
import { t } from "~/i18n/t";
import { STEPS, type Step } from "./draft";
import styles from "./Steps.module.css";

export interface StepFrameProps {
  readonly step: Step;
  readonly title: string;
  readonly text?: ReactNode;
  /** Above the title. */
  readonly mark?: ReactNode;
  readonly children?: ReactNode;
  /** Absent on the first and the last screen. */
  readonly onBack?: (() => void) | undefined;
  readonly onContinue: () => void;
  readonly continueLabel?: string;
  readonly busy?: boolean;
  readonly blocked?: boolean;
  readonly more?: ReactNode;
}

export function StepFrame(props: StepFrameProps) {
  const { step, title, text, mark, children, onBack, onContinue, busy = false } = props;
  const form = useRef<HTMLFormElement>(null);

  // The first field has the focus, on a screen without one the primary button: Enter goes on.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each screen
  useEffect(() => {
    const inputs = 'input:not([type="radio"]), input:checked';
    const first = form.current?.querySelector<HTMLElement>(inputs);
    (first ?? form.current?.querySelector<HTMLElement>("button"))?.focus();
  }, [step]);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!busy) onContinue();
  };
  return (
    <Screen title={title} testid={`onboarding-step-${step}`} mark={mark}>
      <form ref={form} className={styles.form} onSubmit={submit} noValidate>
        {text && <p className="dim">{text}</p>}
        {children}
        <div className={styles.actions}>
          {!props.blocked && (
            <Button type="submit" variant="primary" busy={busy} data-testid="onboarding-continue">
              {props.continueLabel ?? t("onboarding.continue")}
            </Button>
          )}
          {props.more}
          {onBack && (
            <Button onClick={onBack} disabled={busy} data-testid="onboarding-back">
              {t("onboarding.back")}
            </Button>
          )}
          <span className={styles.place}>
            {t("onboarding.step", { step: STEPS.indexOf(step) + 1, count: STEPS.length })}
          </span>
        </div>
      </form>
    </Screen>
  );
}
