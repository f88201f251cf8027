/** Screen 4: which way messages go. Leaving it makes the profile. */
import { CircleAlert } from "lucide-react";
import { useState } from "react";
import { Card } from "~/components/Card";
import { LearnMore } from "~/components/LearnMore";
import { Progress } from "~/components/Progress";
import { RadioGroup } from "~/components/RadioGroup";
import { errorSentence } from "~/i18n/errors";
import { t } from "~/i18n/t";
import type { ErrorCode } from "~/ipc/bindings";
import { RelayAddressTest } from "~/parts/RelayAddressTest";
import { type Draft, relayChoice } from "./draft";
import type { StepProps } from "./Onboarding";
import { StepFrame } from "./StepFrame";
import styles from "./Steps.module.css";

interface RelayStepProps extends StepProps {
  readonly refused: ErrorCode | null;
  readonly making: boolean;
}

/** Why the choice cannot be used yet. */
function fault({ trial }: Draft): string {
  return t(
    trial.result?.kind === "works" ? "onboarding.relay.no_consent" : "onboarding.relay.untested",
  );
}

export function RelayStep({ draft, change, refused, making, onBack, onContinue }: RelayStepProps) {
  const [tried, setTried] = useState(false);
  const usable = relayChoice(draft) !== null;
  return (
    <StepFrame
      step="relay"
      title={t("onboarding.relay.title")}
      text={`${t("relay.what")} ${t("onboarding.relay.text")}`}
      busy={making}
      onBack={onBack}
      onContinue={() => {
        setTried(true);
        if (usable) onContinue();
      }}
    >
      <RadioGroup
        label={t("onboarding.relay.label")}
        hideLabel
        cards
        value={draft.relay}
        onValueChange={(relay) => {
          setTried(false);
          change({ relay });
        }}
        options={[
          {
            value: "this_computer",
            label: t("onboarding.relay.here"),
            hint: t("onboarding.relay.here.hint"),
            testid: "onboarding-relay-here",
          },
          {
            value: "custom",
            label: t("onboarding.relay.own"),
            hint: t("onboarding.relay.own.hint"),
            testid: "onboarding-relay-own",
          },
        ]}
      />
      <LearnMore about={t("settings.relays.add")} testid="relay-learn-more">
        <p className="dim">{t("relay.get")}</p>
      </LearnMore>
      {draft.relay === "custom" && (
        <div className={styles.own}>
          <RelayAddressTest
            trial={draft.trial}
            onTrial={(trial) => {
              setTried(false);
              change({ trial });
            }}
            error={tried && !usable ? fault(draft) : null}
          />
        </div>
      )}
      {making && (
        <Progress
          label={t(draft.withPassphrase ? "onboarding.making.passphrase" : "onboarding.making")}
        />
      )}
      <div role="alert">
        {refused && <Card tone="danger" icon={CircleAlert} title={errorSentence(refused)} />}
      </div>
    </StepFrame>
  );
}
