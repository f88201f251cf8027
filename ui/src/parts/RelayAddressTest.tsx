/**
 * The address of a relay, tried out before it is used, with the consent that a level-0 relay
 * needs. It saves nothing: the onboarding and the settings do with the result what they want.
 */
import { Check, CircleAlert, TriangleAlert } from "lucide-react";
import { type RefObject, useRef } from "react";
import { Button } from "~/components/Button";
import { Card } from "~/components/Card";
import { Checkbox } from "~/components/Checkbox";
import { Progress } from "~/components/Progress";
import { TextField } from "~/components/TextField";
import { errorSentence } from "~/i18n/errors";
import { t } from "~/i18n/t";
import type { ErrorCode, RelayTest } from "~/ipc/bindings";
import { codeOf, ipc } from "~/ipc/client";
import styles from "./RelayAddressTest.module.css";
import { relayProblemWords } from "./relayWords";

/** What has been tried out so far. */
export interface RelayTrial {
  readonly url: string;
  readonly state: "untested" | "testing" | "tested";
  readonly result: RelayTest | null;
  readonly refused: ErrorCode | null;
  readonly consent: boolean;
}

export const NO_TRIAL: RelayTrial = {
  url: "",
  state: "untested",
  result: null,
  refused: null,
  consent: false,
};

/** The address that may be used: tested, working, and consented to where that is needed. */
export function usableUrl({ result, consent }: RelayTrial): string | null {
  if (result?.kind !== "works") return null;
  return result.level > 0 || consent ? result.url : null;
}

export interface RelayAddressTestProps {
  readonly trial: RelayTrial;
  readonly onTrial: (trial: RelayTrial) => void;
  /** Why going on was refused, as "Test the address first". */
  readonly error?: string | null;
  readonly field?: RefObject<HTMLInputElement | null>;
}

/** Counts tests, so that the answer to an address that was changed meanwhile is dropped. */
function useTest(onTrial: (trial: RelayTrial) => void) {
  const generation = useRef(0);
  return {
    drop: () => {
      generation.current += 1;
    },
    test: async (url: string) => {
      generation.current += 1;
      const mine = generation.current;
      const trial = { ...NO_TRIAL, url };
      onTrial({ ...trial, state: "testing" });
      try {
        const result = await ipc.testRelay(url.trim());
        if (mine === generation.current) onTrial({ ...trial, state: "tested", result });
      } catch (error) {
        if (mine === generation.current) onTrial({ ...trial, refused: codeOf(error) });
      }
    },
  };
}

export function RelayAddressTest({ trial, onTrial, error, field }: RelayAddressTestProps) {
  const { test, drop } = useTest(onTrial);
  const testing = trial.state === "testing";
  const refusal = trial.refused ? errorSentence(trial.refused) : error;
  const start = (): void => {
    if (!testing) void test(trial.url);
  };
  return (
    <div className={styles.group}>
      <div className={styles.row}>
        <TextField
          ref={field}
          label={t("relay.address")}
          placeholder={t("relay.address.example")}
          inputMode="url"
          spellCheck={false}
          dir="ltr"
          value={trial.url}
          error={refusal}
          data-testid="relay-address"
          onChange={(event) => {
            drop();
            onTrial({ ...NO_TRIAL, url: event.currentTarget.value });
          }}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
            event.preventDefault();
            start();
          }}
        />
        <Button onClick={start} busy={testing} data-testid="relay-test">
          {t("relay.test")}
        </Button>
      </div>
      <div aria-live="polite" className={styles.group}>
        {testing && <Progress label={t("relay.testing")} />}
        {trial.result && <Result result={trial.result} />}
      </div>
      {trial.result?.kind === "works" && trial.result.level === 0 && (
        <Checkbox
          label={t("relay.level0.consent")}
          checked={trial.consent}
          onCheckedChange={(consent) => onTrial({ ...trial, consent })}
          testid="relay-consent"
        />
      )}
    </div>
  );
}

function Result({ result }: { result: RelayTest }) {
  if (result.kind === "fails") {
    return (
      <Card tone="danger" icon={CircleAlert} title={t("relay.fails")} testid="relay-fails">
        {relayProblemWords(result.problem)}
      </Card>
    );
  }
  return (
    <>
      <Card
        tone="ok"
        icon={Check}
        title={t("relay.works", { time: result.round_trip_ms })}
        testid="relay-works"
      >
        {result.level === 0 && t("relay.level0")}
      </Card>
      {!result.private && (
        <Card
          tone="warn"
          icon={TriangleAlert}
          title={t("relay.not_private")}
          testid="relay-not-private"
        />
      )}
    </>
  );
}
