/** A new passphrase, typed twice, with its strength in words and the warning that nobody can reset it. */
import { TriangleAlert } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Card } from "~/components/Card";
import { cx } from "~/components/cx";
import { RevealButton } from "~/components/RevealButton";
import { TextField } from "~/components/TextField";
import { type MessageKey, t } from "~/i18n/t";
import type { Draft, PassphraseFault } from "./draft";
import styles from "./Steps.module.css";
import { type Strength, strengthOf, strengthWord } from "./strength";

export interface PassphraseFieldsProps {
  readonly draft: Draft;
  readonly change: (patch: Partial<Draft>) => void;
  readonly fault: PassphraseFault | null;
}

const FAULTS: Readonly<Record<PassphraseFault, MessageKey>> = {
  short: "onboarding.passphrase.short",
  differ: "onboarding.passphrase.differ",
};

const ORDER: readonly Strength[] = ["very_weak", "weak", "fair", "good", "strong"];

export function PassphraseFields({ draft, change, fault }: PassphraseFieldsProps) {
  const [shown, setShown] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const type = shown ? "text" : "password";
  return (
    <>
      <TextField
        ref={first}
        label={t("onboarding.passphrase.label")}
        type={type}
        autoComplete="new-password"
        spellCheck={false}
        value={draft.passphrase}
        error={fault === "short" && t(FAULTS.short)}
        hint={<StrengthMeter passphrase={draft.passphrase} />}
        onChange={(event) => change({ passphrase: event.currentTarget.value })}
        data-testid="onboarding-passphrase"
        end={<RevealButton shown={shown} onChange={setShown} />}
      />
      <TextField
        label={t("onboarding.passphrase.again")}
        type={type}
        autoComplete="new-password"
        spellCheck={false}
        value={draft.again}
        error={fault === "differ" && t(FAULTS.differ)}
        onChange={(event) => change({ again: event.currentTarget.value })}
        data-testid="onboarding-passphrase-again"
      />
      <Card tone="warn" icon={TriangleAlert} title={t("onboarding.passphrase.warning")}>
        {t("onboarding.passphrase.warning.text")}
      </Card>
    </>
  );
}

function StrengthMeter({ passphrase }: { passphrase: string }) {
  if (passphrase === "") return t("onboarding.strength.hint");
  const strength = strengthOf(passphrase);
  const filled = ORDER.indexOf(strength) + 1;
  return (
    <>
      <span className={styles.bar} aria-hidden>
        {ORDER.map((part, index) => (
          <span key={part} className={cx(styles.part, index < filled && styles.filled)} />
        ))}
      </span>
      <span data-testid="onboarding-strength">
        {t("onboarding.strength", { strength: t(strengthWord[strength]) })}
      </span>
    </>
  );
}
