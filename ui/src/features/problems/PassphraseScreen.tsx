/** The passphrase at the start. A wrong one has to wait before the next, and the wait is counted down. */
import { KeyRound } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "~/components/Button";
import { RevealButton } from "~/components/RevealButton";
import { Screen } from "~/components/Screen";
import { TextField } from "~/components/TextField";
import { errorSentence } from "~/i18n/errors";
import { duration } from "~/i18n/format";
import { t } from "~/i18n/t";
import { ipc } from "~/ipc/client";
import { useAction } from "~/state/useAction";
import { useNow } from "~/state/useNow";

export interface PassphraseScreenProps {
  readonly wrong: boolean;
  /** How long to wait before the next try, ms, counted from when this appears. */
  readonly waitMs: number;
}

export function PassphraseScreen({ wrong, waitMs }: PassphraseScreenProps) {
  const [passphrase, setPassphrase] = useState("");
  const [shown, setShown] = useState(false);
  const { busy, failed, run } = useAction();
  const rest = useRest(waitMs);
  const field = useRef<HTMLInputElement>(null);

  useEffect(() => field.current?.focus(), []);

  const waiting = rest > 0;
  const error = wrong
    ? [t("passphrase.wrong"), waiting && t("passphrase.wait", { time: duration(rest) })]
        .filter(Boolean)
        .join(" ")
    : failed && errorSentence(failed);

  return (
    <Screen title={t("passphrase.title")} icon={KeyRound} testid="passphrase-screen">
      <p className="dim">{t("passphrase.text")}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (passphrase !== "" && !waiting) void run(() => ipc.unlockPassphrase(passphrase));
        }}
        style={{ display: "grid", gap: "var(--space-4)" }}
      >
        <TextField
          ref={field}
          label={t("passphrase.label")}
          type={shown ? "text" : "password"}
          autoComplete="current-password"
          spellCheck={false}
          value={passphrase}
          onChange={(event) => setPassphrase(event.currentTarget.value)}
          error={error}
          data-testid="passphrase-field"
          end={<RevealButton shown={shown} onChange={setShown} />}
        />
        <div style={{ display: "flex", gap: "var(--space-2)" }}>
          <Button
            type="submit"
            variant="primary"
            busy={busy}
            disabled={passphrase === "" || waiting}
            data-testid="passphrase-open"
          >
            {t("passphrase.open")}
          </Button>
          <Button onClick={() => void ipc.quit()} data-testid="passphrase-quit">
            {t("problem.quit")}
          </Button>
        </div>
      </form>
    </Screen>
  );
}

/** What is left of a wait that began when the component appeared, in whole seconds as ms. */
function useRest(waitMs: number): number {
  const [until] = useState(() => Date.now() + waitMs);
  const [over, setOver] = useState(waitMs <= 0);
  const now = useNow(over ? null : 250);
  const rest = Math.max(0, until - now);
  useEffect(() => {
    if (rest === 0) setOver(true);
  }, [rest]);
  return over ? 0 : Math.ceil(rest / 1000) * 1000;
}
