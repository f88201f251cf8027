/** Screen 1: what this is. */
import { MessageCircle } from "lucide-react";
import { t } from "~/i18n/t";
import { StepFrame } from "./StepFrame";

export function WelcomeStep({ onContinue }: { onContinue: () => void }) {
  return (
    <StepFrame
      step="welcome"
      icon={MessageCircle}
      title={t("onboarding.welcome.title")}
      text={t("onboarding.welcome.text")}
      continueLabel={t("onboarding.welcome.start")}
      onContinue={onContinue}
    />
  );
}
