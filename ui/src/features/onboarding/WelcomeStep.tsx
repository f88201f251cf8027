/** Screen 1: what this is. */
import { t } from "~/i18n/t";
import { Mark } from "./Mark";
import { StepFrame } from "./StepFrame";

export function WelcomeStep({ onContinue }: { onContinue: () => void }) {
  return (
    <StepFrame
      step="welcome"
      mark={<Mark size={64} />}
      title={t("onboarding.welcome.title")}
      text={t("onboarding.welcome.text")}
      continueLabel={t("onboarding.welcome.start")}
      onContinue={onContinue}
    />
  );
}
