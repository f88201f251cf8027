/** One's own code for a contact: a new one at each opening, for one scan, good while it is shown. */
import { RotateCw } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "~/components/Button";
import { Progress } from "~/components/Progress";
import { errorSentence } from "~/i18n/errors";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";
import type { ContactView } from "~/ipc/bindings";
import { codeOf, ipc } from "~/ipc/client";
import type { OwnCode as Code } from "~/ipc/commands";
import { QrCode } from "~/parts/QrCode";
import { useNow } from "~/state/useNow";
import styles from "./Verify.module.css";

export type OwnCodeState =
  | { readonly kind: "making" }
  | { readonly kind: "shown"; readonly code: Code }
  | { readonly kind: "refused"; readonly words: string };

export interface OwnCodeRun {
  readonly state: OwnCodeState;
  readonly another: () => void;
}

/**
 * Shows a code for as long as it is on the screen: of those keys whose number stands beside it, null
 * while there is none.
 */
export function useOwnCode(contact: ContactView, number: string | null): OwnCodeRun {
  const { id } = contact;
  const [state, setState] = useState<OwnCodeState>({ kind: "making" });
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another round makes another code
  useEffect(() => {
    if (number === null) return;
    let wanted = true;
    setState({ kind: "making" });
    ipc.showOwnCode(id).then(
      (code) => wanted && setState({ kind: "shown", code }),
      (error: unknown) =>
        wanted && setState({ kind: "refused", words: errorSentence(codeOf(error)) }),
    );
    return () => {
      wanted = false;
    };
  }, [id, number, round]);
  const shown = number !== null;
  useEffect(() => {
    if (!shown) return;
    return () => {
      // Whatever becomes of it: the code ends by itself after ten minutes.
      ipc.closeOwnCode(id).catch(() => undefined);
    };
  }, [id, shown]);
  return { state, another: () => setRound((before) => before + 1) };
}

export function OwnCodePanel({ contact, own }: { contact: ContactView; own: OwnCodeRun }) {
  const { state, another } = own;
  const now = useNow(5_000);
  const { name } = contact;
  if (state.kind === "refused") {
    return (
      <div className={styles.empty}>
        <p>{state.words}</p>
      </div>
    );
  }
  const over = state.kind === "shown" && state.code.expiresAt <= now;
  return (
    <div className={styles.own}>
      <div className={styles.card}>
        {state.kind === "making" && <Progress label={t("verify.making")} />}
        {state.kind === "shown" && !over && (
          <QrCode
            code={state.code.code}
            label={t("verify.code", { name })}
            testid="verify-own-code"
          />
        )}
        {over && (
          <div className={styles.over} data-testid="verify-code-over">
            <p>{t("verify.codeOver")}</p>
            <Button icon={RotateCw} onClick={another} data-testid="verify-code-new">
              {t("verify.codeNew")}
            </Button>
          </div>
        )}
      </div>
      <p className={styles.hint}>
        <T id="verify.codeHow" values={{ name }} />
      </p>
    </div>
  );
}
