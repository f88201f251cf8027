/** What the program is doing before it is open. Nothing is drawn for the first 300 ms. */
import { useEffect, useState } from "react";
import { Progress } from "~/components/Progress";
import { type MessageKey, t } from "~/i18n/t";
import type { StartStep } from "~/ipc/bindings";
import styles from "./StartingScreen.module.css";

const WORDS: Readonly<Record<StartStep, MessageKey>> = {
  keychain: "starting.keychain",
  passphrase: "starting.passphrase",
  history: "starting.history",
  migration: "starting.migration",
};

/** A wait shorter than this needs no words, ms. */
const UNNOTICED_MS = 300;

export function StartingScreen({ step }: { step: StartStep | null }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), UNNOTICED_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <main className={styles.screen} data-testid="starting-screen" data-step={step ?? ""}>
      <h1 className="visually-hidden">{t("starting.title")}</h1>
      {shown && (
        <div className={styles.box} role="status">
          <Progress label={t(WORDS[step ?? "keychain"])} />
          {step === "migration" && <p className="type-small dim">{t("starting.migration.hint")}</p>}
        </div>
      )}
    </main>
  );
}
